/** Forms that stand in the file of their process: deployed with it, and shown at its user tasks and before its start. */
import { ProcessDefinitionId, type CamundaClient } from '@camunda8/orchestration-cluster-api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { definitions } from '../rules/xml.js';
import { createClient, startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';

const NOW = { consistency: { waitUpToMs: 0 } };
let server: TestServer;
let client: CamundaClient;

beforeAll(async () => {
  server = await startServer();
  client = createClient(server.url);
});
afterAll(() => server.close());

const extensions = (content: string) => `<bpmn:extensionElements>${content}</bpmn:extensionElements>`;
const named = '<zeebe:formDefinition formKey="camunda-forms:bpmn:ask" />';

/** A process whose form asks `question`; `documentation` changes the file and not its form. */
function asking(id: string, question: string, documentation = '', type = 'text'): File {
  const schema = JSON.stringify({ type: 'default', components: [{ type, id: 'Field_1', text: question }] });
  const xml = definitions(
    `<bpmn:process id="${id}" isExecutable="true"><bpmn:documentation>${documentation}</bpmn:documentation>` +
      extensions(`<zeebe:userTaskForm id="ask">${schema}</zeebe:userTaskForm>`) +
      `<bpmn:startEvent id="start">${extensions(named)}</bpmn:startEvent>` +
      `<bpmn:userTask id="task">${extensions(`<zeebe:userTask />${named}`)}</bpmn:userTask>` +
      '<bpmn:sequenceFlow id="f" sourceRef="start" targetRef="task" /></bpmn:process>',
  );
  return new File([xml], `${id}.bpmn`);
}

/** Deploys a process and begins an instance: the form before its start, and that of its task. */
async function begin(file: File, id: string): Promise<{ key: string; before: string; at: string }> {
  const deployed = await client.createDeployment({ resources: [file] });
  const key = deployed.processes[0].processDefinitionKey;
  const before: unknown = await (await fetch(`${server.url}/v2/process-definitions/${key}/form`)).json();
  const { processInstanceKey } = await client.createProcessInstance({
    processDefinitionId: ProcessDefinitionId.assumeExists(id),
  });
  const { items } = await client.searchUserTasks({ filter: { processInstanceKey } }, NOW);
  return { key, before: schemaOf(before), at: await formOf(items[0].userTaskKey) };
}

async function formOf(userTaskKey: string): Promise<string> {
  return schemaOf(await (await fetch(`${server.url}/v2/user-tasks/${userTaskKey}/form`)).json());
}

const schemaOf = (form: unknown): string => (form as { schema: string }).schema;

it('is shown before the start and at the task', async () => {
  const { before, at } = await begin(asking('order', 'Which order?'), 'order');
  expect(before).toContain('Which order?');
  expect(at).toContain('Which order?');
});

it('belongs to its process alone', async () => {
  const { at } = await begin(asking('claim', 'Which claim?'), 'claim');
  expect(at).toContain('Which claim?');
  expect((await begin(asking('order', 'Which order?', 'new'), 'order')).at).toContain('Which order?');
});

it('is that of each version', async () => {
  const first = await begin(asking('trip', 'Where to?'), 'trip');
  const second = await begin(asking('trip', 'When?'), 'trip');
  expect(second.before).toContain('When?');
  expect(second.at).toContain('When?');
  const again = await fetch(`${server.url}/v2/process-definitions/${first.key}/form`);
  expect(schemaOf(await again.json())).toContain('Where to?');
});

it('changes nothing when the same file is deployed again, beside another one', async () => {
  await client.createDeployment({ resources: [asking('same', 'What?')] });
  const again = await client.createDeployment({
    resources: [asking('same', 'What?'), asking('more', 'Else?')],
  });
  const version = again.processes.find(({ processDefinitionId }) => processDefinitionId === 'same');
  expect(version?.processDefinitionVersion).toBe(1);
});

it('is refused where a field of it can’t be shown', async () => {
  const form = new FormData();
  form.append('resources', asking('unseen', 'What?', '', 'documentPreview'));
  const answer = await fetch(`${server.url}/v2/deployments`, { method: 'POST', body: form });
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({
    problems: [{ code: 'FORM_FIELD', resource: 'unseen.bpmn#ask.form', elementId: 'Field_1' }],
  });
});
