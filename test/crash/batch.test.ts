/**
 * A server that is killed (kill -9) again and again while it does the same to thousands of instances. Afterwards the
 * batch operation has ended, every instance was done exactly once, and the counts are right.
 *
 * The seed is printed; `CRASH_SEED`, `CRASH_KILLS` and `CRASH_INSTANCES` repeat or lengthen a run.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRuntime } from '@countersign/server';
import { checkJournal } from '../../server/store/check-journal.js';
import { openStore } from '../../server/store/store.js';
import { bpmnXml, chain, serviceTask } from '../support/bpmn-xml.js';
import { randomFrom } from '../support/crash-model.js';
import { createAll } from '../support/runtime-load.js';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';

const SEED = Number(process.env['CRASH_SEED'] ?? 1);
const KILLS = Number(process.env['CRASH_KILLS'] ?? 5);
const INSTANCES = Number(process.env['CRASH_INSTANCES'] ?? 3_000);

/** Waits at `first`; the batch operation moves the token to `second`, which can be done once. */
const MODEL = bpmnXml({
  id: 'moved',
  nodes: [
    { type: 'startEvent', id: 'start' },
    serviceTask('first'),
    serviceTask('second'),
    { type: 'endEvent', id: 'end' },
  ],
  flows: chain('start', 'first', 'second', 'end'),
});

const built = existsSync(fileURLToPath(new URL('../../server/dist/cli/main.js', import.meta.url)));
if (!built) console.log('The server has not been built (npm run build): the test of its batches is skipped.');

interface Progress {
  readonly state: string;
  readonly operationsTotalCount: number;
  readonly operationsCompletedCount: number;
}

describe.skipIf(!built)('a batch operation whose server is killed', () => {
  let folder: string;
  let database: string;
  let server: TestServer;
  let kills = 0;
  let last: Progress;

  const read = async (key: string): Promise<Progress> => {
    const answer = await fetch(`${server.url}/v2/batch-operations/${key}`);
    return (await answer.json()) as Progress;
  };

  /** Follows the operation until it has done so many, or has ended. */
  const until = async (key: string, done: number): Promise<Progress> => {
    for (;;) {
      const progress = await read(key);
      if (progress.state === 'COMPLETED' || progress.operationsCompletedCount >= done) return progress;
    }
  };

  beforeAll(async () => {
    console.log(`CRASH_SEED=${SEED} CRASH_KILLS=${KILLS} CRASH_INSTANCES=${INSTANCES}`);
    const random = randomFrom(SEED);
    folder = mkdtempSync(join(tmpdir(), 'countersign-batch-'));
    database = join(folder, 'test.db');
    const runtime = await openRuntime({ database });
    await runtime.deploy({ resources: [{ name: 'moved.bpmn', content: MODEL }], actor: 'user:demo' });
    await createAll(runtime, 'moved', INSTANCES, 50);
    await runtime.shutdown();

    server = await startServer({ process: true, database });
    const created = await fetch(`${server.url}/v2/process-instances/modification`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({
        filter: { processDefinitionId: 'moved' },
        moveInstructions: [{ sourceElementId: 'first', targetElementId: 'second' }],
      }),
    });
    const { batchOperationKey: key } = (await created.json()) as { batchOperationKey: string };
    // The first kill hits while the instances are looked up, or right after.
    let done = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      const progress = await until(key, done);
      if (progress.state === 'COMPLETED') break;
      await server.kill();
      kills += 1;
      done = progress.operationsCompletedCount + 1 + Math.floor((random() * INSTANCES) / KILLS);
      server = await startServer({ process: true, database });
    }
    last = await until(key, Infinity);
    await server.close();
  }, 240_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('was killed in the middle of it', () => expect(kills).toBeGreaterThan(1));

  it('ends, with the right counts', () => {
    expect(last).toMatchObject({
      state: 'COMPLETED',
      operationsTotalCount: INSTANCES,
      operationsCompletedCount: INSTANCES,
      operationsFailedCount: 0,
    });
  });

  it('has done each instance exactly once', async () => {
    const store = await openStore(database);
    const rows = (sql: string): unknown[] => store.connection.prepare(sql).all();
    try {
      expect(
        rows(`select count(*) as rows, count(distinct root_key) as instances from audit
              where type = 'element activated' and element_id = 'second'`),
      ).toEqual([{ rows: INSTANCES, instances: INSTANCES }]);
      expect(rows(`select distinct state from batch_operation_item`)).toEqual([{ state: 'COMPLETED' }]);
      expect(
        rows(
          `select count(*) as items, count(distinct process_instance_key) as instances from batch_operation_item`,
        ),
      ).toEqual([{ items: INSTANCES, instances: INSTANCES }]);
      expect(rows(`select count(*) as ends from audit where type = 'batch operation state changed'`)).toEqual(
        [{ ends: 1 }],
      );
      expect(
        rows(`select json_extract(data, '$.completed') as completed, json_extract(data, '$.total') as total
              from audit where type = 'batch operation progressed' order by position desc limit 1`),
      ).toEqual([{ completed: INSTANCES, total: INSTANCES }]);
    } finally {
      await store.close();
    }
  });

  it('agrees with its journal', async () => {
    expect((await checkJournal(database)).differences).toEqual([]);
  });
});
