/**
 * The key that signs checkpoints: an Ed25519 key in a file that only the server's user can read (PKCS #8, PEM). Its
 * public half and the statement that announces it stand in the database. A rotated key's private half is overwritten.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { formatNote, formatVerifierKey, keyStatementText, signText, verifierKey } from '@countersign/engine';
import type { NoteSignature, VerifierKey } from '@countersign/engine';
import type { StoredKey } from '../../store/audit-tree.js';
import { nodeJournalPort } from '../journal-port.js';

/** A key that can sign. */
export interface Signer {
  readonly key: VerifierKey;
  sign(text: string): NoteSignature;
}

/** Where the next key waits while the database takes its statement up. */
const NEXT = '.next';

/** The key of a private key, under the log's name. */
function signerOf(privateKey: KeyObject, origin: string): Signer {
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' });
  const key = verifierKey(nodeJournalPort, origin, Buffer.from(x ?? '', 'base64url'));
  return {
    key,
    sign: (text) => signText(nodeJournalPort, text, key, (message) => sign(null, message, privateKey)),
  };
}

function readKeyFile(path: string, origin: string): Signer {
  let privateKey: KeyObject;
  try {
    privateKey = createPrivateKey(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new Error(`The signing key of the audit trail cannot be read from ${path}`, { cause });
  }
  if (privateKey.asymmetricKeyType !== 'ed25519') {
    throw new Error(
      `The signing key in ${path} is of the type ${String(privateKey.asymmetricKeyType)}; it has to be Ed25519`,
    );
  }
  return signerOf(privateKey, origin);
}

/** Makes a key and writes it to a new file, readable by the server's user alone. */
function makeKey(path: string, origin: string): Signer {
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
  writeFileSync(path, pem, { mode: 0o600, flag: 'wx' });
  return signerOf(privateKey, origin);
}

/** The statement that announces `signer` as the log's key from `size` leaves on, handed over by the former key. */
function announce(
  signer: Signer,
  former: Signer | undefined,
  number: number,
  size: number,
  at: number,
): StoredKey {
  const time = new Date(at).toISOString();
  const text = keyStatementText({ origin: signer.key.name, number, key: signer.key, size, at: time });
  const signatures = [signer.sign(text), ...(former ? [former.sign(text)] : [])];
  return { number, key: formatVerifierKey(signer.key), statement: formatNote({ text, signatures }), at };
}

/** What opening the key found: the signer, and a statement that the database does not have yet. */
export interface OpenedKey {
  readonly signer: Signer;
  readonly announced: StoredKey | null;
}

/**
 * Opens the signing key in the file at `path`. A log without keys gets its first one. Throws where the file has
 * another key than the log's last: checkpoints signed by it would be worth nothing.
 */
export function openSigningKey(
  path: string,
  origin: string,
  keys: readonly StoredKey[],
  now: number,
): OpenedKey {
  const last = keys.at(-1);
  const isLast = (signer: Signer): boolean => formatVerifierKey(signer.key) === last?.key;
  if (existsSync(path + NEXT) && last && isLast(readKeyFile(path + NEXT, origin)))
    renameSync(path + NEXT, path);
  if (!existsSync(path)) {
    if (last) {
      throw new Error(
        `The audit trail is signed by the key ${last.key}, but its file ${path} is missing. Put it back from your backup.`,
      );
    }
    const signer = makeKey(path, origin);
    return { signer, announced: announce(signer, undefined, 1, 0, now) };
  }
  const signer = readKeyFile(path, origin);
  if (!last) return { signer, announced: announce(signer, undefined, 1, 0, now) };
  if (!isLast(signer)) {
    throw new Error(
      `The key in ${path} is ${formatVerifierKey(signer.key)}, but the audit trail is signed by ${last.key}. ` +
        'Put the right file there; to change keys, run "countersign audit rotate-key".',
    );
  }
  return { signer, announced: null };
}

/**
 * Begins to change keys: makes the next key and the statement in which the former hands over at `size` leaves. Call
 * `finish` once the statement is stored; a crash before that leaves everything as it was.
 */
export function rotateSigningKey(
  path: string,
  former: Signer,
  keys: readonly StoredKey[],
  size: number,
  now: number,
): { signer: Signer; announced: StoredKey; finish: () => void } {
  if (existsSync(path + NEXT)) renameSync(path + NEXT, `${path}.unused-${String(now)}`);
  const signer = makeKey(path + NEXT, former.key.name);
  const announced = announce(signer, former, keys.length + 1, size, now);
  return { signer, announced, finish: () => renameSync(path + NEXT, path) };
}
