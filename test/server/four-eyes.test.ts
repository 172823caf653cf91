/** Four eyes over HTTP: who did something in a case may not complete the task that asks for other eyes. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callsTo, openTasks, type CallAs } from '../support/people.js';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { bpmn } from './models.js';

const property = (name: string, value: string) =>
  `<zeebe:properties><zeebe:property name="${name}" value="${value}" /></zeebe:properties>`;
const task = (id: string, fourEyes: string | null, inside = '') =>
  `<bpmn:userTask id="${id}" name="The ${id}"><bpmn:extensionElements><zeebe:userTask />` +
  `${fourEyes === null ? '' : property('fourEyes', fourEyes)}</bpmn:extensionElements>${inside}</bpmn:userTask>`;
const line = (id: string, elements: string, ...ids: string[]) =>
  bpmn(
    `<bpmn:process id="${id}" isExecutable="true"><bpmn:startEvent id="s" />${elements}<bpmn:endEvent id="e" />` +
      ['s', ...ids]
        .map((from, index) => {
          const to = [...ids, 'e'][index];
          return `<bpmn:sequenceFlow id="f${index}" sourceRef="${from}" targetRef="${to}" />`;
        })
        .join('') +
      '</bpmn:process>',
  );

const EACH =
  '<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>=2</bpmn:loopCardinality>' +
  '</bpmn:multiInstanceLoopCharacteristics>';
const MODELS = [
  line('starter', task('approve', 'starter'), 'approve'),
  line('deployer', task('approve', 'deployer'), 'approve'),
  line('checker', task('check', null) + task('approve', 'check'), 'check', 'approve'),
  line(
    'twice',
    task('approve', 'approve', EACH.replace('<bpmn:loopCardinality>=2', '<bpmn:loopCardinality>2')),
    'approve',
  ),
  line(
    'caller',
    task('check', null) +
      '<bpmn:callActivity id="call"><bpmn:extensionElements><zeebe:calledElement processId="called" />' +
      '</bpmn:extensionElements></bpmn:callActivity>',
    'check',
    'call',
  ),
  line('called', task('approve', 'starter, caller/check'), 'approve'),
  bpmn(
    '<bpmn:message id="m" name="order" /><bpmn:process id="by-message" isExecutable="true"><bpmn:startEvent id="s">' +
      '<bpmn:messageEventDefinition id="d" messageRef="m" /></bpmn:startEvent>' +
      `${task('approve', 'starter')}<bpmn:sequenceFlow id="f" sourceRef="s" targetRef="approve" /></bpmn:process>`,
  ),
];

let server: TestServer;
let call: CallAs;

async function start(username: string, processDefinitionId: string): Promise<string> {
  const { status, body } = await call(username, 'POST', '/v2/process-instances', { processDefinitionId });
  expect(status, JSON.stringify(body)).toBe(200);
  return body.processInstanceKey as string;
}

const complete = (username: string | null, key: string, body: object = {}) =>
  call(username, 'POST', `/v2/user-tasks/${key}/completion`, body);
const assign = (by: string, key: string, assignee: string) =>
  call(by, 'POST', `/v2/user-tasks/${key}/assignment`, { assignee });

beforeAll(async () => {
  server = await startServer({ authentication: 'demo' });
  call = callsTo(server.url);
  const form = new FormData();
  MODELS.forEach((xml, index) => form.append('resources', new File([xml], `m${index}.bpmn`)));
  const { status, body } = await call('demo', 'POST', '/v2/deployments', form);
  expect(status, JSON.stringify(body)).toBe(200);
});
afterAll(() => server.close());

describe('who started the case', () => {
  it('can neither take the task, nor be given it, nor complete it; an administrator no more than others', async () => {
    const [key] = await openTasks(call, await start('demo', 'starter'));
    const refusal = { status: 403, body: { title: 'FOUR_EYES' } };
    expect(await assign('demo', key, 'demo')).toMatchObject(refusal);
    expect(await assign('mary', key, 'mary')).toMatchObject({ status: 204 });
    const handed = await assign('mary', key, 'demo');
    expect(handed).toMatchObject(refusal);
    expect(handed.body.detail).toContain('demo started this case');
    expect(await call('mary', 'DELETE', `/v2/user-tasks/${key}/assignee`)).toMatchObject({ status: 204 });
    const answer = await complete('demo', key);
    expect(answer).toMatchObject(refusal);
    expect(answer.body.detail).toBe(
      'You started this case, so that somebody else has to complete this task: it asks for four eyes.',
    );
    expect(await complete('mary', key)).toMatchObject({ status: 204 });
  });

  it('learns it before trying', async () => {
    const [key] = await openTasks(call, await start('mary', 'starter'));
    const record = await call('mary', 'GET', `/api/user-tasks/${key}/record`);
    expect(record.body.refusal).toContain('You started this case');
    expect((await call('emil', 'GET', `/api/user-tasks/${key}/record`)).body.refusal).toBeNull();
  });

  it('is known: a client without an account is nobody', async () => {
    const [key] = await openTasks(call, await start('mary', 'starter'));
    const answer = await complete(null, key);
    expect(answer).toMatchObject({ status: 403, body: { title: 'FORBIDDEN' } });
    expect(answer.body.detail).toContain('Basic credentials');
  });

  it('is who published the message that began it', async () => {
    const sent = await call('mary', 'POST', '/v2/messages/correlation', {
      name: 'order',
      correlationKey: '',
    });
    const [key] = await openTasks(call, sent.body.processInstanceKey as string);
    expect(await complete('mary', key)).toMatchObject({ status: 403, body: { title: 'FOUR_EYES' } });
    expect(await complete('emil', key)).toMatchObject({ status: 204 });
  });

  it('cannot lie about it by a variable', async () => {
    const instance = await start('mary', 'starter');
    const [key] = await openTasks(call, instance);
    await call('mary', 'PUT', `/v2/element-instances/${instance}/variables`, {
      variables: { starter: 'emil' },
    });
    expect(await complete('mary', key)).toMatchObject({ status: 403, body: { title: 'FOUR_EYES' } });
  });
});

describe('who did something else', () => {
  it('who deployed a process of the case may not approve in it', async () => {
    const [key] = await openTasks(call, await start('mary', 'deployer'));
    const answer = await complete('demo', key);
    expect(answer).toMatchObject({ status: 403, body: { title: 'FOUR_EYES' } });
    expect(answer.body.detail).toContain('deployed a process');
    expect(await complete('mary', key)).toMatchObject({ status: 204 });
  });

  it('who completed the named task may not complete the other', async () => {
    const instance = await start('demo', 'checker');
    const [check] = await openTasks(call, instance);
    expect(await complete('mary', check)).toMatchObject({ status: 204 });
    const [approve] = await openTasks(call, instance);
    const answer = await complete('mary', approve);
    expect(answer).toMatchObject({ status: 403, body: { title: 'FOUR_EYES' } });
    expect(answer.body.detail).toContain('completed “The check” in this case');
    expect(await complete('demo', approve)).toMatchObject({ status: 204 });
  });

  it('and not in a called process either', async () => {
    const instance = await start('mary', 'caller');
    const [check] = await openTasks(call, instance);
    expect(await complete('mia', check)).toMatchObject({ status: 204 });
    const found = await call(null, 'POST', '/v2/user-tasks/search', {
      filter: { processDefinitionId: 'called', state: 'CREATED' },
    });
    const [{ userTaskKey }] = found.body.items as { userTaskKey: string }[];
    for (const [who, deed] of [
      ['mary', 'started'],
      ['mia', 'completed'],
    ]) {
      const answer = await complete(who, userTaskKey);
      expect(answer).toMatchObject({ status: 403, body: { title: 'FOUR_EYES' } });
      expect(answer.body.detail).toContain(`You ${deed}`);
    }
    expect(await complete('emil', userTaskKey)).toMatchObject({ status: 204 });
  });

  it('a task that names itself takes another person each time, even at the same moment', async () => {
    const tasks = await openTasks(call, await start('demo', 'twice'));
    expect(tasks).toHaveLength(2);
    const both = await Promise.all(tasks.map((key) => complete('mary', key)));
    expect(both.map(({ status }) => status).sort()).toEqual([204, 403]);
    const left = tasks[both.findIndex(({ status }) => status === 403)];
    expect(await complete('emil', left)).toMatchObject({ status: 204 });
  });
});

it('refusals are in the audit trail', async () => {
  const { body } = await call(null, 'GET', '/api/audit?type=request%20refused&limit=1000');
  const rows = body.items as { actor: string; data: { title: string; route: string } }[];
  expect(rows.some(({ actor, data }) => actor === 'user:demo' && data.title === 'FOUR_EYES')).toBe(true);
});
