/** Sensitive processes: who looks at their instances is in the audit trail before they see anything. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createClock } from '@countersign/server';
import { callsTo, openTasks, type CallAs } from '../support/people.js';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { bpmn } from './models.js';

const process = (id: string, sensitive: boolean) =>
  bpmn(`<bpmn:process id="${id}" isExecutable="true"><bpmn:extensionElements><zeebe:properties>
      <zeebe:property name="sensitive" value="${sensitive}" /></zeebe:properties></bpmn:extensionElements>
    <bpmn:startEvent id="s" /><bpmn:userTask id="look"><bpmn:extensionElements><zeebe:userTask />
    </bpmn:extensionElements></bpmn:userTask><bpmn:sequenceFlow id="f" sourceRef="s" targetRef="look" />
    <bpmn:serviceTask id="work"><bpmn:extensionElements><zeebe:taskDefinition type="${id}" />
    </bpmn:extensionElements></bpmn:serviceTask><bpmn:sequenceFlow id="g" sourceRef="s" targetRef="work" />
    </bpmn:process>`);

interface ViewRow {
  readonly actor: string;
  readonly data: {
    readonly kind: string;
    readonly processId: string;
    readonly processInstanceKeys: number[];
  };
}

const clock = createClock();
let now = Date.now();
let server: TestServer;
let call: CallAs;
let instance: string;
let task: string;

async function views(query = `viewedInstanceKey=${instance}`): Promise<ViewRow[]> {
  const { status, body } = await call(null, 'GET', `/api/audit?type=data%20viewed&limit=1000&${query}`);
  expect(status, JSON.stringify(body)).toBe(200);
  return body.items as ViewRow[];
}
const told = async (): Promise<string[]> =>
  (await views()).map(({ actor, data }) => `${actor} ${data.kind}`).sort();

async function start(processDefinitionId: string): Promise<string> {
  const body = { processDefinitionId, variables: { diagnosis: 'J45' } };
  return (await call('demo', 'POST', '/v2/process-instances', body)).body.processInstanceKey as string;
}

beforeAll(async () => {
  server = await startServer({ authentication: 'demo', clock });
  call = callsTo(server.url);
  const form = new FormData();
  form.append('resources', new File([process('secret', true)], 'secret.bpmn'));
  form.append('resources', new File([process('open', false)], 'open.bpmn'));
  expect(await call('demo', 'POST', '/v2/deployments', form)).toMatchObject({ status: 200 });
});
afterAll(() => server.close());
beforeEach(async () => {
  now += 3_600_000;
  clock.pin(now);
  instance = await start('secret');
  [task] = await openTasks(call, instance);
});

describe('a view', () => {
  const kinds: readonly (readonly [
    kind: string,
    method: string,
    path: () => string,
    body: () => object | undefined,
  ])[] = [
    ['instance', 'GET', () => `/v2/process-instances/${instance}`, () => undefined],
    ['instance', 'GET', () => `/v2/process-instances/${instance}/sequence-flows`, () => undefined],
    [
      'instance',
      'POST',
      () => '/v2/element-instances/search',
      () => ({ filter: { processInstanceKey: instance } }),
    ],
    ['variables', 'POST', () => '/v2/variables/search', () => ({ filter: { processInstanceKey: instance } })],
    ['variables', 'POST', () => `/v2/user-tasks/${task}/effective-variables/search`, () => ({})],
    ['variables', 'GET', () => `/api/process-instances/${instance}/state`, () => undefined],
    [
      'variables',
      'POST',
      () => '/v2/process-instances/search',
      () => ({
        filter: { processInstanceKey: instance, variables: [{ name: 'diagnosis', value: '"J45"' }] },
      }),
    ],
    ['user task', 'GET', () => `/v2/user-tasks/${task}`, () => undefined],
    ['user task', 'GET', () => `/api/user-tasks/${task}/record`, () => undefined],
    ['evidence', 'GET', () => `/api/user-tasks/${task}/evidence`, () => undefined],
    ['audit rows', 'GET', () => `/api/audit?processInstanceKey=${instance}`, () => undefined],
    ['export', 'GET', () => `/api/audit/exports?format=csv&processInstanceKey=${instance}`, () => undefined],
    [
      'export',
      'GET',
      () => `/api/audit/exports?format=bundle&processInstanceKey=${instance}`,
      () => undefined,
    ],
  ];
  it.each(kinds)('of the kind %s is told: %s %s', async (kind, method, path, body) => {
    const answer = await call('carlos', method, path(), body());
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    expect(await views()).toMatchObject([
      { actor: 'user:carlos', data: { kind, processId: 'secret', processInstanceKeys: [Number(instance)] } },
    ]);
  });

  it('is told of whoever looks at a signature', async () => {
    const { shown } = (await call('mary', 'GET', `/api/user-tasks/${task}/record`)).body;
    const body = { signature: { shown } };
    const signed = await call('mary', 'POST', `/v2/user-tasks/${task}/completion`, body);
    expect(signed.status, JSON.stringify(signed.body)).toBe(204);
    expect((await call('carlos', 'GET', `/api/user-tasks/${task}/signature`)).status).toBe(200);
    expect(await told()).toEqual(['user:carlos user task', 'user:mary user task']);
  });

  it('is told of clients without an account too', async () => {
    await call(null, 'GET', `/v2/process-instances/${instance}`);
    expect(await told()).toEqual(['client:anonymous instance']);
  });

  it('is told once for a person, an instance and a kind in ten minutes', async () => {
    const look = (who: string) => call(who, 'GET', `/v2/process-instances/${instance}`);
    await Promise.all(Array.from({ length: 10 }, () => look('mary')));
    await look('emil');
    clock.pin(now + 9 * 60_000);
    await look('mary');
    expect(await told()).toEqual(['user:emil instance', 'user:mary instance']);
    clock.pin(now + 11 * 60_000);
    await look('mary');
    expect(await told()).toEqual(['user:emil instance', 'user:mary instance', 'user:mary instance']);
  });

  it('of many instances at once is one row that names them', async () => {
    const other = await start('secret');
    await call('mary', 'POST', '/v2/variables/search', { filter: { name: 'diagnosis' } });
    const [row, ...more] = await views();
    expect(more).toEqual([]);
    expect(row.data.processInstanceKeys).toEqual(expect.arrayContaining([Number(instance), Number(other)]));
    expect(await views(`viewedInstanceKey=${other}`)).toEqual([row]);
    expect(await views(`viewedInstanceKey=${instance.slice(0, -1)}`)).toEqual([]);
    expect(await views('processDefinitionId=secret&actor=user:mary')).toContainEqual(row);
    expect(await views('processDefinitionId=open')).toEqual([]);
  });
});

describe('no view', () => {
  it('is looking at a process that is not sensitive, at lists, or at what is not there', async () => {
    const other = await start('open');
    for (const key of [other, '999999999']) await call('mary', 'GET', `/v2/process-instances/${key}`);
    await call('mary', 'POST', '/v2/process-instances/search', {});
    await call('mary', 'POST', '/v2/user-tasks/search', {});
    expect(await views(`viewedInstanceKey=${other}`)).toEqual([]);
    expect(await views()).toEqual([]);
  });
});

it('views stand in the report on access', async () => {
  await call('mary', 'GET', `/v2/process-instances/${instance}`);
  const query = `report=access-changes&format=json&viewedInstanceKey=${instance}`;
  const { body } = await call('carlos', 'GET', `/api/audit/exports?${query}`);
  expect(body.lines).toMatchObject([{ who: 'Mary Adler (mary)', what: 'data viewed' }]);
});
