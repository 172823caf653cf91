/**
 * Group commit when the database fails: nothing half-happened, and only the command that is to blame fails. The
 * failures are SQLite's own; test/crash has those of PostgreSQL.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { JsonObject, Key } from '@countersign/engine';
import { bpmnXml, chain, serviceTask } from '../../test/support/bpmn-xml.js';
import { ON_POSTGRES } from '../../test/support/databases.js';
import { openTestRuntime } from '../../test/support/runtime.js';
import type { TestRuntime } from '../../test/support/runtime.js';
import { openSqlite } from '../store/sqlite.js';
import { Defect, RunAgain, Unavailable } from './errors.js';

const ONE_TASK = bpmnXml({
  id: 'one-task',
  nodes: [{ type: 'startEvent', id: 'start' }, serviceTask('work'), { type: 'endEvent', id: 'end' }],
  flows: chain('start', 'work', 'end'),
});

let open: TestRuntime;
beforeEach(async () => {
  open = await openTestRuntime();
  await open.deploy(ONE_TASK);
});
afterEach(() => open.close());

async function create(variables: JsonObject = {}): Promise<Key> {
  const created = await open.runtime.createInstance({ processId: 'one-task', variables }, 'user:mary');
  if (!created.ok) throw new Error(created.rejection.reason);
  return created.processInstanceKey;
}

async function takeJob(): Promise<Key> {
  const request = { type: 'work', worker: 'tester', timeoutMs: 60_000, maxJobs: 1, requestTimeoutMs: -1 };
  const [{ jobKey }] = await open.runtime.activateJobs(request);
  return jobKey;
}

const instances = () => open.rows('select key from process_instance').length;

describe.skipIf(ON_POSTGRES)('a command that the database refuses', () => {
  test('fails alone among those that share its commit', async () => {
    open.runtime.store.connection.exec(
      `create trigger poison before insert on variable when new.name = 'poison'
         begin select raise(abort, 'poisoned'); end`,
    );
    const answers = await Promise.allSettled([create({ a: 1 }), create({ poison: 1 }), create({ b: 1 })]);
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect((answers[1] as PromiseRejectedResult).reason).toBeInstanceOf(Defect);
    expect(instances()).toBe(2);
    expect(open.rows('select name from variable order by name')).toEqual([{ name: 'a' }, { name: 'b' }]);
  });

  test('leaves its instance as it was, and can be sent again', async () => {
    await create();
    const jobKey = await takeJob();
    open.runtime.store.connection.exec(
      `create trigger closed before update on job when new.state = 'COMPLETED'
         begin select raise(abort, 'closed'); end`,
    );
    const complete = { type: 'complete job', jobKey, variables: { done: true } } as const;
    await expect(open.runtime.execute(complete, 'worker:tester')).rejects.toBeInstanceOf(Defect);
    expect(open.rows('select state from process_instance')).toEqual([{ state: 'ACTIVE' }]);
    open.runtime.store.connection.exec('drop trigger closed');
    expect(await open.runtime.execute(complete, 'worker:tester')).toMatchObject({ ok: true });
    expect(open.rows('select state from process_instance')).toEqual([{ state: 'COMPLETED' }]);
  });
});

describe.skipIf(ON_POSTGRES)('a database that cannot be written for a while', () => {
  test('tells everybody to come back while another process holds it', async () => {
    open.runtime.store.connection.exec('pragma busy_timeout = 20');
    const other = openSqlite(open.path);
    other.exec('begin immediate');
    const answers = await Promise.allSettled([create(), create()]);
    for (const answer of answers)
      expect((answer as PromiseRejectedResult).reason).toBeInstanceOf(Unavailable);
    other.exec('rollback');
    other.close();
    await create();
    expect(instances()).toBe(1);
  });

  test('tells everybody to come back while the disk is full', async () => {
    await create();
    const jobKey = await takeJob();
    const { connection } = open.runtime.store;
    const { page_count: pages } = connection.prepare('pragma page_count').get() as { page_count: number };
    connection.exec(`pragma max_page_count = ${pages}`);
    const text = 'x'.repeat(2_000_000);
    const complete = { type: 'complete job', jobKey, variables: { text } } as const;
    await expect(open.runtime.execute(complete, 'worker:tester')).rejects.toBeInstanceOf(Unavailable);
    connection.exec(`pragma max_page_count = ${pages + 10_000}`);
    expect(await open.runtime.execute(complete, 'worker:tester')).toMatchObject({ ok: true });
    expect(open.rows('select state from process_instance')).toEqual([{ state: 'COMPLETED' }]);
  });

  test('tells everybody to come back while it is read-only', async () => {
    open.runtime.store.connection.exec('pragma query_only = on');
    await expect(create()).rejects.toBeInstanceOf(Unavailable);
    open.runtime.store.connection.exec('pragma query_only = off');
    await create();
    expect(instances()).toBe(1);
  });
});

describe.skipIf(ON_POSTGRES)('a transaction of knex', () => {
  test('is not mixed with the commits of commands', async () => {
    const { knex } = open.runtime.store;
    let creating: Promise<Key> | undefined;
    const failing = knex.transaction(async (transaction) => {
      await transaction('setting').insert({ name: 'a', value: '1' });
      creating = create();
      await transaction('setting').insert({ name: 'b', value: '2' });
      throw new Error('change of mind');
    });
    await expect(failing).rejects.toThrow('change of mind');
    await creating;
    expect(instances()).toBe(1);
    expect(open.rows('select * from setting')).toEqual([]);
  });
});

describe.skipIf(ON_POSTGRES)('keys', () => {
  test('are never given twice, also after a rollback and a restart', async () => {
    const { connection } = open.runtime.store;
    const keys = [await create()];
    connection.exec('pragma query_only = on');
    await expect(create()).rejects.toBeInstanceOf(Unavailable);
    connection.exec('pragma query_only = off');
    keys.push(await create());
    await open.restart();
    keys.push(await create());
    expect(new Set(keys).size).toBe(3);
    expect([...keys].sort((a, b) => a - b)).toEqual(keys);
  });
});

test('what follows from a commit and fails is told, and keeps nobody from an answer', async () => {
  const { runtime, errors } = open;
  const before = errors.length;
  let followed = 0;
  runtime.onRows(() => {
    throw new Error('a listener that fails');
  });
  runtime.onRows(() => {
    followed += 1;
  });
  const works = [1, 2].map((number) =>
    runtime.commit((batch) => {
      batch.onCommit(() => {
        throw new Error('work whose end fails');
      });
      batch.onCommit(() => {
        followed += 1;
      });
      return number;
    }),
  );
  expect(await Promise.all(works)).toEqual([1, 2]);
  expect(followed).toBeGreaterThanOrEqual(2);
  const seen = followed;
  await create();
  expect(followed).toBeGreaterThan(seen);
  const told = errors.splice(before).map((error) => (error as Error).message);
  expect(told).toEqual(expect.arrayContaining(['a listener that fails', 'work whose end fails']));
});

test('a database that fails while a batch runs again leaves nobody without an answer', async () => {
  let runs = 0;
  const works = [
    () => {
      runs += 1;
      if (runs === 2) throw Object.assign(new Error('database or disk is full'), { errcode: 13 });
    },
    () => {
      throw new RunAgain('Something has to be looked up', () => Promise.resolve());
    },
  ];
  const answers = await Promise.allSettled(works.map((work) => open.runtime.commit(work)));
  expect(runs).toBe(2);
  // The second did not run again: whoever sent it can come back.
  for (const answer of answers) {
    expect(answer).toMatchObject({ status: 'rejected', reason: expect.any(Unavailable) as unknown });
  }
});
