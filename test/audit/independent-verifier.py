#!/usr/bin/env python3
"""A verifier of audit bundles, written from docs/audit-bundle.md and the RFCs it names, with Python alone.

It shares no code with the program: where both agree, the page is exact. It is slow, and good for small bundles.

    independent-verifier.py BUNDLE KEY [CHECKPOINT] [--witness KEY] [--tsa PEM]

With --witness, once or more, those must have cosigned a checkpoint that has the rows. With --tsa it checks the time stamps too, for which it asks the program openssl. It prints the checks that fail, a name each, and ends with 0 where none does and 1 otherwise. Where none fails and the bundle does not show by itself that it is complete, it prints "not complete" and why.
"""
import base64
import decimal
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import zipfile

# --- Ed25519, RFC 8032 section 5.1 ---

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
SQRT_M1 = pow(2, (P - 1) // 4, P)


def add(a, b):
    (x1, y1, z1, t1), (x2, y2, z2, t2) = a, b
    e, f = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P
    g, h = 2 * t1 * t2 * D % P, 2 * z1 * z2 % P
    q, r, s, t = f - e, h - g, h + g, f + e
    return (q * r % P, s * t % P, r * s % P, q * t % P)


def multiply(n, point):
    result = (0, 1, 1, 0)
    while n:
        if n & 1:
            result = add(result, point)
        point = add(point, point)
        n >>= 1
    return result


def recover_x(y, sign):
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if square == 0:
        return None if sign else 0
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * SQRT_M1 % P
    if (x * x - square) % P:
        return None
    return P - x if (x & 1) != sign else x


def decompress(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    x = recover_x(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE = (recover_x(BASE_Y, 0), BASE_Y, 1, recover_x(BASE_Y, 0) * BASE_Y % P)


def signed(public, message, signature):
    if len(public) != 32 or len(signature) != 64:
        return False
    a, r = decompress(public), decompress(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    x1, y1, z1, _ = multiply(s, BASE)
    x2, y2, z2, _ = add(r, multiply(h, a))
    return (x1 * z2 - x2 * z1) % P == 0 and (y1 * z2 - y2 * z1) % P == 0


# --- notes and keys ---


def read_key(text, kind=1):
    name, key_id, material = text.split("+", 2)
    raw = base64.b64decode(material, validate=True)
    if hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4].hex() != key_id or len(raw) != 33 or raw[0] != kind:
        raise ValueError("no key: " + text)
    return (name, bytes.fromhex(key_id), raw[1:])


def read_note(text):
    body, _, lines = text.rpartition("\n\n")
    if not body or not lines.endswith("\n"):
        raise ValueError("no note")
    if lines.count("\n") > 100:
        raise ValueError("too many signatures")
    signatures = []
    for line in lines[:-1].split("\n"):
        dash, name, data = line.split(" ")
        raw = base64.b64decode(data, validate=True)
        if dash != "\u2014" or len(raw) < 5:
            raise ValueError("no signature line")
        signatures.append((name, raw[:4], raw[4:]))
    return body + "\n", signatures


def signers(note, keys):
    """Those of the keys that signed. None where a signature of one of them is wrong."""
    text, signatures = note
    found = []
    for name, key_id, signature in signatures:
        for key in keys:
            if key[:2] == (name, key_id):
                if not signed(key[2], text.encode(), signature):
                    return None
                found.append(key)
    return found


def cosigned(note, witness):
    """Whether the witness cosigned the checkpoint. Raises where a cosignature of it is wrong."""
    text, signatures = note
    own = [signature for name, key_id, signature in signatures if (name, key_id) == witness[:2]]
    for signature in own:
        message = "cosignature/v1\ntime %d\n%s" % (int.from_bytes(signature[:8], "big"), text)
        if not signed(witness[2], message.encode(), signature[8:]):
            raise ValueError("a cosignature of %s is wrong" % witness[0])
    return bool(own)


def read_checkpoint(text):
    note = read_note(text)
    lines = note[0].split("\n")
    if len(lines) < 4 or lines[-1] != "" or "" in lines[:-1] or not re.fullmatch("0|[1-9][0-9]*", lines[1]):
        raise ValueError("no checkpoint")
    root = base64.b64decode(lines[2], validate=True)
    if len(root) != 32:
        raise ValueError("no checkpoint")
    return note, lines[0], int(lines[1]), root


COUNT = "0|[1-9][0-9]{0,14}"
TIME = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?Z"


def read_statements(texts, origin):
    """The log's keys with the sizes at which they took over. Raises where a statement does not hold."""
    keys = []
    for number, text in enumerate(texts, 1):
        note = read_note(text)
        title, log, count, key, size, at, end = note[0].split("\n")
        key = read_key(key)
        wanted = [key] + [former for former, _ in keys[-1:]]
        if title != "countersign key statement v1" or log != origin or count != str(number) or end != "":
            raise ValueError("no key statement %d" % number)
        if key[0] != origin or not re.fullmatch(TIME, at) or not re.fullmatch(COUNT, size):
            raise ValueError("key statement %d is not of this log" % number)
        if set(signers(note, wanted) or []) != set(wanted) or (keys and int(size) < keys[-1][1]):
            raise ValueError("key statement %d does not hold" % number)
        keys.append((key, int(size)))
    return keys


# --- the tree ---


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def append(peaks, level, value):
    peaks = peaks + [(level, value)]
    while len(peaks) > 1 and peaks[-1][0] == peaks[-2][0]:
        (level, left), (_, right) = peaks[-2:]
        peaks = peaks[:-2] + [(level + 1, sha(b"\x01", left, right))]
    return peaks


def root_of(peaks):
    if not peaks:
        return sha()
    value = peaks[-1][1]
    for _, left in reversed(peaks[:-1]):
        value = sha(b"\x01", left, value)
    return value


def lines_of(data):
    if data and not data.endswith(b"\n"):
        raise ValueError("the last line has no line break")
    return data.split(b"\n")[:-1]


def rebuild(proof, rows):
    """Sizes with their roots, the leaves that are shown, and whether every subtree has its root."""
    proof, used = lines_of(proof), 0
    if not proof or proof[0] != b"countersign proof v1":
        raise ValueError("no proof")
    peaks, size, shown, whole, roots = [], 0, [], True, {0: sha()}
    for line in proof[1:]:
        found = re.fullmatch(rb"(rows|gap) (0|[1-9][0-9]?) ([0-9a-f]{64})", line)
        level, value = int(found[2]), bytes.fromhex(found[3].decode())
        if size % 2**level:
            raise ValueError("a subtree where it can't be")
        if found[1] == b"gap":
            peaks, size = append(peaks, level, value), size + 2**level
            roots[size] = root_of(peaks)
            continue
        if level > 12 or used + 2**level > len(rows):
            raise ValueError("rows are missing")
        part = []
        for row in rows[used : used + 2**level]:
            leaf = sha(b"\x00", row)
            part, peaks, size = append(part, 0, leaf), append(peaks, 0, leaf), size + 1
            roots[size] = root_of(peaks)
            shown.append(size - 1)
        used += 2**level
        whole = whole and root_of(part) == value
    if used != len(rows):
        raise ValueError("there are more rows than the proof has")
    return size, roots, shown, whole


# --- JSON: read without names that are there twice, and written as RFC 8785 has it ---


def number(value):
    """A number as ECMAScript writes it."""
    if value == 0:
        return "0"
    sign, digits, exponent = decimal.Decimal(repr(float(value))).as_tuple()
    point = len(digits) + exponent
    text = "".join(map(str, digits)).rstrip("0")
    if len(text) <= point <= 21:
        text += "0" * (point - len(text))
    elif 0 < point <= 21:
        text = text[:point] + "." + text[point:]
    elif -6 < point <= 0:
        text = "0." + "0" * -point + text
    else:
        rest = "." + text[1:] if text[1:] else ""
        text = "%s%se%s%d" % (text[0], rest, "+" if point > 0 else "-", abs(point - 1))
    return "-" * sign + text


def written(value, order=lambda name: name.encode("utf-16-be")):
    """The text of a value without white space; its names in canonical order, or as they came."""
    if isinstance(value, dict):
        names = sorted(value, key=order) if order else value
        return "{%s}" % ",".join(written(name) + ":" + written(value[name], order) for name in names)
    if isinstance(value, list):
        return "[%s]" % ",".join(written(one, order) for one in value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return number(value)
    return json.dumps(value, ensure_ascii=False)


def read_line(line, *properties):
    """The object of a line, which is in canonical form and has one of these sets of properties."""
    value = json.loads(line)
    if written(value).encode() != line or sorted(value) not in properties:
        raise ValueError("a line is not as it must be")
    return value


NAMES = re.compile(
    r"checkpoint\.txt|proof\.txt|(rows|contents|persons)\.jsonl|(checkpoints/|timestamps/)(0|[1-9][0-9]*)\.(txt|tst)"
    r"|keys/[0-9]{4}\.txt|models/(0|[1-9][0-9]*)\.bpmn"
)


def read_manifest(data):
    text = data.decode()
    manifest = json.loads(text)
    spaces = re.sub(r'("(?:[^"\\]|\\.)*")|[ \t\r\n]+', lambda found: found[1] or "", text)
    if written(manifest, None) != spaces:
        raise ValueError("a name is there twice, or a value is not written as it must be")
    files, models = manifest["files"], manifest["models"]
    counts = [*manifest["totals"].values(), *manifest["range"].values(), *(file["bytes"] for file in files.values())]
    told = [model["file"] for model in models]
    if (
        manifest["format"] != "countersign-bundle-1"
        or set(manifest) != {"format", "origin", "made", "filter", "range", "totals", "models", "files"}
        or not isinstance(manifest["filter"], dict)
        or not re.fullmatch(TIME, manifest["made"])
        or set(manifest["totals"]) != {"rows", "hidden", "contents", "erased", "withheld", "persons"}
        or set(manifest["range"]) != {"from", "to"}
        or any(type(count) is not int or not 0 <= count < 2**53 for count in counts)
        or any(not NAMES.fullmatch(name) for name in files)
        or any(set(file) != {"bytes", "sha256"} for file in files.values())
        or any(not re.fullmatch("[0-9a-f]{64}", file["sha256"]) for file in files.values())
        or any(set(one) != {"file", "processDefinitionKey", "processId", "version"} for one in models)
        or any(one["file"] != "models/%s.bpmn" % one["processDefinitionKey"] for one in models)
        or len(told) != len(set(told))
        or not {name for name in files if name.startswith("models/")} <= set(told)
        or any(len([name for name in files if name.startswith(folder)]) > 1000 for folder in ("keys/", "checkpoints/"))
    ):
        raise ValueError("no manifest")
    return manifest


def read_row(line):
    """The row of a line. Raises where the line is none."""
    row = json.loads(line)
    texts, numbers = (str, type(None)), (int, type(None))
    if (
        not isinstance(row, dict)
        or not all(isinstance(row[name], str) for name in ("position", "type"))
        or not all(isinstance(row[name], texts) for name in ("rootKey", "processInstanceKey", "commitment"))
        or not isinstance(row["sequence"], numbers)
        or not isinstance(row["data"], dict)
    ):
        raise ValueError("a line is no row")
    return row


def holes_of(rows, from_start):
    """The numbers that are missing in each tree of instances. Raises where one is there twice."""
    trees, holes = {}, []
    for row in rows:
        if row["rootKey"] is not None and row["sequence"] is not None:
            trees.setdefault(row["rootKey"], []).append(row["sequence"])
    for root, numbers in trees.items():
        if len(set(numbers)) != len(numbers):
            raise ValueError("a number is there twice in tree " + root)
        first = 1 if from_start else min(numbers)
        missing = sorted(set(range(first, max(numbers))) - set(numbers))
        if missing:
            holes.append("of tree %s these are missing: %s" % (root, ", ".join(map(str, missing))))
    return holes


def check_selection(rows, manifest, shown, size):
    """Why the bundle does not show by itself that its selection is complete; None where it does. Raises where it can't be."""
    span, asked = manifest["range"], manifest["filter"]
    inside = sum(span["from"] <= leaf < span["to"] for leaf in shown)
    hidden, outside = span["to"] - span["from"] - inside, len(shown) - inside
    holes = holes_of(rows, span["from"] == 0 and "from" not in asked)
    if hidden == 0 and span == {"from": 0, "to": size} and holes:
        raise ValueError("a row was never recorded")
    of_instance = "processInstanceKey" in asked and set(asked) <= {"processInstanceKey", "from", "to"}
    if (hidden or outside) and not of_instance:
        return "%d rows stand as hashes: none can see whether they fit" % hidden
    if holes:
        return "; ".join(holes)
    if (hidden or outside) and all(row["processInstanceKey"] != asked["processInstanceKey"] for row in rows):
        return "no row of the instance is shown"
    return None


def check_contents(rows, lines):
    committed = [row for row in rows if row["commitment"] is not None]
    if len(committed) != len(lines):
        raise ValueError("there are more or fewer contents than rows with a commitment")
    counts = {"contents": 0, "erased": 0, "withheld": 0}
    for row, line in zip(committed, lines):
        one = read_line(line, ["content", "position", "salt"], ["missing", "position"])
        if one["position"] != row["position"]:
            raise ValueError("a content stands in the place of another")
        if "missing" in one:
            if one["missing"] not in ("erased", "withheld"):
                raise ValueError("a content is missing for no reason")
            counts[one["missing"]] += 1
            continue
        salt = bytes.fromhex(one["salt"])
        if len(salt) != 32 or sha(salt, written(one["content"]).encode()).hex() != row["commitment"]:
            raise ValueError("a content is not what its row commits to")
        counts["contents"] += 1
    return counts


# --- the bundle ---


def is_stamped(token, stamped, authority):
    """Whether the token is a time stamp of these bytes by the authority: RFC 3161, by OpenSSL."""
    with tempfile.TemporaryDirectory() as folder:
        for name, data in (("token", token), ("stamped", stamped)):
            with open(os.path.join(folder, name), "wb") as file:
                file.write(data)
        command = ["openssl", "ts", "-verify", "-token_in", "-in", "token", "-data", "stamped"]
        return not subprocess.run(
            [*command, "-CAfile", os.path.abspath(authority)], cwd=folder, capture_output=True, check=False
        ).returncode


def stamped_part(text, origin):
    """A checkpoint up to the line break after the log's last signature."""
    body, _, lines = text.rpartition("\n\n")
    lines = lines.splitlines(keepends=True)
    last = max(at for at, line in enumerate(lines, 1) if line.startswith("\u2014 %s " % origin))
    return body + "\n\n" + "".join(lines[:last])


CHECKS = (
    "manifest,files,keys,checkpoint,tree,rows,selection,contents,persons,models,"
    "earlier checkpoints,witnesses,time stamps,your checkpoint"
).split(",")


def verify(path, key_text, known_text, authority=None, witness_texts=()):
    """The checks that fail, and why the bundle does not show that it is complete."""
    failed, doubts = [], []

    def check(name, holds):
        """Runs a check; what raises has failed."""
        try:
            result = holds()
            good = result is not False
        except Exception:
            result, good = None, False
        if not good and name not in failed:
            failed.append(name)
        return result if good else None

    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile:
        return ["archive"], doubts
    names = archive.namelist()
    with open(path, "rb") as file:
        raw = file.read()
    # zipfile adds bytes before the archive to every place it tells.
    first = min([one.header_offset for one in archive.infolist()], default=0)
    if first != 0 or raw[-22:-18] != b"PK\x05\x06" or raw[-2:] != b"\0\0":
        return ["archive"], doubts
    pinned = read_key(key_text.strip())

    def whole(name):
        """A file that is read as a whole, which is no larger than it may be."""
        if archive.getinfo(name).file_size > (2**24 if name == "manifest.json" else 2**16):
            raise ValueError(name + " is too large")
        return archive.read(name)

    try:
        manifest = read_manifest(whole("manifest.json"))
        for name in names:
            if name == "manifest.txt" or re.match("checkpoint|keys/", name):
                whole(name).decode()
    except Exception:
        # Nothing can be checked without it.
        return CHECKS, doubts
    origin, files, totals, span = (manifest[name] for name in ("origin", "files", "totals", "range"))

    def right_files():
        if sorted(names) != sorted([*files, "manifest.json", "manifest.txt"]):
            return False
        return all(
            len(archive.read(name)) == file["bytes"] and sha(archive.read(name)).hex() == file["sha256"]
            for name, file in files.items()
        )

    check("files", right_files)

    key_files = sorted(name for name in files if name.startswith("keys/"))
    check("keys", lambda: key_files == ["keys/%04d.txt" % (at + 1) for at in range(len(key_files))])
    statements = [archive.read(name).decode() for name in key_files]
    chain = check("keys", lambda: read_statements(statements, origin)) or []
    if "keys" not in failed and pinned not in [key for key, _ in chain]:
        failed.append("keys")
    at = next((i for i, (key, _) in enumerate(chain) if key == pinned), None)
    trusted = [pinned] if at is None else [key for key, _ in chain[at:]]
    until = {key: chain[i + 1][1] for i, (key, _) in enumerate(chain[:-1])}

    def believed(note, size):
        return any(size <= until.get(key, size) for key in signers(note, trusted) or [])

    head = check("checkpoint", lambda: read_checkpoint(archive.read("checkpoint.txt").decode()))
    size = head[2] if head else 0
    check("checkpoint", lambda: head[1] == origin and believed(head[0], size))

    def right_manifest():
        note = read_note(archive.read("manifest.txt").decode())
        digest = sha(archive.read("manifest.json")).hex()
        return note[0] == "countersign bundle manifest v1\n%s\n%s\n" % (origin, digest) and believed(note, size)

    check("manifest", right_manifest)

    lines = check("rows", lambda: lines_of(archive.read("rows.jsonl"))) or []
    rows = check("rows", lambda: [read_row(line) for line in lines])
    tree = None if rows is None else check("rows", lambda: rebuild(archive.read("proof.txt"), lines))
    rows = rows or []
    if tree is None:
        failed += ["tree", "selection", "contents"]
    else:
        count, roots, shown, right = tree
        check("tree", lambda: count == size and roots[count] == head[3])
        hidden = span["to"] - span["from"] - sum(span["from"] <= leaf < span["to"] for leaf in shown)
        check("rows", lambda: span["from"] <= span["to"] <= count)
        check("rows", lambda: right and len(shown) == totals["rows"] and hidden == totals["hidden"])

        incomplete = check("selection", lambda: check_selection(rows, manifest, shown, size) or "")
        if incomplete:
            doubts.append(incomplete)

    counts = check("contents", lambda: check_contents(rows, lines_of(archive.read("contents.jsonl"))))
    check("contents", lambda: all(counts[name] == totals[name] for name in counts))

    def right_persons():
        persons = [read_line(line, ["name", "pseudonym", "salt"]) for line in lines_of(archive.read("persons.jsonl"))]
        return len(persons) == totals["persons"] and all(
            re.fullmatch("[0-9a-f]{64}", one["salt"])
            and "p-" + sha(bytes.fromhex(one["salt"]), one["name"].encode()).hex()[:32] == one["pseudonym"]
            for one in persons
        )

    check("persons", right_persons)

    checksums = {
        str(process["key"]): process["checksum"]
        for row in rows
        if row["type"] == "deployment created"
        for process in row["data"].get("processes", [])
    }
    check(
        "models",
        lambda: all(
            files[model["file"]]["sha256"]
            == checksums.get(model["processDefinitionKey"], files[model["file"]]["sha256"])
            == sha(archive.read(model["file"])).hex()
            for model in manifest["models"]
        ),
    )

    known_keys = trusted + [key for key, _ in chain]

    def continues(text, name=None):
        note, log, older, root = read_checkpoint(text)
        signed_by = [key for key in signers(note, known_keys) or [] if older <= until.get(key, older)]
        named = name in (None, "checkpoints/%d.txt" % older)
        return log == origin and named and bool(signed_by) and tree[1][older] == root

    for name in files:
        if name.startswith("checkpoints/"):
            check("earlier checkpoints", lambda: continues(archive.read(name).decode(), name))
    if known_text is not None:
        check("your checkpoint", lambda: continues(known_text))

    if witness_texts:
        witnesses = [read_key(text, 4) for text in witness_texts]
        older = [archive.read(name).decode() for name in files if name.startswith("checkpoints/")]

        def witnessed():
            until = max([span["to"], *(leaf + 1 for leaf in tree[2])])
            covering = set()
            for at, text in enumerate([archive.read("checkpoint.txt").decode(), *older]):
                note, _, of, _ = read_checkpoint(text)
                by = {witness for witness in witnesses if cosigned(note, witness)}
                if of >= until and (at == 0 or continues(text)):
                    covering |= by
            return covering == set(witnesses)

        check("witnesses", witnessed)

    if authority is not None:
        stamps = [name for name in files if name.startswith("timestamps/")]
        if not stamps:
            failed.append("time stamps")

        def stamped(checkpoint):
            return stamped_part(archive.read(checkpoint).decode(), origin).encode()

        for name in stamps:
            of = re.fullmatch(r"timestamps/([1-9][0-9]*)\.tst", name).group(1)
            checkpoint = "checkpoint.txt" if int(of) == size else "checkpoints/%s.txt" % of
            check("time stamps", lambda: is_stamped(archive.read(name), stamped(checkpoint), authority))
    return failed, doubts


if __name__ == "__main__":
    given = sys.argv[1:]
    options = {"--tsa": [], "--witness": []}
    for name, values in options.items():
        while name in given:
            at = given.index(name)
            values.append(given[at + 1])
            del given[at : at + 2]
    known = open(given[2], encoding="utf-8").read() if len(given) > 2 else None
    problems, doubts = verify(given[0], given[1], known, next(iter(options["--tsa"]), None), options["--witness"])
    print("\n".join(problems or ["not complete: " + doubt for doubt in doubts]))
    sys.exit(1 if problems else 0)
