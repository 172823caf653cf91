/**
 * Signed notes (C2SP signed-note): a text and the signatures of it, one line each. A key is written as
 * `NAME+ID+BASE64`: its name, its id in eight hexadecimal digits, and its type with the public key.
 */
import { fromBase64, joinBytes, sameBytes, toBase64, toHex } from './bytes.js';
import type { JournalPort } from './port.js';

/** The types of signature that are known here: Ed25519 over the text, and a witness's cosignature of a checkpoint. */
export const SIGNATURE_TYPES = { ed25519: 1, cosignature: 4 } as const;

/** A key that signatures are verified with. */
export interface VerifierKey {
  readonly name: string;
  /** Eight lower-case hexadecimal digits. */
  readonly id: string;
  readonly type: number;
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
}

/** A signature line: `signature` are its bytes without the key's id. */
export interface NoteSignature {
  readonly name: string;
  readonly id: string;
  readonly signature: Uint8Array;
}

/** A note taken apart; `text` ends in a line break. */
export interface Note {
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

const KEY_NAME = /^[^\s+\p{Cc}]+$/u;
const MOST_SIGNATURES = 100;
const ID_BYTES = 4;
const PUBLIC_KEY_BYTES = 32;

/** Whether a text may name a key: no space, no plus, not empty. */
export function isKeyName(name: string): boolean {
  return KEY_NAME.test(name) && !/\p{Surrogate}/u.test(name);
}

/** The key of a name, a type and 32 bytes; its id is computed. Throws where the name can't be one. */
export function verifierKey(
  port: JournalPort,
  name: string,
  publicKey: Uint8Array,
  type: number = SIGNATURE_TYPES.ed25519,
): VerifierKey {
  if (!isKeyName(name)) {
    throw new TypeError(
      `A key can't be called "${name}": a name has at least one character, no space and no plus.`,
    );
  }
  const named = joinBytes(port.encodeText(`${name}\n`), Uint8Array.of(type), publicKey);
  return { name, id: toHex(port.sha256(named).slice(0, ID_BYTES)), type, publicKey };
}

/** A key as text: `NAME+ID+BASE64`. */
export function formatVerifierKey({ name, id, type, publicKey }: VerifierKey): string {
  return `${name}+${id}+${toBase64(joinBytes(Uint8Array.of(type), publicKey))}`;
}

/** The key that a text names; undefined where it is none, or its id is not its own. */
export function parseVerifierKey(port: JournalPort, text: string): VerifierKey | undefined {
  const parts = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(text.trim());
  const material = parts === null ? undefined : fromBase64(parts[3]);
  if (parts === null || material?.length !== PUBLIC_KEY_BYTES + 1 || !isKeyName(parts[1])) return undefined;
  const key = verifierKey(port, parts[1], material.slice(1), material[0]);
  const isKnown = key.type === SIGNATURE_TYPES.ed25519 || key.type === SIGNATURE_TYPES.cosignature;
  return isKnown && key.id === parts[2] ? key : undefined;
}

/** The line of a signature, with its line break. */
export function formatSignature({ name, id, signature }: NoteSignature): string {
  const idBytes = Uint8Array.from({ length: ID_BYTES }, (_, at) =>
    parseInt(id.slice(at * 2, at * 2 + 2), 16),
  );
  return `— ${name} ${toBase64(joinBytes(idBytes, signature))}\n`;
}

/** The note of a text that ends in a line break and its signatures. */
export function formatNote({ text, signatures }: Note): string {
  return `${text}\n${signatures.map(formatSignature).join('')}`;
}

/** The note that a text is; undefined where it is none. Says nothing about whether a signature is right. */
export function parseNote(note: string): Note | undefined {
  const hasControls = /(?![\n\u007f-\u009f])\p{Cc}/u.test(note);
  const end = note.lastIndexOf('\n\n');
  if (hasControls || end <= 0 || !note.endsWith('\n')) return undefined;
  const lines = note.slice(end + 2, -1).split('\n');
  if (lines.length > MOST_SIGNATURES) return undefined;
  const signatures = lines.map(parseSignature);
  const read = signatures.filter((signature) => signature !== undefined);
  return read.length === lines.length ? { text: note.slice(0, end + 1), signatures: read } : undefined;
}

function parseSignature(line: string): NoteSignature | undefined {
  const parts = /^— (\S+) (\S+)$/.exec(line);
  const bytes = parts === null ? undefined : fromBase64(parts[2]);
  if (parts === null || bytes === undefined || bytes.length <= ID_BYTES || !isKeyName(parts[1]))
    return undefined;
  return { name: parts[1], id: toHex(bytes.slice(0, ID_BYTES)), signature: bytes.slice(ID_BYTES) };
}

/** Signs the text of a note, which must end in a line break, with an Ed25519 key. `sign` answers 64 bytes. */
export function signText(
  port: JournalPort,
  text: string,
  key: VerifierKey,
  sign: (message: Uint8Array) => Uint8Array,
): NoteSignature {
  return { name: key.name, id: key.id, signature: sign(port.encodeText(text)) };
}

/** Of the given keys: those that signed the note, and those whose signature in it is wrong. Signatures of other keys are not looked at. */
export function verifyNote(
  port: JournalPort,
  note: Note,
  keys: readonly VerifierKey[],
): { signed: VerifierKey[]; forged: VerifierKey[] } {
  const message = port.encodeText(note.text);
  const signed: VerifierKey[] = [];
  const forged: VerifierKey[] = [];
  for (const key of keys.filter(({ type }) => type === SIGNATURE_TYPES.ed25519)) {
    for (const { signature } of note.signatures.filter((line) => isOf(line, key))) {
      (port.verifyEd25519(key.publicKey, message, signature) ? signed : forged).push(key);
    }
  }
  return { signed, forged };
}

/** Whether a signature line says that it is of this key. */
export function isOf(line: NoteSignature, key: VerifierKey): boolean {
  return line.name === key.name && line.id === key.id;
}

/** Whether two keys are the same. */
export function sameKey(one: VerifierKey, other: VerifierKey): boolean {
  return one.name === other.name && one.type === other.type && sameBytes(one.publicKey, other.publicKey);
}
