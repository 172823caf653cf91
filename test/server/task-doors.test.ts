/**
 * Every operation on a user task asks who may: the operations are those of the API's description, and each of them is
 * tried by every account on a task that is offered to one group, and on one that is somebody's already.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACTS } from '../../server/access/operations.js';
import { callsTo, openTasks } from '../support/people.js';
import type { Answer, CallAs } from '../support/people.js';
import { createClient, startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { DECISION_FORM, ONE_TASK } from './models.js';

/** What is sent for each operation that changes a task, as the account itself would. */
const DOORS: Readonly<Record<string, (who: string) => object | undefined>> = {
  'PATCH /v2/user-tasks/:userTaskKey': (who) => ({ changeset: { candidateUsers: [who], priority: 70 } }),
  'POST /v2/user-tasks/:userTaskKey/assignment': (who) => ({ assignee: who }),
  'DELETE /v2/user-tasks/:userTaskKey/assignee': () => undefined,
  'POST /v2/user-tasks/:userTaskKey/completion': () => ({ variables: { approved: true } }),
  'POST /api/user-tasks/:userTaskKey/signing-proofs': (who) => ({ password: who }),
};

let server: TestServer;
let call: CallAs;
beforeAll(async () => {
  server = await startServer({ authentication: 'demo' });
  call = callsTo(server.url);
  await createClient(server.url).createDeployment({
    resources: [new File([ONE_TASK], 'one-task.bpmn'), new File([DECISION_FORM], 'decision.form')],
  });
});
afterAll(() => server.close());

async function newTask(assignee?: string): Promise<string> {
  const { body } = await call(null, 'POST', '/v2/process-instances', { processDefinitionId: 'one-task' });
  const [task] = await openTasks(call, body.processInstanceKey as string);
  if (assignee !== undefined) await call(null, 'POST', `/v2/user-tasks/${task}/assignment`, { assignee });
  return task;
}

async function tryDoor(operation: string, who: string, task: string): Promise<Answer> {
  const [method, route] = operation.split(' ');
  return call(who, method, route.replace(':userTaskKey', task), DOORS[operation](who));
}

async function stateOf(task: string): Promise<unknown> {
  return (await call(null, 'GET', `/v2/user-tasks/${task}`)).body;
}

it('names every operation that changes a task', () => {
  expect(Object.keys(DOORS).sort()).toEqual(Object.keys(ACTS.decide).sort());
});

describe.each(Object.keys(DOORS))('%s', (operation) => {
  it.each(['emil', 'carlos', 'mia'])('is refused to %s, whom the task is not offered to', async (who) => {
    for (const task of [await newTask(), await newTask('mary')]) {
      const before = await stateOf(task);
      expect(await tryDoor(operation, who, task)).toMatchObject({
        status: 403,
        body: { title: 'FORBIDDEN' },
      });
      expect(await stateOf(task)).toEqual(before);
    }
  });

  it('is open to the one it is assigned to', async () => {
    expect((await tryDoor(operation, 'mary', await newTask('mary'))).status).toBeLessThan(300);
  });
});

describe('a candidate', () => {
  it('changes dates and priority of a task that is offered, and not whom it is offered to', async () => {
    const path = `/v2/user-tasks/${await newTask()}`;
    expect((await call('mary', 'PATCH', path, { changeset: { priority: 90 } })).status).toBe(204);
    for (const changeset of [{ candidateUsers: ['mary'] }, { candidateGroups: [] }]) {
      expect((await call('mary', 'PATCH', path, { changeset })).status).toBe(403);
    }
  });
});
