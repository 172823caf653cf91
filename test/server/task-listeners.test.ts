/** Task listeners over HTTP: callers wait for them, workers see the task, correct it and deny; by the official client. */
import { ProcessDefinitionId, type CamundaClient } from '@camunda8/orchestration-cluster-api';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createClient, startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';

const NOW = { consistency: { waitUpToMs: 0 } };
const CASES = join(import.meta.dirname, '..', 'cases', 'task-listener');
let server: TestServer;
let client: CamundaClient;

function model(name: string): File {
  const xml = readFileSync(join(CASES, name, 'process.bpmn'), 'utf8');
  return new File([xml.replace('<bpmn:process id="p"', `<bpmn:process id="${name}"`)], `${name}.bpmn`);
}

async function begin(id: string) {
  const { processInstanceKey } = await client.createProcessInstance({
    processDefinitionId: ProcessDefinitionId.assumeExists(id),
  });
  const { items } = await client.searchUserTasks({ filter: { processInstanceKey } }, NOW);
  return { processInstanceKey, userTaskKey: items[0].userTaskKey };
}

async function nextJob(type: string) {
  const { jobs } = await client.activateJobs({
    type,
    worker: 'listener',
    timeout: 60_000,
    maxJobsToActivate: 1,
    requestTimeout: 5000,
  });
  return jobs[0];
}

beforeAll(async () => {
  server = await startServer();
  client = createClient(server.url);
  await client.createDeployment({ resources: ['whole-life', 'denies-completion'].map(model) });
});
afterAll(() => server.close());

it('shows the listener the task as it will be, and gives the task what it corrects', async () => {
  const { userTaskKey } = await begin('whole-life');
  const created = await nextJob('new');
  expect(created).toMatchObject({ kind: 'TASK_LISTENER', listenerEventType: 'CREATING' });
  expect(created.userTask).toMatchObject({ userTaskKey, assignee: 'mary', changedAttributes: ['assignee'] });
  expect(created.customHeaders).toMatchObject({ 'io.camunda.zeebe:assignee': 'mary' });
  expect(await client.getUserTask({ userTaskKey }, NOW)).toMatchObject({ state: 'CREATING', assignee: null });
  const { jobKey } = created;
  await client.completeJob({ jobKey, result: { type: 'userTask', corrections: { priority: 80 } } });
  const first = await nextJob('given-1');
  expect(first.userTask).toMatchObject({ assignee: 'mary', priority: 80, changedAttributes: ['assignee'] });
  const corrections = { assignee: 'john', dueDate: '', candidateUsers: ['eve'] };
  await client.completeJob({ jobKey: first.jobKey, result: { type: 'userTask', corrections } });
  const second = await nextJob('given-2');
  expect(second.userTask?.changedAttributes).toEqual(['assignee', 'candidateUsers']);
  await client.completeJob({ jobKey: second.jobKey });
  expect(await client.getUserTask({ userTaskKey }, NOW)).toMatchObject({
    state: 'CREATED',
    assignee: 'john',
    priority: 80,
    candidateUsers: ['eve'],
  });
});

it('answers who completes a task when its listeners have, and with their reason where one denies', async () => {
  const { userTaskKey, processInstanceKey } = await begin('denies-completion');
  const denied = client.completeUserTask({ userTaskKey, variables: { ok: false } }).then(
    () => null,
    (error: unknown) => error,
  );
  await client.completeJob({ jobKey: (await nextJob('check')).jobKey });
  const last = await nextJob('check-again');
  expect(last).toMatchObject({ listenerEventType: 'COMPLETING', userTask: { action: 'complete' } });
  expect((await client.getUserTask({ userTaskKey }, NOW)).state).toBe('COMPLETING');
  const { jobKey } = last;
  await client.completeJob({
    jobKey,
    result: { type: 'userTask', denied: true, deniedReason: 'It is not ok.' },
  });
  expect(String(await denied)).toMatch(/It is not ok\./);
  expect((await client.getUserTask({ userTaskKey }, NOW)).state).toBe('CREATED');
  const { items } = await client.searchJobs({ filter: { jobKey } }, NOW);
  expect(items).toMatchObject([{ isDenied: true, deniedReason: 'It is not ok.', state: 'COMPLETED' }]);

  const completed = client.completeUserTask({ userTaskKey, variables: { ok: true } });
  await client.completeJob({ jobKey: (await nextJob('check')).jobKey });
  await client.completeJob({ jobKey: (await nextJob('check-again')).jobKey });
  await completed;
  expect((await client.getProcessInstance({ processInstanceKey }, NOW)).state).toBe('COMPLETED');
});
