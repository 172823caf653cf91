/**
 * A stranger's verifier, which shares no code with ours, comes to the same verdict on every bundle among the test
 * vectors, and on fresh ones. It is Python; where there is none, this says so and is skipped.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { SIGNATURE_TYPES, formatVerifierKey } from '@countersign/engine';
import { writeBundle } from '../../server/audit/bundle/write-bundle.js';
import { cosignedBy, createTestLog, testSigner } from '../support/audit-log.js';
import { AUTHORITY, VECTORS, readBundleVectors, verifyVector } from '../support/bundle-vectors.js';
import { hasPython, judgeIndependently } from '../support/independent-verifier.js';
import { hasOpenssl } from '../support/time-stamp-authority.js';

const folder = mkdtempSync(join(tmpdir(), 'countersign-stranger-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** The file of a checkpoint that the reader holds. */
function kept(checkpoint: string): string {
  const path = join(folder, 'checkpoint.txt');
  writeFileSync(path, checkpoint);
  return path;
}

describe.skipIf(!hasPython)('a stranger’s verifier (needs python3)', () => {
  it.each(readBundleVectors().map((vector) => [vector.file, vector] as const))(
    'agrees on %s',
    (file, { key, checkpoint, tsa, witness, genuine, complete, failed }) => {
      // It asks OpenSSL about time stamps; without one only the rest is compared.
      if (tsa !== undefined && !hasOpenssl) return;
      const verdict = judgeIndependently(join(VECTORS, file), key, {
        ...(checkpoint !== undefined && { checkpoint: kept(checkpoint) }),
        ...(tsa !== undefined && { tsa: join(VECTORS, tsa) }),
        ...(witness !== undefined && { witness }),
      });
      expect(verdict.error).toBe('');
      expect([verdict.code, verdict.isComplete]).toEqual([genuine ? 0 : 1, complete]);
      // After rows that can't be put into the tree at all, ours leaves the checks that follow from it unmade.
      const certain =
        failed.includes('rows') && failed.includes('contents') ? ['rows', 'tree', 'selection'] : [...failed];
      expect(verdict.failed).toEqual(expect.arrayContaining(certain));
    },
  );

  it('agrees on larger bundles, of all rows and of some', async () => {
    const log = createTestLog(777);
    const key = formatVerifierKey(log.signers[0].key);
    for (const options of [
      { earlier: [600] },
      { isShown: (_: unknown, index: number) => index % 7 === 2, earlier: [100, 600] },
    ]) {
      const parts: Uint8Array[] = [];
      for await (const part of writeBundle(log.source(options))) parts.push(part);
      const path = join(folder, 'bundle.zip');
      writeFileSync(path, Buffer.concat(parts));
      expect(judgeIndependently(path, key, { checkpoint: kept(log.checkpoint(600)) })).toEqual({
        code: 0,
        failed: [],
        isComplete: !('isShown' in options),
        error: '',
      });
    }
  });

  it.skipIf(!hasOpenssl)(
    'agrees that a witness takes nothing from the stamp that a checkpoint had',
    async () => {
      const log = createTestLog(42);
      const key = formatVerifierKey(log.signers[0].key);
      const witness = testSigner('a witness', 'witness.example/w1', SIGNATURE_TYPES.cosignature);
      const token = readFileSync(join(VECTORS, 'time-stamp.tst'));
      const path = join(folder, 'bundle.zip');
      const source = log.source({ range: { from: 0, to: 33 }, timeStamps: [{ size: 33, token }] });
      const earlier = [{ size: 33, note: cosignedBy(log.checkpoint(33), witness) }];
      const parts: Uint8Array[] = [];
      for await (const part of writeBundle({ ...source, earlier })) parts.push(part);
      writeFileSync(path, Buffer.concat(parts));
      const given = { tsa: AUTHORITY, witness: formatVerifierKey(witness.key) };
      expect(await verifyVector({ file: relative(VECTORS, path), key, ...given })).toEqual({
        code: 0,
        complete: true,
        failed: [],
      });
      expect(judgeIndependently(path, key, { ...given, tsa: join(VECTORS, AUTHORITY) })).toEqual({
        code: 0,
        failed: [],
        isComplete: true,
        error: '',
      });
    },
  );
});
