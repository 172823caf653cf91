/**
 * Checkpoints (C2SP tlog-checkpoint): a signed note that states the size and the root hash of the tree at
 * one moment; and what witnesses put under it (C2SP tlog-cosignature, the Ed25519 kind).
 */
import { fromBase64, joinBytes, toBase64 } from './bytes.js';
import { SIGNATURE_TYPES, isOf, parseNote } from './note.js';
import type { Note, NoteSignature, VerifierKey } from './note.js';
import type { JournalPort } from './port.js';
import type { TreeHead } from './proofs.js';

/** What a checkpoint states. */
export interface Checkpoint extends TreeHead {
  /** Names the log. */
  readonly origin: string;
}

const HASH_BYTES = 32;
const TIME_BYTES = 8;
const SIGNATURE_BYTES = 64;

/** The text that is signed: origin, size and root hash, a line each. */
export function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${toBase64(root)}\n`;
}

/** What the text of a note states as a checkpoint; undefined where it is none. Extension lines are allowed and not looked at. */
export function parseCheckpointText(text: string): Checkpoint | undefined {
  const lines = text.split('\n');
  if (lines.pop() !== '' || lines.length < 3 || lines.includes('')) return undefined;
  const [origin, digits, hash] = lines;
  const root = fromBase64(hash);
  const size = Number(digits);
  if (!/^(0|[1-9][0-9]*)$/.test(digits) || !Number.isSafeInteger(size)) return undefined;
  return root?.length === HASH_BYTES ? { origin, size, root } : undefined;
}

/** The checkpoint that a note is, with the note; undefined where it is none. Says nothing about its signatures. */
export function parseCheckpoint(text: string): { note: Note; checkpoint: Checkpoint } | undefined {
  const note = parseNote(text);
  const checkpoint = note && parseCheckpointText(note.text);
  return note && checkpoint && { note, checkpoint };
}

/** What a witness signs of a checkpoint's text; `time` is in seconds since the epoch. */
export function cosignedText(text: string, time: number): string {
  return `cosignature/v1\ntime ${time}\n${text}`;
}

/** Signs a checkpoint's text as a witness, at `time` in seconds since the epoch. `sign` answers 64 bytes. */
export function cosign(
  port: JournalPort,
  text: string,
  key: VerifierKey,
  time: number,
  sign: (message: Uint8Array) => Uint8Array,
): NoteSignature {
  const seconds = new Uint8Array(TIME_BYTES);
  new DataView(seconds.buffer).setBigUint64(0, BigInt(time));
  const signature = sign(port.encodeText(cosignedText(text, time)));
  return { name: key.name, id: key.id, signature: joinBytes(seconds, signature) };
}

/** A witness's word on a checkpoint: it has seen no other tree of this log up to `time`, in seconds since the epoch. */
export interface Cosignature {
  readonly witness: VerifierKey;
  readonly time: number;
  readonly right: boolean;
}

/** The cosignatures of the given witnesses under a checkpoint. Signatures of others are not looked at. */
export function verifyCosignatures(
  port: JournalPort,
  note: Note,
  witnesses: readonly VerifierKey[],
): Cosignature[] {
  return witnesses
    .filter(({ type }) => type === SIGNATURE_TYPES.cosignature)
    .flatMap((witness) =>
      note.signatures
        .filter((line) => isOf(line, witness))
        .map((line) => verifyCosignature(port, note.text, witness, line.signature)),
    );
}

function verifyCosignature(
  port: JournalPort,
  text: string,
  witness: VerifierKey,
  bytes: Uint8Array,
): Cosignature {
  if (bytes.length !== TIME_BYTES + SIGNATURE_BYTES) return { witness, time: 0, right: false };
  const time = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0));
  const message = port.encodeText(cosignedText(text, time));
  const right =
    Number.isSafeInteger(time) && port.verifyEd25519(witness.publicKey, message, bytes.slice(TIME_BYTES));
  return { witness, time, right };
}
