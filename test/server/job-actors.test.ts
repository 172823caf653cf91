/** Who did a job: the trail names whoever was authenticated, and what the worker calls itself beside that. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openJobStream } from '../support/job-stream.js';
import { callsTo, type CallAs } from '../support/people.js';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { bpmn } from './models.js';

const process = (id: string, sensitive: boolean) =>
  bpmn(`<bpmn:process id="${id}" isExecutable="true"><bpmn:extensionElements><zeebe:properties>
      <zeebe:property name="sensitive" value="${sensitive}" /></zeebe:properties></bpmn:extensionElements>
    <bpmn:startEvent id="s" /><bpmn:sequenceFlow id="f" sourceRef="s" targetRef="pay" />
    <bpmn:sendTask id="pay"><bpmn:extensionElements><zeebe:taskDefinition type="${id}" retries="2" />
    </bpmn:extensionElements></bpmn:sendTask></bpmn:process>`);

interface Row {
  readonly actor: string;
  readonly type: string;
  readonly processInstanceKey: string | null;
  readonly data: { readonly worker?: string; readonly kind?: string };
}

let server: TestServer;
let call: CallAs;

beforeAll(async () => {
  server = await startServer({ authentication: 'demo' });
  call = callsTo(server.url);
  const form = new FormData();
  form.append('resources', new File([process('payment', false)], 'payment.bpmn'));
  form.append('resources', new File([process('diagnosis', true)], 'diagnosis.bpmn'));
  expect(await call('demo', 'POST', '/v2/deployments', form)).toMatchObject({ status: 200 });
});
afterAll(() => server.close());

async function start(processDefinitionId: string): Promise<string> {
  const { body } = await call('demo', 'POST', '/v2/process-instances', { processDefinitionId });
  return body.processInstanceKey as string;
}

async function lease(who: string, type: string, worker: string): Promise<string> {
  const request = { type, worker, timeout: 3_600_000, maxJobsToActivate: 1, requestTimeout: 10_000 };
  const { body } = await call(who, 'POST', '/v2/jobs/activation', request);
  return (body.jobs as { jobKey: string }[])[0].jobKey;
}

async function rows(query: string): Promise<Row[]> {
  const { status, body } = await call('demo', 'GET', `/api/audit?limit=1000&${query}`);
  expect(status, JSON.stringify(body)).toBe(200);
  return body.items as Row[];
}

describe('a job that somebody leased under another name', () => {
  const ends = [
    ['completion', 'job completed', {}],
    ['failure', 'job failed', { retries: 0, errorMessage: 'away' }],
    ['error', 'error thrown', { errorCode: 'NO_MONEY' }],
  ] as const;

  it.each(ends)('%s: the account is the actor, the name stands beside it', async (end, type, body) => {
    const instance = await start('payment');
    const jobKey = await lease('demo', 'payment', 'mary');
    expect(await call('demo', 'POST', `/v2/jobs/${jobKey}/${end}`, body)).toMatchObject({ status: 204 });
    const [row] = await rows(`processInstanceKey=${instance}&type=${encodeURIComponent(type)}`);
    expect(row).toMatchObject({ actor: 'user:demo', data: { worker: 'mary' } });
    const ofMary = await rows(`processInstanceKey=${instance}&actor=user:mary`);
    expect(ofMary).toEqual([]);
    for (const actor of ['user:demo', 'worker:mary']) {
      const found = await rows(`processInstanceKey=${instance}&actor=${actor}`);
      expect(found.map((one) => one.type)).toContain(type);
    }
    expect(await rows(`processInstanceKey=${instance}&actor=worker:mar`)).toEqual([]);
  });

  it('is told by whoever ends it, and not by whoever leased it', async () => {
    const instance = await start('payment');
    const jobKey = await lease('demo', 'payment', 'robot "7" %_\\');
    await call(null, 'POST', `/v2/jobs/${jobKey}/completion`, {});
    const named = encodeURIComponent('worker:robot "7" %_\\');
    expect(await rows(`processInstanceKey=${instance}&actor=${named}`)).toMatchObject([
      { type: 'job completed', actor: 'client:anonymous', data: { worker: 'robot "7" %_\\' } },
    ]);
  });

  it('names a worker that calls itself a pseudonym by what it says', async () => {
    const instance = await start('payment');
    const name = `p-${'0a'.repeat(16)}`;
    const jobKey = await lease('demo', 'payment', name);
    await call('demo', 'POST', `/v2/jobs/${jobKey}/completion`, {});
    const [row] = await rows(`processInstanceKey=${instance}&type=job%20completed`);
    expect(row).toMatchObject({ actor: 'user:demo', data: { worker: name } });
  });

  it('names nobody beside the actor where it was never leased', async () => {
    const instance = await start('payment');
    const { body } = await call('demo', 'POST', '/v2/jobs/search', {
      filter: { processInstanceKey: instance },
    });
    const [{ jobKey }] = body.items as { jobKey: string }[];
    await call('demo', 'POST', `/v2/jobs/${jobKey}/completion`, {});
    const [row] = await rows(`processInstanceKey=${instance}&type=job%20completed`);
    expect(row.actor).toBe('user:demo');
    expect(row.data).not.toHaveProperty('worker');
  });

  it('stands in exports by both names', async () => {
    const instance = await start('payment');
    const jobKey = await lease('demo', 'payment', 'exporter');
    await call('demo', 'POST', `/v2/jobs/${jobKey}/completion`, {});
    const query = `format=jsonl&processInstanceKey=${instance}&actor=worker:exporter`;
    const { body } = await call('demo', 'GET', `/api/audit/exports?${query}`);
    const text = String(body.text);
    expect(text.trim().split('\n')).toHaveLength(1);
    expect(JSON.parse(text)).toMatchObject({ actor: 'user:demo', data: { worker: 'exporter' } });
  });
});

describe('a job pushed on a stream', () => {
  it('is told the same way', async () => {
    const stream = await openJobStream(server.url, {
      type: 'payment',
      worker: 'streamer',
      timeout: 3_600_000,
      capacity: 1,
    });
    const instance = await start('payment');
    const { jobKey } = await stream.next();
    await call('demo', 'POST', `/v2/jobs/${jobKey}/completion`, {});
    stream.hangUp();
    const [row] = await rows(`processInstanceKey=${instance}&type=job%20completed`);
    expect(row).toMatchObject({ actor: 'user:demo', data: { worker: 'streamer' } });
  });
});

describe('a lease of a job', () => {
  it('of a sensitive process is told with who was authenticated and what the worker calls itself', async () => {
    const instance = await start('diagnosis');
    await lease('demo', 'diagnosis', 'laboratory');
    expect(await rows(`viewedInstanceKey=${instance}`)).toMatchObject([
      { actor: 'user:demo', type: 'data viewed', data: { kind: 'job', worker: 'laboratory' } },
    ]);
    for (const actor of ['user:demo', 'worker:laboratory'])
      expect(await rows(`viewedInstanceKey=${instance}&actor=${actor}`)).toHaveLength(1);
  });

  it('of another process is not', async () => {
    const instance = await start('payment');
    await lease('demo', 'payment', 'laboratory');
    expect(await rows(`viewedInstanceKey=${instance}`)).toEqual([]);
  });
});
