/** A task offered to a person by name is counted for that person, and for nobody else, until somebody has it. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { callsTo, openTasks } from '../support/people.js';
import type { CallAs } from '../support/people.js';
import { createClient, startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { bpmn } from './models.js';

const OFFERED = bpmn(`<bpmn:process id="offered" isExecutable="true"><bpmn:startEvent id="s" />
    <bpmn:userTask id="t"><bpmn:extensionElements><zeebe:userTask />
    <zeebe:assignmentDefinition candidateUsers="=[&quot;emil&quot;, &quot;mary&quot;]" candidateGroups="=[&quot;accounting&quot;]" />
    </bpmn:extensionElements></bpmn:userTask>
    <bpmn:sequenceFlow id="f" sourceRef="s" targetRef="t" /></bpmn:process>`);

let server: TestServer;
let call: CallAs;
beforeAll(async () => {
  server = await startServer({ authentication: 'demo' });
  call = callsTo(server.url);
  await createClient(server.url).createDeployment({ resources: [new File([OFFERED], 'offered.bpmn')] });
});
afterAll(() => server.close());

it('once for a person who is named, also where a group of theirs is', async () => {
  const { body } = await call(null, 'POST', '/v2/process-instances', { processDefinitionId: 'offered' });
  const counts = async () =>
    Promise.all(
      ['emil', 'mary', 'carlos'].map(
        async (who) => (await call(who, 'GET', '/api/overview')).body.myGroupsTasks,
      ),
    );
  expect(await counts()).toEqual([1, 1, 0]);
  const [task] = await openTasks(call, body.processInstanceKey as string);
  await call('emil', 'POST', `/v2/user-tasks/${task}/assignment`, { assignee: 'emil' });
  expect(await counts()).toEqual([0, 0, 0]);
});
