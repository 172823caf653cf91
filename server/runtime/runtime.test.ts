/** The runtime: commands in, committed state out, the same after a restart. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openRuntime } from '@countersign/server';
import { asKey } from '@countersign/engine';
import type { JsonObject, Key } from '@countersign/engine';
import { bpmnXml, chain, serviceTask } from '../../test/support/bpmn-xml.js';
import { ON_POSTGRES } from '../../test/support/databases.js';
import { openTestRuntime, RUNTIME_START } from '../../test/support/runtime.js';
import type { TestRuntime } from '../../test/support/runtime.js';

const ONE_TASK = bpmnXml({
  id: 'one-task',
  nodes: [{ type: 'startEvent', id: 'start' }, serviceTask('work'), { type: 'endEvent', id: 'end' }],
  flows: chain('start', 'work', 'end'),
});

const ONE_APPROVAL = bpmnXml({
  id: 'one-approval',
  nodes: [
    { type: 'startEvent', id: 'start' },
    {
      type: 'userTask',
      id: 'approve',
      attributes: { name: 'Approve it' },
      extensions: ['<zeebe:userTask />'],
    },
    { type: 'endEvent', id: 'end' },
  ],
  flows: chain('start', 'approve', 'end'),
});

let open: TestRuntime;
beforeEach(async () => {
  open = await openTestRuntime();
});
afterEach(() => open.close());

async function create(processId: string, variables: JsonObject = {}): Promise<Key> {
  const created = await open.runtime.createInstance({ processId, variables }, 'user:mary');
  if (!created.ok) throw new Error(created.rejection.reason);
  return created.processInstanceKey;
}

function take(maxJobs = 10, requestTimeoutMs = -1, type = 'work') {
  return open.runtime.activateJobs({ type, worker: 'tester', timeoutMs: 60_000, maxJobs, requestTimeoutMs });
}

function stateOf(key: Key): string | undefined {
  return open.rows<{ state: string }>('select state from process_instance where key = ?', key)[0]?.state;
}

function incidentsOf(key: Key): unknown {
  return open.rows('select incident_count as count from process_instance where key = ?', key)[0]['count'];
}

describe('an instance', () => {
  test('runs from creation over a job to its end', async () => {
    await open.deploy(ONE_TASK);
    const key = await create('one-task', { amount: 12.5 });
    expect(stateOf(key)).toBe('ACTIVE');
    const [job] = await take();
    expect(job).toMatchObject({
      processInstanceKey: key,
      processId: 'one-task',
      processDefinitionVersion: 1,
      elementId: 'work',
      worker: 'tester',
      retries: 3,
      deadline: RUNTIME_START + 60_000,
      variables: { amount: 12.5 },
    });
    const completed = await open.runtime.execute(
      { type: 'complete job', jobKey: job.jobKey, variables: { paid: true } },
      'worker:tester',
    );
    expect(completed.ok).toBe(true);
    expect(stateOf(key)).toBe('COMPLETED');
    expect(open.rows('select state, ended_at from job')).toEqual([
      { state: 'COMPLETED', ended_at: RUNTIME_START },
    ]);
    const actors = open.rows(
      `select distinct coalesce(name, actor) as actor from audit left join person on actor in ('user:' || pseudonym, 'worker:' || pseudonym)
         where process_instance_key = ? order by 1`,
      key,
    );
    expect(actors).toEqual([{ actor: 'user:mary' }, { actor: 'worker:tester' }]);
  });

  test('goes on after a restart where it stood', async () => {
    await open.deploy(ONE_TASK);
    const key = await create('one-task');
    await open.restart();
    const [job] = await take();
    await open.restart();
    const command = { type: 'complete job', jobKey: job.jobKey, variables: {} } as const;
    expect((await open.runtime.execute(command, 'worker:tester')).ok).toBe(true);
    expect(stateOf(key)).toBe('COMPLETED');
  });

  test('answers with its variables when its completion is awaited', async () => {
    await open.deploy(ONE_TASK);
    const request = {
      processId: 'one-task',
      variables: { a: 1, b: 2 },
      awaitCompletion: true,
      fetchVariables: ['a', 'c'],
    };
    const created = open.runtime.createInstance(request, 'user:mary');
    const [job] = await take(1, 5_000);
    await open.runtime.execute(
      { type: 'complete job', jobKey: job.jobKey, variables: { c: 3 } },
      'worker:tester',
    );
    expect(await created).toMatchObject({ ok: true, completed: true, variables: { a: 1, c: 3 } });
  });

  test('is cancelled with what waits in it', async () => {
    await open.deploy(ONE_TASK);
    const key = await create('one-task');
    expect((await open.runtime.cancelInstance(key, 'user:mary')).ok).toBe(true);
    expect(stateOf(key)).toBe('TERMINATED');
    expect(await take()).toEqual([]);
    expect(await open.runtime.cancelInstance(key, 'user:mary')).toMatchObject({
      ok: false,
      rejection: { type: 'NOT_FOUND' },
    });
  });

  test('is not created from a process that is not there', async () => {
    const created = await open.runtime.createInstance({ processId: 'nothing', variables: {} }, 'user:mary');
    expect(created).toMatchObject({ ok: false, rejection: { type: 'NOT_FOUND' } });
  });

  test('of an older version runs after a restart', async () => {
    await open.deploy(ONE_TASK);
    await open.deploy(ONE_TASK.replace('id="work"', 'id="work" name="Work on it"'));
    await open.restart();
    const created = await open.runtime.createInstance(
      { processId: 'one-task', version: 1, variables: {} },
      'user:mary',
    );
    expect(created).toMatchObject({ ok: true, version: 1 });
    expect(await take()).toHaveLength(1);
  });

  test('with a thousand rows since its last snapshot is restored from a newer one', async () => {
    await open.deploy(ONE_TASK);
    const key = await create('one-task');
    for (let value = 0; value < 600; value += 1) {
      const set = {
        type: 'set variables',
        elementInstanceKey: key,
        variables: { value },
        local: true,
      } as const;
      expect((await open.runtime.execute(set, 'user:mary')).ok).toBe(true);
    }
    const [snapshot] = open.rows<{ revision: number }>(
      'select revision from snapshot where root_key = ?',
      key,
    );
    expect(snapshot.revision).toBeGreaterThan(300);
    await open.restart();
    const [job] = await take();
    expect(job.variables).toEqual({ value: 599 });
    await open.runtime.execute({ type: 'complete job', jobKey: job.jobKey, variables: {} }, 'worker:tester');
    expect(await open.runtime.store.knex('snapshot').select()).toEqual([]);
  });
});

describe('a job', () => {
  test('is refused when it is completed twice, and when it never was', async () => {
    await open.deploy(ONE_TASK);
    await create('one-task');
    const [job] = await take();
    const command = { type: 'complete job', jobKey: job.jobKey, variables: {} } as const;
    const answers = await Promise.all([
      open.runtime.execute(command, 'worker:tester'),
      open.runtime.execute(command, 'worker:tester'),
    ]);
    expect(answers.map(({ ok }) => ok)).toEqual([true, false]);
    expect(await open.runtime.execute(command, 'worker:tester')).toMatchObject({
      rejection: { type: 'NOT_FOUND' },
    });
    expect(await open.runtime.execute({ ...command, jobKey: asKey(987_654) }, 'worker:tester')).toMatchObject(
      { rejection: { type: 'NOT_FOUND' } },
    );
  });

  test('wakes a worker that polls for it', async () => {
    await open.deploy(ONE_TASK);
    const polled = take(5, 30_000);
    const key = await create('one-task');
    expect((await polled).map(({ processInstanceKey }) => processInstanceKey)).toEqual([key]);
  });

  test('is given to one worker only', async () => {
    await open.deploy(ONE_TASK);
    const polls = Promise.all([take(3, 30_000), take(3, 30_000), take(3, 30_000)]);
    const keys = await Promise.all(Array.from({ length: 9 }, () => create('one-task')));
    const given = (await polls).flat().map(({ processInstanceKey }) => processInstanceKey);
    given.push(...(await take(10)).map(({ processInstanceKey }) => processInstanceKey));
    expect(given.sort()).toEqual(keys.sort());
  });

  test('can be taken again when its lease is over', async () => {
    await open.deploy(ONE_TASK);
    await create('one-task');
    const [first] = await take();
    expect(await take()).toEqual([]);
    const polled = take(1, 30_000);
    open.clock.pin(RUNTIME_START + 60_000);
    expect((await polled).map(({ jobKey }) => jobKey)).toEqual([first.jobKey]);
  });

  test('keeps its worker longer when its time is changed', async () => {
    await open.deploy(ONE_TASK);
    await create('one-task');
    const [{ jobKey }] = await take();
    expect(await open.runtime.updateJob({ jobKey, timeoutMs: 120_000 }, 'worker:tester')).toMatchObject({
      ok: true,
    });
    open.clock.pin(RUNTIME_START + 60_000);
    expect(await take()).toEqual([]);
    open.clock.pin(RUNTIME_START + 120_000);
    expect(await take()).toHaveLength(1);
  });

  test('that failed waits for its back-off', async () => {
    await open.deploy(ONE_TASK);
    await create('one-task');
    const [{ jobKey }] = await take();
    const failure = { type: 'fail job', jobKey, errorMessage: 'no network', variables: {} } as const;
    await open.runtime.execute({ ...failure, retries: 2, retryBackOff: 5_000 }, 'worker:tester');
    expect(await take()).toEqual([]);
    open.clock.pin(RUNTIME_START + 5_000);
    expect(await take()).toMatchObject([{ jobKey, retries: 2 }]);
  });

  test('without retries is an incident, and can be taken again when it is resolved', async () => {
    await open.deploy(ONE_TASK);
    const key = await create('one-task');
    const [{ jobKey }] = await take();
    const failure = { type: 'fail job', jobKey, errorMessage: 'no account', variables: {} } as const;
    await open.runtime.execute({ ...failure, retries: 0, retryBackOff: 0 }, 'worker:tester');
    expect(await take()).toEqual([]);
    const [incident] = open.rows<{ key: Key }>('select * from incident where process_instance_key = ?', key);
    expect(incident).toMatchObject({
      state: 'ACTIVE',
      error_type: 'JOB_NO_RETRIES',
      error_message: 'no account',
    });
    expect(incidentsOf(key)).toBe(1);
    await open.runtime.updateJob({ jobKey, retries: 1 }, 'user:mary');
    await open.runtime.execute({ type: 'resolve incident', incidentKey: incident.key }, 'user:mary');
    expect(await take()).toMatchObject([{ jobKey, retries: 1 }]);
    expect(incidentsOf(key)).toBe(0);
  });
});

describe('a user task', () => {
  test('is assigned and completed', async () => {
    await open.deploy(ONE_APPROVAL);
    const key = await create('one-approval');
    const [task] = open.rows<{ key: Key }>('select * from user_task where process_instance_key = ?', key);
    expect(task).toMatchObject({
      name: 'Approve it',
      state: 'CREATED',
      assignee: null,
      candidate_groups: '[]',
    });
    const userTaskKey = task.key;
    const assign = { type: 'assign user task', userTaskKey, allowOverride: false, action: 'claim' } as const;
    expect(await open.runtime.execute({ ...assign, assignee: 'mary' }, 'user:mary')).toMatchObject({
      ok: true,
    });
    expect(await open.runtime.execute({ ...assign, assignee: 'paul' }, 'user:paul')).toMatchObject({
      rejection: { type: 'INVALID_STATE' },
    });
    const complete = {
      type: 'complete user task',
      userTaskKey,
      variables: { approved: true },
      action: 'complete',
    } as const;
    expect(await open.runtime.execute(complete, 'user:mary')).toMatchObject({ ok: true });
    expect(stateOf(key)).toBe('COMPLETED');
    expect(open.rows('select state, assignee from user_task')).toEqual([
      { state: 'COMPLETED', assignee: 'mary' },
    ]);
  });
});

describe('many callers', () => {
  test('share commits', async () => {
    await open.deploy(ONE_TASK);
    const before = open.runtime.figures();
    await Promise.all(Array.from({ length: 500 }, () => create('one-task')));
    const after = open.runtime.figures();
    expect(after.commands - before.commands).toBe(500);
    expect(after.commits - before.commits).toBeLessThan(50);
  });

  test('are told to come back when too many wait', async () => {
    await open.close();
    open = await openTestRuntime({ maxQueue: 10 });
    await open.deploy(ONE_TASK);
    const answers = await Promise.allSettled(Array.from({ length: 30 }, () => create('one-task')));
    const refused = answers.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
    expect(refused).toHaveLength(20);
    expect(refused[0].reason).toMatchObject({ name: 'Unavailable', retryAfterMs: 1_000 });
    expect(await open.runtime.store.knex('process_instance').count({ rows: '*' })).toEqual([{ rows: 10 }]);
  });

  test('get what they asked for before the server stops, and a refusal after', async () => {
    await open.deploy(ONE_TASK);
    const creating = Promise.all(Array.from({ length: 50 }, () => create('one-task')));
    const polled = take(1, 30_000, 'other-work');
    const stopped = open.runtime.shutdown();
    expect(await creating).toHaveLength(50);
    expect(await polled).toEqual([]);
    await stopped;
    await expect(create('one-task')).rejects.toMatchObject({ name: 'Unavailable' });
  });
});

describe.skipIf(ON_POSTGRES)('a second server', () => {
  test('is refused on the same database', async () => {
    await expect(openRuntime({ database: open.path })).rejects.toThrow(/Another server runs/);
  }, 20_000);
});

describe('live notices', () => {
  test('say what each commit changed', async () => {
    await open.deploy(ONE_APPROVAL);
    const notices: unknown[] = [];
    const stop = open.runtime.live.subscribe((sent) => notices.push(...sent));
    const processInstanceKey = await create('one-approval');
    stop();
    await create('one-approval');
    expect(notices).toEqual([
      { kind: 'instance', processInstanceKey, processDefinitionId: 'one-approval', state: 'ACTIVE' },
      expect.objectContaining({ kind: 'task', processInstanceKey, state: 'CREATED' }),
    ]);
  });
});
