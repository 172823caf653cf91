/** The comparison of a database with its journal finds whatever was changed behind the journal's back. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bpmnXml, chain, message, serviceTask, timer } from '../../test/support/bpmn-xml.js';
import { ON_POSTGRES } from '../../test/support/databases.js';
import { openTestRuntime } from '../../test/support/runtime.js';
import type { TestRuntime } from '../../test/support/runtime.js';
import { checkJournal } from './check-journal.js';
import { openSqlite } from './sqlite.js';

const payment = message('m1', 'payment', '=orderId');
const EVERYTHING = bpmnXml({
  id: 'everything',
  nodes: [
    { type: 'startEvent', id: 'start' },
    { type: 'parallelGateway', id: 'fork' },
    serviceTask('work'),
    {
      type: 'userTask',
      id: 'ask',
      extensions: [
        '<zeebe:userTask />',
        '<zeebe:assignmentDefinition candidateGroups="=[&quot;sales&quot;]" candidateUsers="=[&quot;mary&quot;]" />',
      ],
    },
    { type: 'intermediateCatchEvent', id: 'paid', content: [payment.event] },
    { type: 'intermediateCatchEvent', id: 'wait', content: [timer('timeDuration', 'PT1H')] },
  ],
  flows: [...chain('start', 'fork', 'work'), ...['ask', 'paid', 'wait'].map((to) => ({ from: 'fork', to }))],
  roots: [payment.root],
});

let open: TestRuntime;
beforeEach(async () => {
  open = await openTestRuntime();
  await open.deploy(EVERYTHING);
  for (const orderId of ['A', 'B']) {
    await open.runtime.createInstance({ processId: 'everything', variables: { orderId } }, 'user:mary');
  }
  await open.runtime.publishMessage(
    { name: 'payment', correlationKey: 'C', timeToLive: 60_000, variables: {} },
    'client:shop',
  );
  const request = { type: 'work', worker: 'tester', timeoutMs: 1_000, maxJobs: 1, requestTimeoutMs: -1 };
  const [{ jobKey }] = await open.runtime.activateJobs(request);
  const failure = {
    type: 'fail job',
    jobKey,
    errorMessage: 'no',
    retryBackOff: 0,
    retries: 0,
    variables: {},
  } as const;
  await open.runtime.execute(failure, 'worker:tester');
  await open.runtime.shutdown();
});

/** Changes the closed database, and answers the comparison's differences; then undoes the change. */
async function differencesAfter(change: string, undo: string): Promise<{ where: string; column: string }[]> {
  run(change);
  const { differences } = await checkJournal(open.path);
  run(undo);
  return differences.map(({ where, column }) => ({ where, column }));
}

function run(sql: string): void {
  const connection = openSqlite(open.path);
  connection.exec(sql);
  connection.close();
}

afterEach(() => open.close());

describe.skipIf(ON_POSTGRES)('compareWithJournal', () => {
  test('finds no difference in what the runtime wrote', async () => {
    const report = await checkJournal(open.path);
    expect(report).toMatchObject({ differences: [], isCut: false, activeTrees: 2 });
    expect(report.journalRows).toBeGreaterThan(20);
    expect(report.projectionRows).toBeGreaterThan(15);
  });

  test.each([
    ['process_instance', 'state', `state = 'COMPLETED'`, `state = 'ACTIVE'`],
    ['element_instance', 'ended_at', 'ended_at = started_at', `ended_at = null where state = 'ACTIVE'`],
    ['variable', 'value', `value = '"Z"' where value = '"A"'`, `value = '"A"' where value = '"Z"'`],
    ['job', 'retries', 'retries = retries + 1', 'retries = retries - 1'],
    ['user_task', 'assignee', `assignee = 'mallory'`, 'assignee = null'],
    ['user_task_candidate', '*', `stage = 2 where kind = 'group'`, 'stage = 1'],
    ['incident', 'state', `state = 'RESOLVED'`, `state = 'ACTIVE'`],
    ['timer', 'due_at', 'due_at = due_at + 1', 'due_at = due_at - 1'],
    ['message', 'expires_at', 'expires_at = expires_at + 1', 'expires_at = expires_at - 1'],
    ['message_subscription', 'message_name', `message_name = 'x'`, `message_name = 'payment'`],
    ['process_definition', 'version', 'version = version + 1', 'version = version - 1'],
  ])('finds a changed %s', async (table, column, change, undo) => {
    const differences = await differencesAfter(
      `update ${table} set ${change}`,
      `update ${table} set ${undo}`,
    );
    expect(differences).toContainEqual({ where: table, column });
  });

  test('finds a removed row', async () => {
    const keep = 'create table kept as select * from timer; delete from timer';
    const differences = await differencesAfter(keep, 'insert into timer select * from kept; drop table kept');
    expect(differences).toContainEqual({ where: 'timer', column: '*' });
  });

  test('finds an added row', async () => {
    const values = `1, 'x', 'y', null, '{}', 1, 2`;
    const differences = await differencesAfter(
      `insert into message (key, name, correlation_key, message_id, variables, published_at, expires_at) values (${values})`,
      'delete from message where key = 1',
    );
    expect(differences).toEqual([{ where: 'message', column: '*' }]);
  });

  test('finds a journal row that was removed by force', async () => {
    run(`drop trigger audit_keeps_rows; create table kept as select * from audit where type = 'flow taken' limit 1;
      delete from audit where position in (select position from kept)`);
    const { differences } = await checkJournal(open.path);
    run('insert into audit select * from kept; drop table kept');
    expect(differences).toContainEqual(expect.objectContaining({ where: 'audit', column: 'sequence' }));
  });
});
