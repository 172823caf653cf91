/**
 * Verifies a bundle: are these rows what the log recorded, complete and in order, by the word of a key that the
 * reader trusts? It needs the bundle and that key alone, reads every file once, and holds little in memory, so
 * that a bundle of a million rows is verified as well as one of ten. docs/audit-bundle.md is the specification.
 */
import { toHex, sameBytes } from '../bytes.js';
import { parseCheckpoint } from '../checkpoint.js';
import type { Checkpoint } from '../checkpoint.js';
import type { Note, VerifierKey } from '../note.js';
import type { JournalPort } from '../port.js';
import { checkContents, checkPersons } from './contents-check.js';
import type { ContentCounts } from './contents-check.js';
import { checkFiles, readText } from './file-check.js';
import type { BundleFiles, CheckedFiles } from './file-check.js';
import { createLineReader } from './line-reader.js';
import { MOST_NOTES } from './limits.js';
import { BUNDLE_FILES, parseManifest } from './manifest.js';
import type { BundleManifest } from './manifest.js';
import { checkRows } from './rows-check.js';
import type { RowsFound } from './rows-check.js';
import { checkNumbers, instanceOf, judgeSelection } from './selection-check.js';
import { checkSignatures, judgeCheckpoint, judgeKeys, judgeManifest } from './signatures-check.js';
import type { SignatureCheck } from './signatures-check.js';
import { judgeTimeStamps } from './time-stamps-check.js';
import { createVerdict } from './verdict.js';
import type { BundleVerdict, Verdict } from './verdict.js';
import { judgeWitnesses } from './witnesses-check.js';
import type { WitnessedCheckpoint } from './witnesses-check.js';

/** What the reader of a bundle trusts and knows beforehand. */
export interface BundleTrust {
  /** The log's key, from a source other than the bundle. */
  readonly key: VerifierKey;
  /** A checkpoint that the reader holds, the text of a note: the bundle's log must be that one, continued. */
  readonly checkpoint?: string;
  /** Keys of witnesses that must have cosigned the bundle's checkpoint, or an earlier one of it that has its rows. */
  readonly witnesses?: readonly VerifierKey[];
  /** PEM: certificates of authorities whose time stamps the bundle must have. */
  readonly timeStampCertificates?: string;
}

/** Verifies the files of a bundle. `progress` is told how many rows were read. Never throws for what a bundle holds: that is its answer. */
export async function verifyBundle(
  port: JournalPort,
  files: BundleFiles,
  trust: BundleTrust,
  progress: (rows: number) => void = () => undefined,
): Promise<BundleVerdict> {
  const verdict = createVerdict();
  try {
    await verify(port, files, trust, progress, verdict);
  } catch (error) {
    verdict.failed('manifest', reason(error));
  }
  return verdict.give();
}

async function verify(
  port: JournalPort,
  files: BundleFiles,
  trust: BundleTrust,
  progress: (rows: number) => void,
  verdict: Verdict,
): Promise<void> {
  if (files.names.includes(BUNDLE_FILES.failure)) {
    const why = await readText(port, files, BUNDLE_FILES.failure);
    throw new Error(`the server could not finish the bundle: ${why.trim().split('\n', 1)[0]}`);
  }
  const text = await readText(port, files, BUNDLE_FILES.manifest);
  const manifest = parseManifest(text);
  const checked = checkFiles(port, files, manifest.files, [BUNDLE_FILES.manifest, BUNDLE_FILES.signature]);
  const namesIn = (folder: string): string[] =>
    Object.keys(manifest.files).filter((name) => name.startsWith(folder));

  const keyFiles = namesIn('keys/').sort();
  const checkpointFiles = namesIn('checkpoints/');
  refuseMany('key statements', keyFiles.length);
  refuseMany('earlier checkpoints', checkpointFiles.length);
  const misnamed = keyFiles.find((name, at) => name !== `keys/${String(at + 1).padStart(4, '0')}.txt`);
  if (misnamed !== undefined) verdict.failed('keys', `the key statement before ${misnamed} is not there`);
  const statements: string[] = [];
  for (const name of keyFiles) statements.push(await checked.text(name));
  const signatures = checkSignatures(port, manifest.origin, statements, trust.key);
  judgeKeys(verdict, signatures, trust.key);
  const head = judgeCheckpoint(
    verdict,
    signatures,
    await checked.text(BUNDLE_FILES.checkpoint),
    manifest.origin,
  );
  judgeManifest(verdict, signatures, await readText(port, files, BUNDLE_FILES.signature), {
    origin: manifest.origin,
    sha256: toHex(port.sha256(port.encodeText(text))),
    size: head?.checkpoint.size ?? 0,
    said: `signed, made at ${manifest.made}`,
  });

  const earlier: Earlier[] = [];
  for (const name of checkpointFiles) earlier.push(readEarlier(name, await checked.text(name), signatures));
  const known = trust.checkpoint === undefined ? undefined : readEarlier('it', trust.checkpoint, signatures);
  const witnesses = trust.witnesses ?? [];
  await judgeTimeStamps(verdict, port, checked, namesIn('timestamps/'), {
    origin: manifest.origin,
    headSize: head?.checkpoint.size,
    rowsTo: manifest.range.to,
    certificates: trust.timeStampCertificates,
  });
  // What there is nothing of can't fail, whatever becomes of the rows.
  if (earlier.length === 0) verdict.none('earlier checkpoints', 'the bundle has none');
  if (witnesses.length === 0) verdict.none('witnesses', 'you gave no key of a witness');
  if (known === undefined) verdict.none('your checkpoint', 'you gave none');
  if (manifest.models.length === 0) verdict.none('models', 'the bundle has no models');
  const found = await checkTree(port, checked, manifest, [...earlier, known], verdict, progress);
  if (found !== undefined && head !== undefined) {
    judgeTree(verdict, manifest, head.checkpoint, found);
    judgeSelection(verdict, manifest, found);
    judgeEarlier(verdict, earlier, found);
    if (witnesses.length > 0) {
      const { size } = head.checkpoint;
      const checkpoints = [{ size, note: head.note, holds: true }, ...witnessable(earlier, found)];
      judgeWitnesses(verdict, port, checkpoints, Math.max(manifest.range.to, found.shownTo), witnesses);
    }
    judgeKnown(verdict, known, found);
    judgeModels(verdict, manifest, found);
  }
  await judgePersons(port, verdict, checked, manifest);
  judgeFiles(verdict, await checked.problems(), Object.keys(manifest.files).length);
}

