/** A dump that is restored into a cluster of PostgreSQL which has counted fewer transactions: the tree goes on all the same. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRuntime } from '@countersign/server';
import { openLeafWork } from '../../server/audit/sequencer/leaves.js';
import { openAuditTrail, trailFiles } from '../../server/audit/trail.js';
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

describe.skipIf(missing !== null)('a database from a cluster that was further', () => {
  let postgres: TestPostgres;
  let database: string;
  let folder: string;

  beforeEach(async () => {
    postgres = await startPostgres();
    database = await postgres.create();
    folder = mkdtempSync(join(tmpdir(), 'countersign-restored-'));
  });
  afterEach(async () => {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A server's time: rows before its tree grows, and some that it leaves to the next one. */
  const serve = async (): Promise<void> => {
    const runtime = await openRuntime({ database });
    const errors: unknown[] = [];
    const trail = await openAuditTrail(runtime, trailFiles(database, join(folder, 'trail')), {
      onError: (error) => errors.push(error),
      work: await openLeafWork(database),
      interval: 3_600_000,
    });
    const resources = [{ name: 'empty.bpmn', content: EMPTY }];
    await runtime.deploy({ resources, actor: 'user:demo' });
    for (let count = 0; count < 40; count += 1)
      await runtime.createInstance({ processId: 'empty', variables: {} }, 'user:mary');
    await trail.catchUp();
    const [{ rows }] = await postgres.query<{ rows: string }>(database, 'select count(*) as rows from audit');
    expect(trail.figures().leaves).toBe(Number(rows));
    const twice = `select position, count(*) from audit_tree, jsonb_array_elements_text(positions::jsonb) as position
      where level = 0 group by position having count(*) > 1`;
    expect(await postgres.query(database, twice)).toEqual([]);
    await runtime.createInstance({ processId: 'empty', variables: {} }, 'user:mary');
    await trail.close();
    await runtime.shutdown();
    expect(errors).toEqual([]);
  };
  /** The rows as another cluster would have numbered them. */
  const raise = (by: number): Promise<unknown[]> =>
    postgres.query(
      database,
      `set session_replication_role = replica;
       update audit set transaction_id = (transaction_id::text::bigint + ${by})::text::xid8;
       update audit_checkpoint set place =
         (split_part(place, ':', 1)::bigint + ${by})::text || ':' || split_part(place, ':', 2)`,
    );

  test('has each row in its tree once, however often it is moved', async () => {
    await serve();
    await raise(4_000_000_000);
    await serve();
    await serve();
    await raise(77);
    await serve();
    await raise(1_000_000);
    await serve();
  });
});
