/** Resolving the incident of a job that has no retries left: refused until it has some, and given some by a batch. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { callsTo, type CallAs } from '../support/people.js';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { bpmn } from './models.js';

const job = (type: string) => `<zeebe:taskDefinition type="${type}" retries="1" />`;
const line = (id: string, inside: string) =>
  bpmn(`<bpmn:process id="${id}" isExecutable="true"><bpmn:startEvent id="s" />
    <bpmn:sequenceFlow id="f" sourceRef="s" targetRef="work" />
    <bpmn:serviceTask id="work"><bpmn:extensionElements>${inside}</bpmn:extensionElements></bpmn:serviceTask>
    </bpmn:process>`);
const listened = `<zeebe:executionListeners><zeebe:executionListener eventType="start" type="listened" retries="1" />
  </zeebe:executionListeners>`;
const MODELS = [line('worked', job('worked')), line('listened', `${job('other')}${listened}`)];

let server: TestServer;
let call: CallAs;

beforeAll(async () => {
  server = await startServer();
  call = callsTo(server.url);
  for (const xml of MODELS) {
    const form = new FormData();
    form.append('resources', new File([xml], 'line.bpmn'));
    expect(await call(null, 'POST', '/v2/deployments', form)).toMatchObject({ status: 200 });
  }
});
afterAll(() => server.close());

const post = async (path: string, body: object) => (await call(null, 'POST', path, body)).body;

async function take(type: string): Promise<string[]> {
  const request = { type, worker: 'w', timeout: 60_000, maxJobsToActivate: 5, requestTimeout: -1 };
  const { jobs } = await post('/v2/jobs/activation', request);
  return (jobs as { jobKey: string }[]).map(({ jobKey }) => jobKey);
}

async function failed(processDefinitionId: string) {
  const { processInstanceKey } = await post('/v2/process-instances', { processDefinitionId });
  const [jobKey] = await take(processDefinitionId);
  await post(`/v2/jobs/${jobKey}/failure`, { retries: 0, errorMessage: 'no' });
  const { items } = await post('/v2/incidents/search', { filter: { processInstanceKey, state: 'ACTIVE' } });
  return { instance: processInstanceKey as string, jobKey, incident: (items as Incident[])[0].incidentKey };
}

interface Incident {
  readonly incidentKey: string;
}

it.each(['worked', 'listened'])('of %s is refused with what to do, and changes nothing', async (id) => {
  const { jobKey, incident } = await failed(id);
  const refused = await call(null, 'POST', `/v2/incidents/${incident}/resolution`, {});
  expect(refused).toMatchObject({ status: 409, body: { title: 'INVALID_STATE' } });
  expect(refused.body.detail).toMatch(/has no retries left. Give it retries first/);
  expect(await take(id)).toEqual([]);
  expect((await call(null, 'GET', `/v2/incidents/${incident}`)).body).toMatchObject({ state: 'ACTIVE' });
  await call(null, 'PATCH', `/v2/jobs/${jobKey}`, { changeset: { retries: 2 } });
  expect(await call(null, 'POST', `/v2/incidents/${incident}/resolution`, {})).toMatchObject({ status: 204 });
  expect(await take(id)).toEqual([jobKey]);
});

it('of an instance gives the job a retry', async () => {
  const { instance, jobKey, incident } = await failed('worked');
  const started = await call(null, 'POST', `/v2/process-instances/${instance}/incident-resolution`);
  expect(started.status).toBe(200);
  await expect
    .poll(async () => (await call(null, 'GET', `/v2/incidents/${incident}`)).body.state)
    .toBe('RESOLVED');
  expect(await take('worked')).toEqual([jobKey]);
});
