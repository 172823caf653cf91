/** What has to stay stays: under a legal hold, and for six months where a model was called; everything else goes in time. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createClock } from '@countersign/server';
import type { Clock } from '@countersign/server';
import type { Key } from '@countersign/engine';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { openHolds } from '../../server/audit/holds/holds.js';
import { RUNTIME_START, openTestRuntime } from '../support/runtime.js';
import { bpmnXml, chain, serviceTask } from '../support/bpmn-xml.js';

const DAY = 86_400_000;
const line = (id: string): string =>
  bpmnXml({
    id,
    nodes: [{ type: 'startEvent', id: 'start' }, serviceTask('work'), { type: 'endEvent', id: 'end' }],
    flows: chain('start', 'work', 'end'),
  });

const EMPTY = bpmnXml({
  id: 'empty',
  nodes: [
    { type: 'startEvent', id: 'start' },
    { type: 'endEvent', id: 'end' },
  ],
  flows: chain('start', 'end'),
});

let server: TestServer;
let clock: Clock;

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

async function call(method: string, path: string, body?: object): Promise<Answer> {
  const response = await fetch(server.url + path, {
    method,
    headers: { 'Content-Type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Answer['body'] };
}

function runtime() {
  if (!server.runtime) throw new Error('The server runs elsewhere.');
  return server.runtime;
}

/** An instance that has ended; a model was called in it where `ai` says so. */
async function ended(processId: string, ai = false): Promise<Key> {
  const created = await runtime().createInstance({ processId, variables: {} }, 'client:test');
  if (!created.ok) throw new Error(created.rejection.reason);
  const [job] = await runtime().activateJobs({ type: 'work', worker: 'w', timeoutMs: 60_000, maxJobs: 1 });
  const { jobKey } = job;
  if (ai) {
    const started = { type: 'record model call', jobKey, event: 'model call started', data: {} } as const;
    expect(await runtime().execute(started, 'agent:work')).toMatchObject({ ok: true });
  }
  await runtime().execute({ type: 'complete job', jobKey, variables: {} }, 'worker:w');
  return created.processInstanceKey;
}

async function hold(on: object): Promise<string> {
  const { status, body } = await call('POST', '/api/legal-holds', { ...on, reason: 'case 12 of the court' });
  expect(status).toBe(201);
  return String(body['key']);
}

async function isThere(key: Key): Promise<boolean> {
  return (await call('GET', `/v2/process-instances/${key}`)).status === 200;
}

async function deployLines(): Promise<void> {
  for (const id of ['line', 'other']) {
    const resources = [{ name: `${id}.bpmn`, content: line(id) }];
    expect(await runtime().deploy({ resources, actor: 'client:test' })).toMatchObject({ ok: true });
  }
}

beforeEach(async () => {
  clock = createClock(RUNTIME_START);
  server = await startServer({ clock });
  await deployLines();
});
afterEach(() => server.close());

describe('retention', () => {
  beforeEach(async () => {
    for (const id of ['line', 'other']) {
      expect((await call('PUT', `/api/retention/${id}`, { days: 1 })).status).toBe(204);
    }
  });

  test('lets an instance go when its days are over, and not before', async () => {
    const key = await ended('line');
    clock.pin(RUNTIME_START + DAY);
    expect(await runtime().retention.apply()).toBe(0);
    clock.pin(RUNTIME_START + DAY + 1);
    expect(await runtime().retention.apply()).toBe(1);
    expect(await isThere(key)).toBe(false);
  });

  test('keeps those in which a model was called for 184 days, whatever the rule says', async () => {
    const [called, plain] = [await ended('line', true), await ended('line')];
    clock.pin(RUNTIME_START + 184 * DAY - 1);
    expect(await runtime().retention.apply()).toBe(1);
    expect([await isThere(called), await isThere(plain)]).toEqual([true, false]);
    clock.pin(RUNTIME_START + 184 * DAY);
    expect(await runtime().retention.apply()).toBe(1);
    expect(await isThere(called)).toBe(false);
  });

  test('leaves all instances of a process under a hold, until it is lifted', async () => {
    const [held, free] = [await ended('line'), await ended('other')];
    const key = await hold({ processId: 'line' });
    clock.pin(RUNTIME_START + 1_000 * DAY);
    expect(await runtime().retention.apply()).toBe(1);
    expect([await isThere(held), await isThere(free)]).toEqual([true, false]);
    expect((await call('DELETE', `/api/legal-holds/${key}`)).status).toBe(204);
    expect(await runtime().retention.apply()).toBe(1);
    expect(await isThere(held)).toBe(false);
  });

  test('leaves the one instance that a hold names, until it is lifted; another hold still keeps it', async () => {
    const [held, free] = [await ended('line'), await ended('line')];
    const key = await hold({ processInstanceKey: String(held) });
    const another = await hold({ processId: 'line' });
    clock.pin(RUNTIME_START + 1_000 * DAY);
    await call('DELETE', `/api/legal-holds/${another}`);
    expect(await runtime().retention.apply()).toBe(1);
    expect([await isThere(held), await isThere(free)]).toEqual([true, false]);
    await call('DELETE', `/api/legal-holds/${key}`);
    expect(await runtime().retention.apply()).toBe(1);
  });
});

