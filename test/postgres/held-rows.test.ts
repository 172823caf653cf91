/** What holds rows back from the tree: a transaction that is open anywhere in the cluster, or a node that cannot read. */
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRuntime } from '@countersign/server';
import { openLeafWork } from '../../server/audit/sequencer/leaves.js';
import { openAuditTrail, trailFiles } from '../../server/audit/trail.js';
import type { LeafWork } from '../../server/audit/sequencer/leaves.js';
import { bpmnXml, chain } from '../support/bpmn-xml.js';
import { startPostgres, whyNoPostgres } from '../support/postgres.js';
import type { TestPostgres } from '../support/postgres.js';

const EMPTY = bpmnXml({
  id: 'empty',
  nodes: [
    { type: 'startEvent', id: 'start' },
    { type: 'endEvent', id: 'end' },
  ],
  flows: chain('start', 'end'),
});

const missing = whyNoPostgres();

describe.skipIf(missing !== null)('a transaction of somebody else', () => {
  let postgres: TestPostgres;
  let folder: string;

  beforeAll(async () => {
    postgres = await startPostgres();
    folder = mkdtempSync(join(tmpdir(), 'countersign-held-'));
  });
  afterAll(async () => {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('is waited for, so that no row is missing from what is told to be everything', async () => {
    const database = await postgres.create();
    const runtime = await openRuntime({ database });
    const other = new Client({ connectionString: postgres.address });
    await other.connect();
    const leaves = await openLeafWork(database);
    /** The transaction ends only after the sequencer has found nothing more that it can take. */
    const work: LeafWork = {
      ...leaves,
      async next() {
        const round = await leaves.next();
        if (round === null) await other.query('rollback');
        return round;
      },
    };
    const trail = await openAuditTrail(runtime, trailFiles(database, join(folder, 'trail')), {
      onError: () => undefined,
      work,
      interval: 3_600_000,
    });
    await trail.catchUp();
    await other.query('begin');
    await other.query('select pg_current_xact_id()');
    await runtime.deploy({ resources: [{ name: 'empty.bpmn', content: EMPTY }], actor: 'user:demo' });
    await runtime.createInstance({ processId: 'empty', variables: {} }, 'user:mary');
    await trail.catchUp();
    const [{ rows }] = await postgres.query<{ rows: string }>(database, 'select count(*) as rows from audit');
    expect(trail.figures().leaves).toBe(Number(rows));
    await trail.close();
    await runtime.shutdown();
    await other.end();
  });

  test('is not needed to hold rows back: where a node cannot read them, another one takes them', async () => {
    const database = await postgres.create();
    const files = trailFiles(database, join(folder, 'two'));
    const begin = async (isBroken: () => boolean) => {
      const runtime = await openRuntime({ database });
      const leaves = await openLeafWork(database);
      const next: LeafWork['next'] = () =>
        isBroken() ? Promise.reject(new Error('connect ECONNREFUSED')) : leaves.next();
      const trail = await openAuditTrail(runtime, files, {
        onError: () => undefined,
        work: { ...leaves, next },
      });
      return { runtime, trail };
    };
    const broken = { first: false, second: false };
    const first = await begin(() => broken.first);
    await first.trail.catchUp();
    const second = await begin(() => broken.second);
    broken.first = true;
    broken.second = true;
    const { runtime } = second;
    await runtime.deploy({ resources: [{ name: 'empty.bpmn', content: EMPTY }], actor: 'user:demo' });
    await runtime.createInstance({ processId: 'empty', variables: {} }, 'user:mary');
    // Both know that rows wait: the one that wrote them, and the one that did not.
    for (const { trail } of [first, second])
      await expect.poll(() => trail.figures().lag, { timeout: 10_000 }).toBeGreaterThan(0);
    broken.second = false;
    const missing = async () => {
      const [row] = await postgres.query<{ rows: string; size: string }>(
        database,
        'select (select count(*) from audit) as rows, (select max(size) from audit_checkpoint) as size',
      );
      return Number(row.rows) - Number(row.size);
    };
    await expect.poll(missing, { timeout: 30_000 }).toBe(0);
    for (const { trail } of [first, second])
      await expect.poll(() => trail.figures().lag, { timeout: 10_000 }).toBe(0);
    for (const node of [first, second]) {
      await node.trail.close();
      await node.runtime.shutdown();
    }
  }, 60_000);
});
