/**
 * A stranger's verifier, which shares no code with ours, comes to the same verdict on every bundle among the test
 * vectors, and on fresh ones. It is Python; where there is none, this says so and is skipped.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { formatVerifierKey } from '@countersign/engine';
import { writeBundle } from '../../server/audit/bundle/write-bundle.js';
import { createTestLog } from '../support/audit-log.js';
import { VECTORS, readBundleVectors } from '../support/bundle-vectors.js';
import { hasOpenssl } from '../support/time-stamp-authority.js';

const SCRIPT = fileURLToPath(new URL('independent-verifier.py', import.meta.url));
const hasPython = spawnSync('python3', ['-c', 'import hashlib, zipfile']).status === 0;
const folder = mkdtempSync(join(tmpdir(), 'countersign-stranger-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function judge(
  bundle: string,
  key: string,
  { checkpoint, tsa }: { readonly checkpoint?: string; readonly tsa?: string },
): { code: number | null; failed: string[]; error: string } {
  const known = join(folder, 'checkpoint.txt');
  if (checkpoint !== undefined) writeFileSync(known, checkpoint);
  const args = [SCRIPT, bundle, key, ...(checkpoint === undefined ? [] : [known])];
  if (tsa !== undefined) args.push('--tsa', join(VECTORS, tsa));
  const { status, stdout, stderr } = spawnSync('python3', args, { encoding: 'utf8' });
  return { code: status, failed: stdout.split('\n').filter((line) => line !== ''), error: stderr };
}

describe.skipIf(!hasPython)('a stranger’s verifier (needs python3)', () => {
  it.each(readBundleVectors().map((vector) => [vector.file, vector] as const))(
    'agrees on %s',
    (file, { key, checkpoint, tsa, genuine, failed }) => {
      // It asks OpenSSL about time stamps; without one only the rest is compared.
      if (tsa !== undefined && !hasOpenssl) return;
      const verdict = judge(join(VECTORS, file), key, { checkpoint, tsa });
      expect(verdict.error).toBe('');
      expect(verdict.code).toBe(genuine ? 0 : 1);
      // After rows that can't be put into the tree at all, ours leaves the checks that follow from it unmade.
      const certain = failed.includes('rows') && failed.includes('contents') ? ['rows', 'tree'] : [...failed];
      expect(verdict.failed).toEqual(expect.arrayContaining(certain));
    },
  );

  it('agrees on larger bundles, of all rows and of some', async () => {
    const log = createTestLog(777);
    const key = formatVerifierKey(log.signers[0].key);
    for (const options of [
      {},
      { isShown: (_: unknown, index: number) => index % 7 === 2, earlier: [100, 600] },
    ]) {
      const parts: Uint8Array[] = [];
      for await (const part of writeBundle(log.source(options))) parts.push(part);
      const path = join(folder, 'bundle.zip');
      writeFileSync(path, Buffer.concat(parts));
      expect(judge(path, key, { checkpoint: log.checkpoint(600) })).toEqual({
        code: 0,
        failed: [],
        error: '',
      });
    }
  });
});
