/** The bundles among the test vectors: what they are, how they are verified, and how they are made. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SIGNATURE_TYPES, formatVerifierKey } from '@countersign/engine';
import type { BundleVerdict, JsonObject, StoredLeaf } from '@countersign/engine';
import type { BundleSource } from '../../server/audit/bundle/source.js';
import { writeBundle } from '../../server/audit/bundle/write-bundle.js';
import { CliFailure } from '../../server/cli/exit-codes.js';
import { verify } from '../../server/cli/verify.js';
import { cosignedBy, createTestLog, testSigner } from './audit-log.js';
import { CORRUPTIONS, corrupted } from './bundle-corruptions.js';
import type { Corruption } from './bundle-edit.js';
import { createAuthority } from './time-stamp-authority.js';
import { entriesOf, zipOf } from './zip-entries.js';

/** Where the vectors lie. */
export const VECTORS = fileURLToPath(new URL('../audit/vectors', import.meta.url));

/** The checkpoint of so many rows is stamped. */
const STAMPED = 33;
const TIME_STAMP = 'time-stamp.tst';
/** The certificate of the authority that stamped it. */
export const AUTHORITY = 'time-stamp-authority.pem';
const OTHER_AUTHORITY = 'other-authority.pem';

/** The checkpoint of so many rows is cosigned. */
const COSIGNED = 33;
const witness = testSigner('a witness', 'witness.example/w1', SIGNATURE_TYPES.cosignature);
const WITNESS = formatVerifierKey(witness.key);

/** A bundle to be verified, and what must come of it. */
export interface BundleVector {
  readonly file: string;
  readonly what: string;
  readonly key: string;
  /** A checkpoint that the reader holds. */
  readonly checkpoint?: string;
  /** The file with the certificate of the authority whose time stamps the reader wants. */
  readonly tsa?: string;
  /** The key of a witness that must have cosigned. */
  readonly witness?: string;
  readonly genuine: boolean;
  /** Whether it shows by itself that nothing of what was asked for is missing. */
  readonly complete: boolean;
  /** The checks that fail, `archive` where it is not read at all; none of a genuine bundle. */
  readonly failed: readonly string[];
}

/** The vectors as they are listed. */
export function readBundleVectors(): readonly BundleVector[] {
  return JSON.parse(readFileSync(join(VECTORS, 'bundles.json'), 'utf8')) as BundleVector[];
}

/** Verifies a bundle with `countersign verify`: its exit code and the checks that failed. */
export async function verifyVector(
  vector: Pick<BundleVector, 'file' | 'key' | 'checkpoint' | 'tsa' | 'witness'>,
): Promise<{ code: number; complete: boolean; failed: string[] }> {
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
      {
        bundle: join(VECTORS, vector.file),
        key: vector.key,
        checkpoint,
        tsa: vector.tsa === undefined ? undefined : join(VECTORS, vector.tsa),
        witness: vector.witness === undefined ? [] : [vector.witness],
        json: true,
      },
      terminal,
    ).catch((error: unknown) => {
      if (error instanceof CliFailure) return error.code;
      throw error;
    });
    if (out === '') return { code, complete: false, failed: ['archive'] };
    const { checks, isComplete } = JSON.parse(out) as BundleVerdict;
    return {
      code,
      complete: isComplete,
      failed: checks.filter(({ result }) => result === 'failed').map(({ name }) => name),
    };
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
  const stamped = await filesOf(
    log.source({
      earlier: [STAMPED],
      timeStamps: [{ size: STAMPED, token: stampOf(log.checkpoint(STAMPED)) }],
    }),
  );
  const cosigned = await filesOf({
    ...log.source({ range: { from: 5, to: COSIGNED } }),
    earlier: [{ size: COSIGNED, note: cosignedBy(log.checkpoint(COSIGNED), witness) }],
  });
  const vectors: BundleVector[] = [];
  const add = async (
    name: string,
    files: Map<string, Buffer>,
    vector: Omit<BundleVector, 'file' | 'failed' | 'genuine' | 'complete'>,
    { pack = (zip: Buffer) => zip, twice }: Pick<Corruption, 'pack' | 'twice'> = {},
  ): Promise<void> => {
    const file = `${name}.zip`;
    const zip = await zipOf(files, twice === undefined ? [] : [twice]);
    writeFileSync(join(VECTORS, file), pack(zip));
    const { complete, failed } = await verifyVector({ ...vector, file });
    vectors.push({ file, ...vector, genuine: failed.length === 0, complete, failed });
  };
  await add('genuine', genuine, { what: 'All rows of a log; one content is erased.', key: logKey });
  const rest = 'Some rows of a range, the others by their hashes, and two earlier checkpoints.';
  await add('genuine-filtered', filtered, { what: rest, key: logKey });
  const stamp = `All rows, with a time stamp of the checkpoint at ${STAMPED} rows.`;
  await add('genuine-stamped', stamped, { what: stamp, key: logKey, tsa: AUTHORITY });
  const seen = `The rows of a range, with the checkpoint at ${COSIGNED} rows, where it ends, which a witness cosigned.`;
  await add('genuine-cosigned', cosigned, { what: seen, key: logKey, witness: WITNESS });
  const bundles = { genuine, stamped, cosigned };
  for (const { name, what, source } of selections())
    await add(name, await filesOf(source), { what, key: logKey });
  for (const corruption of CORRUPTIONS) {
    const { name, what, key, known, of = 'genuine', trustsAuthority } = corruption;
    await add(
      name,
      corrupted(bundles[of], corruption, log),
      {
        what,
        ...(of === 'cosigned' && { witness: WITNESS }),
        ...(trustsAuthority && { tsa: trustsAuthority === 'own' ? AUTHORITY : OTHER_AUTHORITY }),
        key: key === undefined ? logKey : formatVerifierKey(key.key),
        ...(known !== undefined && { checkpoint: longer.checkpoint(known) }),
      },
      corruption,
    );
  }
  writeFileSync(join(VECTORS, 'bundles.json'), `${JSON.stringify(vectors, null, 2)}\n`);
}

