/** Files that workers need, over HTTP: deployed in versions, found by the job that links to them, and read by key. */
import { ProcessDefinitionId, type CamundaClient } from '@camunda8/orchestration-cluster-api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bpmnXml, chain } from '../support/bpmn-xml.js';
import { createClient, startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';

const NOW = { consistency: { waitUpToMs: 0 } };
let server: TestServer;
let client: CamundaClient;

const script = (text: string, versionTag?: string): File =>
  new File([JSON.stringify({ id: 'greet', versionTag, text })], 'greet.rpa');

function robot(id: string, binding: string): File {
  const linked =
    '<zeebe:taskDefinition type="robot" /><zeebe:linkedResources>' +
    `<zeebe:linkedResource resourceId="greet" resourceType="RPA" linkName="script" ${binding} />` +
    '</zeebe:linkedResources>';
  const nodes = [
    { type: 'startEvent', id: 'start' },
    { type: 'serviceTask', id: 'work', extensions: [linked] },
  ];
  return new File([bpmnXml({ id, nodes, flows: chain('start', 'work') })], `${id}.bpmn`);
}

async function begin(id: string) {
  return client.createProcessInstance({ processDefinitionId: ProcessDefinitionId.assumeExists(id) });
}

/** What the next robot finds behind its link. */
async function linked(): Promise<{ type: unknown; name: unknown; content: string }> {
  const { jobs } = await client.activateJobs({
    type: 'robot',
    worker: 'robot',
    timeout: 60_000,
    maxJobsToActivate: 1,
    requestTimeout: 5000,
  });
  const header = String(jobs[0].customHeaders['linkedResources']);
  const [{ resourceKey, resourceType, linkName }] = JSON.parse(header) as [Record<string, string>];
  const response = await fetch(`${server.url}/v2/resources/${resourceKey}/content`);
  return { type: resourceType, name: linkName, content: await response.text() };
}

beforeAll(async () => {
  server = await startServer();
  client = createClient(server.url);
});
afterAll(() => server.close());

it('is an incident where the file is not deployed, and goes on when it is', async () => {
  await client.createDeployment({ resources: [robot('latest', 'bindingType="latest"')] });
  const { processInstanceKey } = await begin('latest');
  const { items } = await client.searchIncidents({ filter: { processInstanceKey } }, NOW);
  expect(items).toMatchObject([{ errorType: 'RESOURCE_NOT_FOUND', elementId: 'work' }]);
  await client.createDeployment({ resources: [script('one', 'first')] });
  await client.resolveIncident({ incidentKey: items[0].incidentKey });
  const { content, ...found } = await linked();
  expect(found).toEqual({ type: 'RPA', name: 'script' });
  expect(content).toContain('one');
});

it('is the version that the binding means', async () => {
  await client.createDeployment({
    resources: [robot('together', 'bindingType="deployment"'), script('two')],
  });
  await client.createDeployment({ resources: [script('three')] });
  await client.createDeployment({
    resources: [robot('tagged', 'bindingType="versionTag" versionTag="first"')],
  });
  for (const [id, text] of [
    ['latest', 'three'],
    ['together', 'two'],
    ['tagged', 'one'],
  ] as const) {
    await begin(id);
    expect((await linked()).content).toContain(text);
  }
});

it('is told and counted by the deployment, and described by its key', async () => {
  const first = await client.createDeployment({ resources: [script('four')] });
  const again = await client.createDeployment({ resources: [script('four')] });
  const resource = first.deployments[0].resource;
  expect(resource).toMatchObject({ resourceId: 'greet', resourceName: 'greet.rpa', version: 4 });
  expect(again.deployments[0].resource).toEqual(resource);
  if (!resource) throw new Error('No resource was deployed.');
  expect(await client.getResource({ resourceKey: resource.resourceKey })).toMatchObject({
    resourceId: 'greet',
    version: 4,
    versionTag: null,
  });
});

it('refuses a file that does not say its id, and a key that nothing has', async () => {
  const bad = new File(['{"name":"x"}'], 'x.json');
  await expect(client.createDeployment({ resources: [bad] })).rejects.toThrow(/"id"/);
  expect((await fetch(`${server.url}/v2/resources/1`)).status).toBe(404);
});
