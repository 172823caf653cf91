/** The bundles among the test vectors: what they are, how they are verified, and how they are made. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatVerifierKey } from '@countersign/engine';
import type { BundleSource } from '../../server/audit/bundle/source.js';
import { writeBundle } from '../../server/audit/bundle/write-bundle.js';
import { verify } from '../../server/cli/verify.js';
import { createTestLog } from './audit-log.js';
import { CORRUPTIONS, corrupted } from './bundle-corruptions.js';
import { entriesOf, zipOf } from './zip-entries.js';

/** Where the vectors lie. */
export const VECTORS = fileURLToPath(new URL('../audit/vectors', import.meta.url));

/** A bundle to be verified, and what must come of it. */
export interface BundleVector {
  readonly file: string;
  readonly what: string;
  readonly key: string;
  /** A checkpoint that the reader holds. */
  readonly checkpoint?: string;
  readonly genuine: boolean;
  /** The checks that fail; none of a genuine bundle. */
  readonly failed: readonly string[];
}

/** The vectors as they are listed. */
export function readBundleVectors(): readonly BundleVector[] {
  return JSON.parse(readFileSync(join(VECTORS, 'bundles.json'), 'utf8')) as BundleVector[];
}

/** Verifies a bundle with `countersign verify`: its exit code and the checks that failed. */
export async function verifyVector(
  vector: Pick<BundleVector, 'file' | 'key' | 'checkpoint'>,
): Promise<{ code: number; failed: string[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-verify-'));
  try {
    const checkpoint = vector.checkpoint === undefined ? undefined : join(folder, 'checkpoint.txt');
    if (checkpoint !== undefined) writeFileSync(checkpoint, vector.checkpoint ?? '');
    let out = '';
    const terminal = {
      out: (text: string) => void (out += text),
      err: () => undefined,
      environment: {},
      isWatched: false,
      readInput: () => Promise.resolve(''),
    };
    const code = await verify(
      { bundle: join(VECTORS, vector.file), key: vector.key, checkpoint, json: true },
      terminal,
    );
    const { checks } = JSON.parse(out) as { checks: { name: string; result: string }[] };
    return { code, failed: checks.filter(({ result }) => result === 'failed').map(({ name }) => name) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Writes all bundles and their list anew. */
export async function writeBundleVectors(): Promise<void> {
  const log = createTestLog(42);
  const longer = createTestLog(60);
  const logKey = formatVerifierKey(log.signers[1].key);
  const genuine = await filesOf(log.source({ erased: new Set([27]) }));
  const filtered = await filesOf(
    log.source({
      range: { from: 5, to: 37 },
      isShown: ({ sequence }) => sequence !== null && sequence % 3 === 0,
      earlier: [10, 22],
      filter: { processDefinitionId: 'approval' },
      withheld: new Set([17]),
    }),
  );
  mkdirSync(VECTORS, { recursive: true });
  const vectors: BundleVector[] = [];
  const add = async (
    name: string,
    files: Map<string, Buffer>,
    vector: Omit<BundleVector, 'file' | 'failed' | 'genuine'>,
  ): Promise<void> => {
    const file = `${name}.zip`;
    writeFileSync(join(VECTORS, file), await zipOf(files));
    const { failed } = await verifyVector({ ...vector, file });
    vectors.push({ file, ...vector, genuine: failed.length === 0, failed });
  };
  await add('genuine', genuine, { what: 'All rows of a log; one content is erased.', key: logKey });
  const rest = 'Some rows of a range, the others by their hashes, and two earlier checkpoints.';
  await add('genuine-filtered', filtered, { what: rest, key: logKey });
  for (const corruption of CORRUPTIONS) {
    const { name, what, key, known } = corruption;
    await add(name, corrupted(genuine, corruption, log), {
      what,
      key: key === undefined ? logKey : formatVerifierKey(key.key),
      ...(known !== undefined && { checkpoint: longer.checkpoint(known) }),
    });
  }
  writeFileSync(join(VECTORS, 'bundles.json'), `${JSON.stringify(vectors, null, 2)}\n`);
}

async function filesOf(source: BundleSource): Promise<Map<string, Buffer>> {
  const parts: Uint8Array[] = [];
  for await (const part of writeBundle(source)) parts.push(part);
  return entriesOf(Buffer.concat(parts));
}