/** Each of them asks for signatures to be verified, up to a hundred. */
function refuseMany(what: string, count: number): void {
  if (count > MOST_NOTES) throw new Error(`it has ${count} ${what}; a bundle has ${MOST_NOTES} at most`);
}

/** Rows and contents, in one pass. */
async function checkTree(
  port: JournalPort,
  checked: CheckedFiles,
  manifest: BundleManifest,
  checkpoints: readonly (Earlier | undefined)[],
  verdict: Verdict,
  progress: (rows: number) => void,
): Promise<RowsFound | undefined> {
  const contents = checkContents(port, createLineReader(checked.open(BUNDLE_FILES.contents)));
  try {
    const found = await checkRows(
      port,
      createLineReader(checked.open(BUNDLE_FILES.proof)),
      createLineReader(checked.open(BUNDLE_FILES.rows)),
      {
        range: manifest.range,
        sizes: checkpoints.flatMap((earlier) => earlier?.checkpoint?.size ?? []),
        contents,
        numbers: checkNumbers(instanceOf(manifest.filter)),
        progress,
      },
    );
    judgeContents(verdict, manifest, contents.counts);
    return found;
  } catch (error) {
    verdict.failed('rows', reason(error));
    return undefined;
  }
}

function judgeTree(verdict: Verdict, manifest: BundleManifest, head: Checkpoint, found: RowsFound): void {
  const { range, totals } = manifest;
  if (found.size !== head.size) {
    verdict.failed(
      'tree',
      `the proof is of a tree of ${found.size} rows, the checkpoint of one of ${head.size}`,
    );
  } else if (!sameBytes(found.root, head.root)) {
    verdict.failed('tree', 'rows and proof do not give the root hash of the checkpoint');
  } else {
    verdict.ok('tree', `rows and proof give the root hash of the checkpoint, ${toHex(head.root)}`);
  }
  if (found.problem !== undefined) return verdict.failed('rows', found.problem);
  if (range.from > range.to || range.to > found.size) {
    const said = `the range of the manifest, ${range.from} to ${range.to}, is none of a tree of ${found.size} rows`;
    return verdict.failed('rows', said);
  }
  if (found.rows !== totals.rows || found.hidden !== totals.hidden) {
    const said = `${found.rows} rows are shown and ${found.hidden} left out; the manifest says ${totals.rows} and ${totals.hidden}`;
    return verdict.failed('rows', said);
  }
  const other = found.outside === 0 ? '' : `; ${found.outside} rows from outside of that range besides`;
  const span = `leaves ${range.from} to ${range.to - 1}`;
  const left = found.hidden === 0 ? 'none left out' : `${found.hidden} left out, each by its hash`;
  verdict.ok('rows', `${found.rows} rows of ${span}, ${left}${other}`);
}

function judgeContents(verdict: Verdict, { totals }: BundleManifest, counts: ContentCounts): void {
  if (counts.firstProblem !== undefined) {
    return verdict.failed(
      'contents',
      `${counts.firstProblem}${counts.wrong > 1 ? `; ${counts.wrong} in all` : ''}`,
    );
  }
  const { given, erased, withheld } = counts;
  if (given !== totals.contents || erased !== totals.erased || withheld !== totals.withheld) {
    return verdict.failed('contents', 'their counts are not those of the manifest');
  }
  const said = `${given} are what their rows commit to, ${erased} were erased, ${withheld} are withheld from you`;
  verdict.ok('contents', said);
}

function judgeFiles(verdict: Verdict, problems: readonly string[], count: number): void {
  const more = problems.length > 5 ? `; and ${problems.length - 5} more` : '';
  if (problems.length > 0) verdict.failed('files', problems.slice(0, 5).join('; ') + more);
  else verdict.ok('files', `${count} files, none missing, none added, each with the hash of the manifest`);
}

