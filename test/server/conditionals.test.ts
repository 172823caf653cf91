/** Conditional start events over HTTP, by the official client: asked with variables, each that holds begins an instance. */
import { ProcessDefinitionId, type CamundaClient } from '@camunda8/orchestration-cluster-api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bpmnXml } from '../support/bpmn-xml.js';
import { createClient, startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';

const NOW = { consistency: { waitUpToMs: 0 } };
let server: TestServer;
let client: CamundaClient;

function startsWhen(id: string, condition: string, filter = ''): File {
  const content =
    `<bpmn:conditionalEventDefinition>${filter}<bpmn:condition xsi:type="bpmn:tFormalExpression">` +
    `${condition}</bpmn:condition></bpmn:conditionalEventDefinition>`;
  const nodes = [{ type: 'startEvent', id: `${id}-start`, content: [content] }];
  return new File([bpmnXml({ id, nodes, flows: [] })], `${id}.bpmn`);
}

const FILTER =
  '<bpmn:extensionElements><zeebe:conditionalFilter variableNames="alarm" /></bpmn:extensionElements>';

beforeAll(async () => {
  server = await startServer();
  client = createClient(server.url);
  await client.createDeployment({
    resources: [startsWhen('low', '=stock &lt; 10'), startsWhen('alarmed', '=true', FILTER)],
  });
});
afterAll(() => server.close());

it('begins an instance of every process whose condition holds, with the variables', async () => {
  const { processInstances } = await client.evaluateConditionals({ variables: { stock: 3 } });
  expect(processInstances).toHaveLength(1);
  const { processInstanceKey } = processInstances[0];
  const instance = await client.getProcessInstance({ processInstanceKey }, NOW);
  expect(instance).toMatchObject({ processDefinitionId: 'low', state: 'COMPLETED' });
  const { items } = await client.searchVariables({ filter: { processInstanceKey } }, NOW);
  expect(items).toMatchObject([{ name: 'stock', value: '3' }]);
});

it('begins nothing where no condition holds, or none can be told', async () => {
  expect((await client.evaluateConditionals({ variables: { stock: 30 } })).processInstances).toEqual([]);
  expect((await client.evaluateConditionals({ variables: {} })).processInstances).toEqual([]);
});

it('asks a condition with a filter only about the variables that it names', async () => {
  const { processInstances } = await client.evaluateConditionals({ variables: { alarm: 1 } });
  expect(processInstances).toHaveLength(1);
});

it('asks one definition alone where it is named, and says so where there is none', async () => {
  const filter = { processDefinitionId: 'alarmed' };
  const [{ processDefinitionKey }] = (await client.searchProcessDefinitions({ filter }, NOW)).items;
  const variables = { alarm: 1, stock: 3 };
  const { processInstances } = await client.evaluateConditionals({ processDefinitionKey, variables });
  expect(processInstances).toMatchObject([{ processDefinitionKey }]);
  const response = await fetch(`${server.url}/v2/conditionals/evaluation`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ processDefinitionKey: '1', variables }),
  });
  expect(response.status).toBe(404);
});

it('is no start that can be asked for by the process alone', async () => {
  const processDefinitionId = ProcessDefinitionId.assumeExists('low');
  await expect(client.createProcessInstance({ processDefinitionId })).rejects.toThrow(/trigger/);
});
