/** A database that cannot be had for a while, and a clock that is wrong: who calls is told what holds, and nothing is lost. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Client } from 'pg';
import { Unavailable, createClock, openRuntime } from '@countersign/server';
import type { Clock, Runtime } from '@countersign/server';
import { untilAvailable, waitFor } from '../../server/workers/until-available.js';
import { checkJournal } from '../../server/store/check-journal.js';
import { bpmnXml, chain, serviceTask } from '../support/bpmn-xml.js';
import { startPostgres, whyNoPostgres } from '../support/postgres.js';
import type { TestPostgres } from '../support/postgres.js';
import { startProxy } from '../support/tcp-proxy.js';
import type { TcpProxy } from '../support/tcp-proxy.js';

const missing = whyNoPostgres();
if (missing !== null) console.log(missing);

const ONE_TASK = bpmnXml({
  id: 'one-task',
  nodes: [{ type: 'startEvent', id: 'start' }, serviceTask('work'), { type: 'endEvent', id: 'end' }],
  flows: chain('start', 'work', 'end'),
});

const HOUR = 3_600_000;

describe.skipIf(missing !== null)('a PostgreSQL that', () => {
  let postgres: TestPostgres;
  let database: string;
  let proxy: TcpProxy;
  let runtime: Runtime;
  let errors: string[];

  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres?.stop());
  beforeEach(async () => {
    database = await postgres.create();
    proxy = await startProxy(database);
    errors = [];
    runtime = await open({ database: proxy.address });
    const resources = [{ name: 'one-task.bpmn', content: ONE_TASK }];
    expect((await runtime.deploy({ resources, actor: 'user:demo' })).ok).toBe(true);
  });
  afterEach(async () => {
    await runtime.shutdown();
    await proxy.close();
    expect((await checkJournal(database)).differences).toEqual([]);
    await postgres.drop(database);
  });

  const open = (options: { database: string; clock?: Clock }) =>
    openRuntime({ ...options, onError: (error) => errors.push(error instanceof Error ? error.message : '') });
  const create = (on = runtime) => on.createInstance({ processId: 'one-task', variables: {} }, 'client:shop');
  const instances = async () =>
    (await postgres.query<{ n: number }>(database, 'select count(*)::int as n from process_instance'))[0].n;
  /** Fulfilled with the first refusal that says this. */
  const refusal = async (words: RegExp): Promise<void> => {
    for (;;) {
      const said = await create().then(
        () => '',
        (error: unknown) => {
          if (!(error instanceof Unavailable)) throw error;
          return `${error.message}: ${error.cause instanceof Error ? error.cause.message : ''}`;
        },
      );
      if (words.test(said)) return;
      await waitFor(20);
    }
  };
  const createdAgain = async () => {
    const before = await instances();
    expect(await untilAvailable(create, waitFor)).toMatchObject({ ok: true });
    expect(await instances()).toBe(before + 1);
  };

  test('has become read-only is refused in its words, and used again when it takes writes', async () => {
    const set = (value: string) =>
      postgres.query(postgres.address, `alter system set default_transaction_read_only = ${value}`);
    const reload = () => postgres.query(postgres.address, 'select pg_reload_conf()');
    try {
      await set('on');
      await reload();
      await refusal(/takes no writes/);
      await expect(openRuntime({ database })).rejects.toThrow('takes no writes');
    } finally {
      await set('off');
      await reload();
    }
    await createdAgain();
  });

  test('ends a statement that takes too long tells its caller to come back', async () => {
    const name = new URL(database).pathname.slice(1);
    await postgres.query(postgres.address, `alter database ${name} set statement_timeout = 200`);
    await proxy.cut();
    const other = new Client({ connectionString: database });
    await other.connect();
    await other.query('begin; lock table process_instance in access exclusive mode');
    await refusal(/statement timeout/);
    await other.query('rollback');
    await other.end();
    await createdAgain();
  });

  test('is shut down by its administrator loses nothing that was answered', async () => {
    const created = Array.from({ length: 50 }, () => untilAvailable(create, waitFor));
    await postgres.query(
      postgres.address,
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'countersign'`,
    );
    expect((await Promise.all(created)).filter(({ ok }) => ok)).toHaveLength(50);
    expect(await instances()).toBe(50);
  });

  test('falls silent without closing is given up, and found again', { timeout: 60_000 }, async () => {
    await create();
    await proxy.freeze();
    await refusal(/did not answer|cannot be reached|no connection/i);
    await proxy.thaw();
    await createdAgain();
  });

  test('has another clock by an hour is not served by a server whose clock runs', async () => {
    const clock = { ...createClock(), now: () => Date.now() + HOUR };
    await expect(open({ database, clock })).rejects.toThrow('3,600 s ahead of that of PostgreSQL');
    clock.now = () => Date.now() - HOUR;
    await expect(open({ database, clock })).rejects.toThrow('3,600 s behind that of PostgreSQL');
  });

  test('sees a clock go wrong later hears of it, and no token moves twice', async () => {
    let wrong = 0;
    const clock = { ...createClock(), now: () => Date.now() + wrong };
    const other = await open({ database, clock });
    await create();
    const lease = { type: 'work', worker: 'w', timeoutMs: 60_000, maxJobs: 1, requestTimeoutMs: 10_000 };
    const [first] = await runtime.activateJobs(lease);
    wrong = HOUR;
    // To a clock an hour ahead every lease is over: the work is done twice, the token moves once.
    const [second] = await other.activateJobs(lease);
    expect(second.jobKey).toBe(first.jobKey);
    const complete = { type: 'complete job', jobKey: first.jobKey, variables: {} } as const;
    expect(await other.execute(complete, 'worker:w')).toMatchObject({ ok: true });
    expect(await runtime.execute(complete, 'worker:w')).toMatchObject({ rejection: { type: 'NOT_FOUND' } });
    await expect.poll(() => errors, { timeout: 20_000 }).toContainEqual(expect.stringContaining('ahead of'));
    await other.shutdown();
  });
});
