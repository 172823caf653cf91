/** Signed notes, checkpoints, cosignatures and key statements: known signatures, and everything that must be refused. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  SIGNATURE_TYPES,
  checkpointText,
  cosign,
  formatNote,
  formatVerifierKey,
  keyStatementText,
  parseCheckpoint,
  parseNote,
  parseVerifierKey,
  readKeyChain,
  retiredAt,
  signText,
  toBase64,
  trustedKeys,
  verifierKey,
  verifyCosignatures,
  verifyNote,
} from '@countersign/engine';
import type { KeyStatement, Note, VerifierKey } from '@countersign/engine';
import { nodeJournalPort as port } from '../../server/audit/journal-port.js';

interface Signer {
  readonly key: VerifierKey;
  readonly sign: (message: Uint8Array) => Uint8Array;
}

function newSigner(name: string, type?: number): Signer {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const { x } = publicKey.export({ format: 'jwk' });
  const key = verifierKey(port, name, Buffer.from(x ?? '', 'base64url'), type);
  return { key, sign: (message) => sign(null, message, privateKey) };
}

function noteBy(text: string, ...signers: readonly Signer[]): string {
  return formatNote({ text, signatures: signers.map((by) => signText(port, text, by.key, by.sign)) });
}

function parsed(text: string): Note {
  const note = parseNote(text);
  if (note === undefined) throw new Error(`No note: ${text}`);
  return note;
}

describe('a signed note', () => {
  // From the documentation of Go's package golang.org/x/mod/sumdb/note.
  const known = parseVerifierKey(port, 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW');
  const text =
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
  const line =
    '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';

  it('of another implementation is verified', () => {
    if (known === undefined) throw new Error('The key is not read.');
    expect(verifyNote(port, parsed(`${text}\n${line}`), [known]).signed).toEqual([known]);
    expect(verifyNote(port, parsed(`${text.replace('problem,', 'problem.')}\n${line}`), [known])).toEqual({
      signed: [],
      forged: [known],
    });
    expect(formatNote(parsed(`${text}\n${line}`))).toBe(`${text}\n${line}`);
  });

  it('takes signatures of strangers for nothing, even of the same name', () => {
    const mine = newSigner('log.example');
    const other = newSigner('log.example');
    expect(verifyNote(port, parsed(noteBy('a\n', other)), [mine.key])).toEqual({ signed: [], forged: [] });
    expect(verifyNote(port, parsed(noteBy('a\n', other, mine)), [mine.key]).signed).toEqual([mine.key]);
  });

  it.each([
    ['without a signature', 'a\n\n'],
    ['without an empty line', `a\n${line}`],
    ['without a text', `\n${line}`],
    ['cut off', `a\n\n${line.slice(0, -1)}`],
    ['with a control character', `a\u0007\n\n${line}`],
    ['with a signature that is no Base64', 'a\n\n— x ???\n'],
    ['with a hyphen for the dash', `a\n\n${line.replace('—', '-')}`],
  ])('%s is none', (_what, note) => {
    expect(parseNote(note)).toBeUndefined();
  });

  it('has a key whose id is its own', () => {
    const { key } = newSigner('log.example');
    const vkey = formatVerifierKey(key);
    expect(parseVerifierKey(port, vkey)).toEqual({ ...key, publicKey: Uint8Array.from(key.publicKey) });
    expect(parseVerifierKey(port, vkey.replace('log.', 'dog.'))).toBeUndefined();
    expect(parseVerifierKey(port, vkey.slice(0, -4))).toBeUndefined();
    expect(() => verifierKey(port, 'a b', key.publicKey)).toThrow('no space and no plus');
  });
});

describe('a checkpoint', () => {
  const log = newSigner('log.example/one');
  const root = port.sha256(Buffer.from('root'));
  const text = checkpointText({ origin: 'log.example/one', size: 20852163, root });

  it('is three lines and a signature', () => {
    expect(text).toBe(`log.example/one\n20852163\n${toBase64(root)}\n`);
    const read = parseCheckpoint(noteBy(text, log));
    expect(read?.checkpoint).toMatchObject({ origin: 'log.example/one', size: 20852163 });
    expect(Buffer.from(read?.checkpoint.root ?? [])).toEqual(Buffer.from(root));
  });

  it.each([
    ['a size with a zero before it', text.replace('20852163', '020852163')],
    ['a size that is none', text.replace('20852163', '-1')],
    ['a short root', text.replace(/\n[^\n]+\n$/, '\nAAAA\n')],
    ['an empty line', `${text}\n`],
    ['no root', 'log.example/one\n1\n'],
  ])('with %s is none', (_what, wrong) => {
    expect(parseCheckpoint(noteBy(wrong, log))).toBeUndefined();
  });

  it('carries the word of a witness with its time', () => {
    const witness = newSigner('witness.example/w1', SIGNATURE_TYPES.cosignature);
    const line = cosign(port, text, witness.key, 1679315147, witness.sign);
    const note = { text, signatures: [signText(port, text, log.key, log.sign), line] };
    const [found] = verifyCosignatures(port, parsed(formatNote(note)), [witness.key]);
    expect(found).toMatchObject({ time: 1679315147, right: true });
    const later = Uint8Array.from(line.signature, (byte, at) => (at === 7 ? byte + 1 : byte));
    const moved = { text, signatures: [{ ...line, signature: later }] };
    expect(verifyCosignatures(port, moved, [witness.key])).toMatchObject([{ right: false }]);
    expect(verifyNote(port, note, [witness.key])).toEqual({ signed: [], forged: [] });
  });
});

describe('key statements', () => {
  const origin = 'log.example/one';
  const signers = [newSigner(origin), newSigner(origin), newSigner(origin)];
  const statement = (number: number, size: number): KeyStatement => {
    return { origin, number, key: signers[number - 1].key, size, at: '2026-01-31T09:30:00.000Z' };
  };
  const texts = [statement(1, 0), statement(2, 100), statement(3, 250)].map(keyStatementText);
  const notes = [
    noteBy(texts[0], signers[0]),
    noteBy(texts[1], signers[0], signers[1]),
    noteBy(texts[2], signers[1], signers[2]),
  ];

  it('lead from a trusted key to its successors, and never back', () => {
    const chain = readKeyChain(port, origin, notes);
    expect(chain.problems).toEqual([]);
    expect(trustedKeys(chain, signers[0].key).map(({ id }) => id)).toEqual(signers.map(({ key }) => key.id));
    expect(trustedKeys(chain, signers[1].key).map(({ id }) => id)).toEqual(
      signers.slice(1).map(({ key }) => key.id),
    );
    expect(trustedKeys(chain, newSigner(origin).key)).toHaveLength(1);
    expect([retiredAt(chain, signers[0].key), retiredAt(chain, signers[2].key)]).toEqual([100, undefined]);
  });

  it.each([
    ['is not signed by its own key', [notes[0], noteBy(texts[1], signers[0])], 'the key it announces'],
    ['is not signed by the former key', [notes[0], noteBy(texts[1], signers[1])], 'the former key'],
    ['is left out', [notes[0], notes[2]], 'says that it is number 3'],
    ['is of another log', [noteBy(texts[0].replace('/one', '/two'), signers[0])], 'of another log'],
    [
      'is none',
      [noteBy(checkpointText({ origin, size: 1, root: signers[0].key.publicKey }), signers[0])],
      'is no key statement',
    ],
  ])('are worth nothing where one %s', (_what, wrong, problem) => {
    const chain = readKeyChain(port, origin, wrong);
    expect(chain.problems.join('; ')).toContain(problem);
    expect(trustedKeys(chain, signers[0].key)).toEqual([signers[0].key]);
  });
});