describe('a legal hold', () => {
  test('refuses deletion over the API and says which hold it is', async () => {
    const key = await ended('line');
    const holdKey = await hold({ processId: 'line' });
    const refused = await call('POST', `/v2/process-instances/${key}/deletion`, {});
    expect(refused).toMatchObject({ status: 403, body: { title: 'FORBIDDEN' } });
    expect(refused.body['detail']).toContain(`The legal hold ${holdKey}`);
    await call('DELETE', `/api/legal-holds/${holdKey}`);
    expect((await call('POST', `/v2/process-instances/${key}/deletion`, {})).status).toBeLessThan(300);
    expect(await isThere(key)).toBe(false);
  });

  test('fails the items of a batch deletion, and lets it delete the others', async () => {
    const [held, free] = [await ended('line'), await ended('line')];
    await hold({ processInstanceKey: String(held) });
    const asked = await call('POST', '/v2/process-instances/deletion', {
      filter: { processDefinitionId: 'line' },
    });
    expect(asked.status).toBe(200);
    await runtime().batchOperations.idle();
    const { body } = await call('GET', `/v2/batch-operations/${String(asked.body['batchOperationKey'])}`);
    expect(body).toMatchObject({ operationsFailedCount: 1, operationsCompletedCount: 1 });
    expect([await isThere(held), await isThere(free)]).toEqual([true, false]);
  });

  test('on a process keeps the trees that called it; on a called instance the tree it is in', async () => {
    const caller = bpmnXml({
      id: 'caller',
      nodes: [
        { type: 'startEvent', id: 'start' },
        {
          type: 'callActivity',
          id: 'call',
          extensions: ['<zeebe:calledElement processId="line" propagateAllChildVariables="false" />'],
        },
        { type: 'endEvent', id: 'end' },
      ],
      flows: chain('start', 'call', 'end'),
    });
    await runtime().deploy({ resources: [{ name: 'caller.bpmn', content: caller }], actor: 'client:test' });
    const root = await ended('caller');
    const [{ key: called }] = runtime()
      .store.connection.prepare('select key from process_instance where parent_process_instance_key = ?')
      .all(root) as { key: Key }[];
    for (const on of [{ processId: 'line' }, { processInstanceKey: String(called) }]) {
      const key = await hold(on);
      expect((await call('POST', `/v2/process-instances/${root}/deletion`, {})).status).toBe(403);
      await call('DELETE', `/api/legal-holds/${key}`);
    }
    expect((await call('POST', `/v2/process-instances/${root}/deletion`, {})).status).toBeLessThan(300);
  });

  test('is refused on an instance that there is not', async () => {
    const asked = { processInstanceKey: '987654', reason: 'case 12 of the court' };
    expect(await call('POST', '/api/legal-holds', asked)).toMatchObject({
      status: 404,
      body: { detail: 'No process instance has the key 987654.' },
    });
  });

  test('stands from the first moment of a start, also against a batch deletion that goes on then', async () => {
    const open = await openTestRuntime();
    await open.deploy(EMPTY);
    const held = await open.runtime.createInstance({ processId: 'empty', variables: {} }, 'client:test');
    await openHolds(open.runtime).set({ processId: 'empty', reason: 'case 12 of the court' }, 'client:test');
    const filter = { processDefinitionId: 'empty' };
    const request = { type: 'DELETE_PROCESS_INSTANCE', filter, plan: {} } as const;
    expect(await open.runtime.batchOperations.create(request, 'client:test')).toMatchObject({ ok: true });
    await open.runtime.batchOperations.idle();
    // The state in which a server leaves it that is killed right after it was asked.
    open.rows(`update batch_operation set state = 'CREATED', total = 0, failed = 0 returning key`);
    open.rows('delete from batch_operation_item returning key');
    await open.restart();
    await open.runtime.batchOperations.idle();
    expect(open.rows('select state, failed from batch_operation')).toEqual([{ state: 'FAILED', failed: 1 }]);
    expect(open.rows('select key from process_instance')).toEqual([
      { key: held.ok && held.processInstanceKey },
    ]);
    await open.close();
  });
});