async function judgePersons(
  port: JournalPort,
  verdict: Verdict,
  checked: CheckedFiles,
  { totals }: BundleManifest,
): Promise<void> {
  try {
    const { count, problem } = await checkPersons(port, createLineReader(checked.open(BUNDLE_FILES.persons)));
    if (problem !== undefined) verdict.failed('persons', problem);
    else if (count !== totals.persons)
      verdict.failed('persons', `${count} are named, ${totals.persons} by the manifest`);
    else if (count === 0) verdict.none('persons', 'the bundle names nobody behind the pseudonyms');
    else verdict.ok('persons', `${count} persons are named, each with their own pseudonym`);
  } catch (error) {
    verdict.failed('persons', reason(error));
  }
}

function judgeModels(verdict: Verdict, { models, files }: BundleManifest, { checksums }: RowsFound): void {
  if (models.length === 0) return;
  const lost = models.find(({ file }) => !Object.hasOwn(files, file));
  if (lost !== undefined) return verdict.failed('models', `${lost.file} is missing`);
  const other = models.find(
    (model) =>
      (checksums.get(model.processDefinitionKey) ?? files[model.file].sha256) !== files[model.file].sha256,
  );
  if (other !== undefined) {
    return verdict.failed('models', `${other.file} is not the file that the row of its deployment states`);
  }
  const proven = models.filter(({ processDefinitionKey }) => checksums.has(processDefinitionKey)).length;
  verdict.ok('models', `${models.length} files; ${proven} of them are in a row of their deployment`);
}

/** A checkpoint from before the bundle's. */
interface Earlier {
  readonly name: string;
  readonly note: Note | undefined;
  readonly checkpoint: Checkpoint | undefined;
  /** Why it is worth nothing by itself. */
  readonly problem: string | undefined;
}

function readEarlier(name: string, text: string, signatures: SignatureCheck): Earlier {
  const read = parseCheckpoint(text);
  if (read === undefined)
    return { name, note: undefined, checkpoint: undefined, problem: `${name} is no checkpoint` };
  const problem = problemOfEarlier(name, read, signatures);
  return { name, ...read, problem };
}

function problemOfEarlier(
  name: string,
  { note, checkpoint: { origin, size } }: { readonly note: Note; readonly checkpoint: Checkpoint },
  { origin: log, isKnown }: SignatureCheck,
): string | undefined {
  if (origin !== log) return `${name} is of another log, ${origin}`;
  if (name.startsWith('checkpoints/') && name !== `checkpoints/${size}.txt`)
    return `${name} is of ${size} rows`;
  return isKnown(note, size)
    ? undefined
    : `${name} is not signed by a key that this log had for so many rows`;
}

/** Why the tree was never that of an earlier checkpoint; undefined where it was. */
function refusalOf({ name, checkpoint, problem }: Earlier, { roots }: RowsFound): string | undefined {
  if (problem !== undefined || checkpoint === undefined) return String(problem);
  const root = roots.get(checkpoint.size);
  const isContinued = root !== undefined && sameBytes(root, checkpoint.root);
  return isContinued ? undefined : `the tree is not that of ${name}, continued`;
}

function judgeEarlier(verdict: Verdict, earlier: readonly Earlier[], found: RowsFound): void {
  if (earlier.length === 0) return;
  const refusal = earlier.map((one) => refusalOf(one, found)).find((why) => why !== undefined);
  if (refusal !== undefined) verdict.failed('earlier checkpoints', refusal);
  else verdict.ok('earlier checkpoints', `the tree continues all ${earlier.length} of them`);
}

function witnessable(earlier: readonly Earlier[], found: RowsFound): WitnessedCheckpoint[] {
  return earlier.flatMap((one) => {
    const { note, checkpoint } = one;
    if (note === undefined || checkpoint === undefined) return [];
    return { size: checkpoint.size, note, holds: refusalOf(one, found) === undefined };
  });
}

function judgeKnown(verdict: Verdict, known: Earlier | undefined, { roots, size }: RowsFound): void {
  const name = 'your checkpoint';
  if (known === undefined) return;
  const { checkpoint, problem } = known;
  if (problem !== undefined || checkpoint === undefined) return verdict.failed(name, String(problem));
  if (checkpoint.size > size) {
    return verdict.failed(
      name,
      `the bundle is older: its tree has ${size} rows, that of your checkpoint ${checkpoint.size}`,
    );
  }
  const root = roots.get(checkpoint.size);
  if (root === undefined) {
    const ask = `ask for a bundle with the checkpoint of ${checkpoint.size} rows in it`;
    return verdict.failed(name, `the bundle does not tell the tree of ${checkpoint.size} rows; ${ask}`);
  }
  if (!sameBytes(root, checkpoint.root)) {
    return verdict.failed(name, `the log was rewritten: at ${checkpoint.size} rows its tree is another one`);
  }
  verdict.ok(name, `the tree of ${size} rows continues yours of ${checkpoint.size}`);
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
