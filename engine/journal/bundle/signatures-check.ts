/**
 * Whose word a bundle is: its key statements, the signatures of its manifest and its checkpoints. The one key
 * that the reader trusts comes from outside; a key is believed when that key, or one it was followed by, is it.
 */
import { parseCheckpoint } from '../checkpoint.js';
import type { Checkpoint } from '../checkpoint.js';
import { readKeyChain, retiredAt, trustedKeys } from '../key-statements.js';
import type { KeyChain } from '../key-statements.js';
import { parseNote, sameKey, verifyNote } from '../note.js';
import type { Note, VerifierKey } from '../note.js';
import type { JournalPort } from '../port.js';
import { manifestNoteText } from './manifest.js';
import type { Verdict } from './verdict.js';

/** Decides about signatures with the keys of one bundle and the key that the reader trusts. */
export interface SignatureCheck {
  /** The log that the statements are of. */
  readonly origin: string;
  readonly chain: KeyChain;
  /** Why the note is no word of a trusted key about a tree of this size; undefined where it is. */
  refusal(note: Note, size: number): string | undefined;
  /** Whether a key that the chain has for a tree of this size, or the trusted one, signed the note: enough for a checkpoint that is compared with the tree anyway. */
  isKnown(note: Note, size: number): boolean;
}

/** Reads the key statements of a log. */
export function checkSignatures(
  port: JournalPort,
  origin: string,
  statements: readonly string[],
  pinned: VerifierKey,
): SignatureCheck {
  const chain = readKeyChain(port, origin, statements);
  const trusted = trustedKeys(chain, pinned);
  const isBroken = chain.problems.length > 0;
  const known = isBroken ? trusted : [...trusted, ...chain.statements.map(({ key }) => key)];
  // What a broken chain says of a key, its end neither, is nobody's word.
  const until = (key: VerifierKey): number | undefined => (isBroken ? undefined : retiredAt(chain, key));
  return {
    origin,
    chain,
    refusal(note, size) {
      const { signed, forged } = verifyNote(port, note, trusted);
      if (forged.length > 0) return `the signature of ${nameOf(forged[0])} is wrong`;
      if (signed.length === 0) {
        const by = note.signatures.map(nameOf).join(' and ');
        return `it is signed by ${by} and not by ${nameOf(pinned)}, which you trust`;
      }
      const current = signed.filter((key) => size <= (until(key) ?? size));
      if (current.length > 0) return undefined;
      return `it is signed by ${nameOf(signed[0])}, which was replaced when the tree had ${until(signed[0])} rows`;
    },
    isKnown(note, size) {
      const { signed, forged } = verifyNote(port, note, known);
      return forged.length === 0 && signed.some((key) => size <= (until(key) ?? size));
    },
  };
}

/** A key in words: its name and id. */
export function nameOf({ name, id }: { readonly name: string; readonly id: string }): string {
  return `${name}+${id}`;
}

/** Says what the key statements are worth. */
export function judgeKeys(verdict: Verdict, { chain }: SignatureCheck, pinned: VerifierKey): void {
  if (chain.problems.length > 0) return verdict.failed('keys', chain.problems.join('; '));
  const at = chain.statements.findIndex(({ key }) => sameKey(key, pinned));
  if (chain.statements.length === 0) return verdict.failed('keys', 'the bundle has no key statements');
  if (at === -1) {
    return verdict.failed(
      'keys',
      `the key you trust, ${nameOf(pinned)}, is none of the log's ${chain.statements.length} keys`,
    );
  }
  const last = chain.statements[chain.statements.length - 1].key;
  const way = sameKey(last, pinned)
    ? 'the log signs with it now'
    : `followed by ${nameOf(last)}, each signed by the one before`;
  verdict.ok('keys', `you trust ${nameOf(pinned)}, the log's key number ${at + 1}; ${way}`);
}

/** Says whether the manifest's note is a trusted key's word on this manifest. */
export function judgeManifest(
  verdict: Verdict,
  signatures: SignatureCheck,
  noteText: string,
  expected: {
    readonly origin: string;
    readonly sha256: string;
    readonly size: number;
    readonly said: string;
  },
): void {
  const note = parseNote(noteText);
  if (note === undefined) return verdict.failed('manifest', 'manifest.txt is no signed note');
  if (note.text !== manifestNoteText(expected.origin, expected.sha256)) {
    return verdict.failed('manifest', 'manifest.json is not the manifest that was signed');
  }
  const refusal = signatures.refusal(note, expected.size);
  if (refusal === undefined) verdict.ok('manifest', expected.said);
  else verdict.failed('manifest', refusal);
}

/** Says whether the checkpoint is a trusted key's word; answers what it states where it is one at all. */
export function judgeCheckpoint(
  verdict: Verdict,
  signatures: SignatureCheck,
  text: string,
  origin: string,
): { note: Note; checkpoint: Checkpoint } | undefined {
  const read = parseCheckpoint(text);
  if (read === undefined) {
    verdict.failed('checkpoint', 'checkpoint.txt is no checkpoint');
    return undefined;
  }
  const { note, checkpoint } = read;
  const refusal =
    checkpoint.origin === origin
      ? signatures.refusal(note, checkpoint.size)
      : `it is of another log, ${checkpoint.origin}`;
  if (refusal === undefined)
    verdict.ok('checkpoint', `a tree of ${checkpoint.size} rows, signed by a key you trust`);
  else verdict.failed('checkpoint', refusal);
  return read;
}
