/** Bundles written and verified: what a good one says, filtered ones, key rotation, and older checkpoints. */
import { EventEmitter, once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { SIGNATURE_TYPES, checkpointText, parseNote, verifyBundle } from '@countersign/engine';
import type { BundleTrust, BundleVerdict } from '@countersign/engine';
import { nameOf } from '../../engine/journal/bundle/signatures-check.js';
import { openBundle } from '../../server/audit/bundle/open-bundle.js';
import type { BundleSource } from '../../server/audit/bundle/source.js';
import { writeBundle } from '../../server/audit/bundle/write-bundle.js';
import { nodeJournalPort as port } from '../../server/audit/journal-port.js';
import { ORIGIN, cosignedBy, createTestLog, noteBy, testSigner } from '../support/audit-log.js';

const folder = mkdtempSync(join(tmpdir(), 'countersign-test-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const log = createTestLog(1000);
const [first, second] = log.signers;

async function bytesOf(source: BundleSource): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of writeBundle(source)) parts.push(part);
  return Buffer.concat(parts);
}

async function verified(source: BundleSource, trust: Partial<BundleTrust> = {}): Promise<BundleVerdict> {
  const path = join(folder, 'bundle.zip');
  writeFileSync(path, await bytesOf(source));
  const bundle = await openBundle(path);
  try {
    return await verifyBundle(port, bundle, { key: second.key, ...trust });
  } finally {
    bundle.close();
  }
}

function lines({ checks }: BundleVerdict): string[] {
  return checks.map(({ name, result, said }) => `${result} ${name}: ${said}`);
}

function said({ checks }: BundleVerdict, name: string): string {
  const check = checks.find((one) => one.name === name);
  return `${check?.result}: ${check?.said}`;
}

describe('a bundle', () => {
  it('of all rows is genuine, and says what it shows', async () => {
    const verdict = await verified(log.source({ erased: new Set([7]), withheld: new Set([17, 27]) }));
    expect(lines(verdict)).toEqual([
      'ok manifest: signed, made at 2026-01-31T09:16:40.000Z',
      'ok files: 8 files, none missing, none added, each with the hash of the manifest',
      `ok keys: you trust ${ORIGIN}+${second.key.id}, the log's key number 2; the log signs with it now`,
      'ok checkpoint: a tree of 1000 rows, signed by a key you trust',
      expect.stringMatching(/^ok tree: rows and proof give the root hash of the checkpoint, [0-9a-f]{64}$/),
      'ok rows: 1000 rows of leaves 0 to 999, none left out',
      'ok selection: every row is shown; those of 100 trees have no hole',
      'ok contents: 97 are what their rows commit to, 1 were erased, 2 are withheld from you',
      'ok persons: 1 persons are named, each with their own pseudonym',
      'ok models: 1 files; 1 of them are in a row of their deployment',
      'none earlier checkpoints: the bundle has none',
      'none witnesses: you gave no key of a witness',
      'none time stamps: the bundle has none, and you gave no certificate of an authority',
      'none your checkpoint: you gave none',
    ]);
    expect(verdict.isGenuine).toBe(true);
  });

  it('is the same to the byte when it is made again at the same moment', async () => {
    expect((await bytesOf(log.source())).equals(await bytesOf(log.source()))).toBe(true);
  });

  it.each([
    [
      'of one row',
      { isShown: (_: unknown, index: number) => index === 511 },
      '1 rows of leaves 0 to 999, 999 left out',
    ],
    ['of no row', { isShown: () => false }, '0 rows of leaves 0 to 999, 1000 left out'],
    [
      'of every third row',
      { isShown: (_: unknown, index: number) => index % 3 === 0 },
      '334 rows of leaves 0 to 999, 666 left out',
    ],
    ['of a period', { range: { from: 301, to: 744 } }, '443 rows of leaves 301 to 743, none left out'],
    ['of an older tree', { size: 777 }, '777 rows of leaves 0 to 776, none left out'],
  ])('%s is genuine', async (_what, options, rows) => {
    const verdict = await verified(log.source(options));
    expect(said(verdict, 'rows')).toContain(`ok: ${rows}`);
    expect(verdict.isGenuine).toBe(true);
  });

  it('is believed by those who trust a former key, up to where it was replaced', async () => {
    const verdict = await verified(log.source(), { key: first.key });
    expect(said(verdict, 'keys')).toContain(`followed by ${ORIGIN}+${second.key.id}`);
    expect(verdict.isGenuine).toBe(true);
    const source = log.source();
    const forged = noteBy(source.checkpoint.note.split('\n\n')[0] + '\n', first);
    const late = await verified({ ...source, checkpoint: { size: 1000, note: forged } }, { key: first.key });
    expect(said(late, 'checkpoint')).toBe(
      `failed: it is signed by ${ORIGIN}+${first.key.id}, which was replaced when the tree had 500 rows`,
    );
  });

  it('is worth nothing under a key that is not the log’s', async () => {
    const verdict = await verified(log.source(), { key: testSigner('a stranger').key });
    expect(['keys', 'checkpoint', 'manifest'].map((name) => said(verdict, name).split(':')[0])).toEqual(
      Array(3).fill('failed'),
    );
  });

  it('carries earlier checkpoints, which its tree must continue', async () => {
    const verdict = await verified(
      log.source({ earlier: [3, 400, 733], isShown: (_, index) => index > 900 }),
    );
    expect(said(verdict, 'earlier checkpoints')).toBe('ok: the tree continues all 3 of them');
    const source = log.source({ earlier: [400] });
    const other = noteBy(
      checkpointText({ origin: ORIGIN, size: 400, root: port.sha256(Buffer.of(1)) }),
      first,
    );
    const forged = await verified({ ...source, earlier: [{ size: 400, note: other }] });
    expect(said(forged, 'earlier checkpoints')).toBe(
      'failed: the tree is not that of checkpoints/400.txt, continued',
    );
  });

  it.each([
    ['continues it', 640, {}, 'ok: the tree of 1000 rows continues yours of 640'],
    ['is it', 1000, {}, 'ok: the tree of 1000 rows continues yours of 1000'],
    [
      'is older',
      1000,
      { size: 900 },
      'failed: the bundle is older: its tree has 900 rows, that of your checkpoint 1000',
    ],
    [
      'hides what is needed',
      300,
      { range: { from: 500, to: 600 } },
      'failed: the bundle does not tell the tree of 300 rows; ask for a bundle with the checkpoint of 300 rows in it',
    ],
    [
      'has it among its own',
      300,
      { range: { from: 500, to: 600 }, earlier: [300] },
      'ok: the tree of 1000 rows continues yours of 300',
    ],
  ])('that %s is held against the checkpoint of the reader', async (_what, size, options, expected) => {
    const verdict = await verified(log.source(options), { checkpoint: log.checkpoint(size) });
    expect(said(verdict, 'your checkpoint')).toBe(expected);
  });

  it('of a log that was rewritten and signed again is found out by an older checkpoint', async () => {
    const root = port.sha256(Buffer.from('what the tree was'));
    const checkpoint = noteBy(checkpointText({ origin: ORIGIN, size: 640, root }), second);
    expect(said(await verified(log.source(), { checkpoint }), 'your checkpoint')).toBe(
      'failed: the log was rewritten: at 640 rows its tree is another one',
    );
  });

  describe('of which the reader asks for the word of a witness', () => {
    const witness = testSigner('a witness', 'witness.example/w1', SIGNATURE_TYPES.cosignature);
    const trust = { witnesses: [witness.key] };
    const cosigned = (note: string, about?: string): string => cosignedBy(note, witness, about);
    const at = 'at 2026-01-31T09:30:00.000Z';
    const judged = async (source: BundleSource): Promise<string> =>
      said(await verified(source, trust), 'witnesses');
    const withEarlier = (size: number, note: string, source = log.source()): BundleSource => ({
      ...source,
      earlier: [{ size, note }],
    });

    it('has it under the checkpoint', async () => {
      const source = log.source();
      const note = cosigned(source.checkpoint.note);
      expect(await judged({ ...source, checkpoint: { size: 1000, note } })).toBe(
        `ok: witness.example/w1 cosigned the tree of 1000 rows ${at}`,
      );
    });

    it('has it under an earlier one that has its rows', async () => {
      const source = log.source({ range: { from: 100, to: 640 } });
      expect(await judged(withEarlier(640, cosigned(log.checkpoint(640)), source))).toBe(
        `ok: witness.example/w1 cosigned the tree of 640 rows ${at}`,
      );
    });

    it('says up to where it has it', async () => {
      expect(await judged(withEarlier(640, cosigned(log.checkpoint(640))))).toBe(
        `failed: ${nameOf(witness.key)} cosigned the tree of 640 rows; ` +
          'the rows from leaf 640 on have no witness yet: make the bundle again later',
      );
      expect(await judged(withEarlier(640, log.checkpoint(640)))).toBe(
        `failed: ${nameOf(witness.key)} did not cosign the checkpoint, nor an earlier one of the bundle`,
      );
    });

    it('does not take a range that leaves shown rows out for all of them', async () => {
      const source = { ...log.source(), range: { from: 0, to: 100 } };
      expect(await judged(withEarlier(640, cosigned(log.checkpoint(640)), source))).toContain(
        'the rows from leaf 640 on have no witness yet',
      );
    });

    it('is refused for a wrong one anywhere, also beside a right one', async () => {
      const source = log.source();
      const earlier = [{ size: 640, note: cosigned(log.checkpoint(640), 'another text\n') }];
      const checkpoint = { size: 1000, note: cosigned(source.checkpoint.note) };
      expect(await judged({ ...source, checkpoint, earlier })).toBe(
        `failed: the cosignature of ${nameOf(witness.key)} under the checkpoint of 640 rows is wrong`,
      );
    });

    it('counts none under a checkpoint that is not of its tree, or of another log', async () => {
      const { text } = parseNote(log.checkpoint(1000)) ?? { text: '' };
      const notes = [
        noteBy(checkpointText({ origin: ORIGIN, size: 1000, root: Buffer.alloc(32) }), second),
        noteBy(text.replace(ORIGIN, 'log.example/other'), second),
        noteBy(text, testSigner('a stranger')),
      ];
      for (const note of notes) {
        const verdict = await verified(withEarlier(1000, cosigned(note)), trust);
        expect(said(verdict, 'witnesses')).toContain('did not cosign');
        expect(said(verdict, 'earlier checkpoints')).toMatch(/^failed/);
      }
    });
  });

  it.each([
    [
      'changed',
      { ...log.rows[41], actor: 'user:nobody' },
      'was changed in the database after it was recorded',
    ],
    ['removed', undefined, 'was removed from the database after it was recorded'],
  ])('is refused where a row was %s in the database', async (_what, row, reason) => {
    const source = log.source({ stored: new Map([[42, row]]) });
    const verdict = await verified(source);
    expect(verdict.isGenuine).toBe(false);
    expect(said(verdict, 'manifest')).toContain(
      `failed: the server could not finish the bundle: The audit row at position 42 ${reason}`,
    );
  });

  it('says that the server failed where it fails in the middle, and no more', async () => {
    const source = log.source();
    const failing: BundleSource = {
      ...source,
      async *shown() {
        for await (const rows of source.shown()) {
          yield rows;
          throw new Error('select secret from somewhere: it is gone');
        }
      },
    };
    const verdict = await verified(failing);
    expect(verdict.isGenuine).toBe(false);
    expect(said(verdict, 'manifest')).toBe(
      'failed: the server could not finish the bundle: The server failed while it wrote this bundle: it is not whole. ' +
        'The log of the server says why.',
    );
  });

  it('is given up when its reader goes away', async () => {
    const events = new EventEmitter();
    const began = once(events, 'began');
    const ended = once(events, 'ended');
    const source = log.source();
    const endless: BundleSource = {
      ...source,
      async *leaves() {
        try {
          yield* source.leaves();
          events.emit('began');
          for (;;) {
            await setImmediate();
            yield [];
          }
        } finally {
          events.emit('ended');
        }
      },
    };
    const bundle = writeBundle(endless);
    await bundle.next();
    await began;
    await bundle.return({ manifest: null, failure: null });
    await ended;
  });
});