/** Bundles of one instance, and of a log that never had one of its rows. */
function selections(): { name: string; what: string; source: BundleSource }[] {
  const called = createTestLog(42, { change: callsAnother });
  const asked = (key: string): { filter: JsonObject; withheld: Set<number> } => ({
    filter: { processInstanceKey: key },
    withheld: new Set([17]),
  });
  const ofTree = ({ rootKey }: StoredLeaf): boolean => rootKey === 101;
  const isHole = (row: StoredLeaf): boolean => row.sequence === 4 || row.sequence === 5;
  return [
    {
      name: 'genuine-instance',
      what: 'The rows of an instance; those of one that it called stand beside them without content.',
      source: called.source({ ...asked('101'), isShown: ofTree }),
    },
    {
      name: 'instance-with-hole',
      what: 'The rows of an instance, and two of its tree stand as hashes.',
      source: called.source({ ...asked('101'), isShown: (row) => ofTree(row) && !isHole(row) }),
    },
    {
      name: 'instance-without-rows',
      what: 'An instance of which no row is shown.',
      source: called.source({ ...asked('999'), isShown: () => false }),
    },
    {
      name: 'never-recorded',
      what: 'All rows of a log that has not the third row of an instance, because it was removed before it had its leaf.',
      source: createTestLog(41, { without: 14 }).source(),
    },
  ];
}

/** Rows 4 to 7 of each tree are of an instance that the root called. */
function callsAnother(row: StoredLeaf): StoredLeaf {
  const { sequence, rootKey } = row;
  const isCalled = sequence !== null && rootKey !== null && sequence > 3 && sequence < 8;
  return isCalled ? { ...row, processInstanceKey: rootKey + 500 } : row;
}

/**
 * The time stamp of a note, which stands in a file of its own: OpenSSL makes another one every time. To make it anew,
 * remove it first.
 */
function stampOf(note: string): Uint8Array {
  const path = join(VECTORS, TIME_STAMP);
  if (!existsSync(path)) {
    const valid = { from: '20260101000000Z', to: '20991231000000Z' };
    const [authority, other] = [createAuthority({ valid, key: 'ec' }), createAuthority({ valid, key: 'ec' })];
    writeFileSync(path, authority.stamp(Buffer.from(note)));
    writeFileSync(join(VECTORS, AUTHORITY), authority.root);
    writeFileSync(join(VECTORS, OTHER_AUTHORITY), other.root);
    authority.remove();
    other.remove();
  }
  return readFileSync(path);
}

async function filesOf(source: BundleSource): Promise<Map<string, Buffer>> {
  const parts: Uint8Array[] = [];
  for await (const part of writeBundle(source)) parts.push(part);
  return entriesOf(Buffer.concat(parts));
}
