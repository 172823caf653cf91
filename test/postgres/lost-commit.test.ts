/**
 * The connection is lost between a commit and its answer. Whether it happened is asked of the database: who waits is
 * told the truth, nothing is done twice, and a job that was completed is not said to be gone.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openRuntime } from '@countersign/server';
import type { Key } from '@countersign/engine';
import type { Runtime } from '@countersign/server';
import { untilAvailable, waitFor } from '../../server/workers/until-available.js';
import { checkJournal } from '../../server/store/check-journal.js';
import { bpmnXml, chain, serviceTask } from '../support/bpmn-xml.js';
import { startPostgres, whyNoPostgres } from '../support/postgres.js';
import type { TestPostgres } from '../support/postgres.js';
import { startProxy } from '../support/tcp-proxy.js';
import type { CommitFate, TcpProxy } from '../support/tcp-proxy.js';

const missing = whyNoPostgres();
if (missing !== null) console.log(missing);

const ONE_TASK = bpmnXml({
  id: 'one-task',
  nodes: [{ type: 'startEvent', id: 'start' }, serviceTask('work'), { type: 'endEvent', id: 'end' }],
  flows: chain('start', 'work', 'end'),
});

const FATES: readonly CommitFate[] = ['answer lost', 'commit lost', 'commit late', 'server not told'];

describe.skipIf(missing !== null)('a commit whose answer is lost', () => {
  let postgres: TestPostgres;
  let database: string;
  let proxy: TcpProxy;
  let runtime: Runtime;

  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres?.stop());
  beforeEach(async () => {
    database = await postgres.create();
    proxy = await startProxy(database);
    runtime = await openRuntime({ database: proxy.address });
    const deployed = await runtime.deploy({
      resources: [{ name: 'one-task.bpmn', content: ONE_TASK }],
      actor: 'user:demo',
    });
    expect(deployed.ok).toBe(true);
  });
  afterEach(async () => {
    await runtime.shutdown();
    await proxy.close();
    expect((await checkJournal(database)).differences).toEqual([]);
    await postgres.drop(database);
  });

  // The broken commit may be that of a batch that only looked for work: then these come behind it, and come back.
  const create = (businessId: string) =>
    untilAvailable(
      () => runtime.createInstance({ processId: 'one-task', variables: {}, businessId }, 'client:shop'),
      waitFor,
    );
  const take = (maxJobs: number, requestTimeoutMs = -1) =>
    runtime.activateJobs({ type: 'work', worker: 'w', timeoutMs: 60_000, maxJobs, requestTimeoutMs });
  const complete = (jobKey: Key) =>
    untilAvailable(
      () => runtime.execute({ type: 'complete job', jobKey, variables: {} }, 'worker:w'),
      waitFor,
    );
  const count = async (sql: string) =>
    (await postgres.query<{ count: number }>(database, `select count(*)::int as count from ${sql}`))[0].count;

  test.each(FATES)('%s: a lone instance is created once', async (fate) => {
    const { happened } = await proxy.breakCommit(fate);
    const created = await create('order');
    await happened;
    expect(created).toMatchObject({ ok: true, businessId: 'order' });
    const keys = await postgres.query<{ key: string }>(database, 'select key from process_instance');
    expect(keys.map(({ key }) => Number(key))).toEqual([created.ok && created.processInstanceKey]);
  });

  test.each(FATES)('%s: many that share a commit are each created once', async (fate) => {
    const { happened } = await proxy.breakCommit(fate);
    const orders = Array.from({ length: 40 }, (_, index) => `order-${index}`);
    const created = await Promise.all(orders.map(create));
    await happened;
    expect(created.filter(({ ok }) => ok)).toHaveLength(40);
    expect(await count('process_instance')).toBe(40);
    const known = created.flatMap((one) => (one.ok ? [one.processInstanceKey] : []));
    expect(await count(`process_instance where key in (${known.join()})`)).toBe(40);
  });

  test.each(FATES)('%s: jobs that were completed are said to be', async (fate) => {
    await Promise.all(['a', 'b', 'c'].map(create));
    const jobs = await take(3);
    expect(jobs).toHaveLength(3);
    const { happened } = await proxy.breakCommit(fate);
    const answers = await Promise.all(jobs.map(({ jobKey }) => complete(jobKey)));
    await happened;
    expect(answers.map(({ ok }) => ok)).toEqual([true, true, true]);
    expect(await count(`process_instance where state = 'COMPLETED'`)).toBe(3);
    expect(await complete(jobs[0].jobKey)).toMatchObject({ rejection: { type: 'NOT_FOUND' } });
  });

  test.each(FATES)('%s: leased jobs reach the worker that asked, and nobody else', async (fate) => {
    await Promise.all(['a', 'b'].map(create));
    const { happened } = await proxy.breakCommit(fate);
    expect(await take(2, 20_000)).toHaveLength(2);
    await happened;
    expect(await take(2)).toEqual([]);
  });

  test('while it cannot be asked for, others are told to come back, and those in it wait', async () => {
    const { happened } = await proxy.breakCommit('answer lost');
    const first = create('first');
    await happened;
    await proxy.freeze();
    const isOver = first.then(() => 'over');
    await expect(
      runtime.createInstance({ processId: 'one-task', variables: {} }, 'client:shop'),
    ).rejects.toMatchObject({ name: 'Unavailable' });
    expect(await Promise.race([isOver, Promise.resolve('waits')])).toBe('waits');
    await proxy.thaw();
    expect(await first).toMatchObject({ ok: true });
    expect(await count(`process_instance where business_id = 'first'`)).toBe(1);
  });

  test('a crash of PostgreSQL right after is no reason to doubt', async () => {
    const { happened } = await proxy.breakCommit('answer lost');
    const created = create('order');
    await happened;
    await postgres.crash();
    expect(await created).toMatchObject({ ok: true });
    expect(await count('process_instance')).toBe(1);
  });
});
