/** The endpoints under `/api`, which the web app lives on. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { DECISION_FORM, ONE_JOB, ONE_TASK } from './models.js';

type Json = Record<string, unknown>;
let server: TestServer;

beforeAll(async () => {
  server = await startServer();
  const form = new FormData();
  form.append('resources', new File([ONE_JOB], 'one-job.bpmn'));
  form.append('resources', new File([ONE_TASK], 'one-task.bpmn'));
  form.append('resources', new File([DECISION_FORM], 'decision.form'));
  await fetch(`${server.url}/v2/deployments`, { method: 'POST', body: form });
});
afterAll(() => server.close());

async function call(method: string, path: string, body?: object): Promise<{ status: number; body: Json }> {
  const response = await fetch(server.url + path, {
    method,
    headers: { 'Content-Type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Json };
}

async function create(processDefinitionId: string, variables: object = {}): Promise<string> {
  const { body } = await call('POST', '/v2/process-instances', { processDefinitionId, variables });
  return String(body.processInstanceKey);
}

/** Every page of the journal's rows of an instance. */
async function journal(processInstanceKey: string, query = '', limit = 5): Promise<Json[]> {
  const rows: Json[] = [];
  for (let after = ''; ;) {
    const path = `/api/audit?processInstanceKey=${processInstanceKey}&limit=${String(limit)}${query}${after}`;
    const { body } = await call('GET', path);
    rows.push(...(body.items as Json[]));
    const { next } = body.page as { next: string | null };
    if (next === null) return rows;
    after = `&after=${next}`;
  }
}

describe('the journal', () => {
  it('has every token movement that the API shows, and the other way round', async () => {
    const key = await create('one-job');
    const { body } = await call('POST', '/v2/jobs/activation', {
      type: 'work',
      timeout: 60_000,
      maxJobsToActivate: 10,
    });
    for (const { jobKey } of body.jobs as { jobKey: string }[])
      await call('POST', `/v2/jobs/${jobKey}/completion`);

    const shown = (
      await call('POST', '/v2/element-instances/search', { filter: { processInstanceKey: key } })
    ).body.items as Json[];
    const rows = await journal(key);
    const moves = (type: string): unknown[] =>
      rows
        .filter((row) => row.type === type)
        .map((row) => [row.elementInstanceKey, row.elementId, row.at])
        .sort();
    expect(moves('element activated')).toEqual(
      shown.map((one) => [one.elementInstanceKey, one.elementId, one.startDate]).sort(),
    );
    expect(moves('element completed')).toEqual(
      shown.map((one) => [one.elementInstanceKey, one.elementId, one.endDate]).sort(),
    );
    expect(rows.filter((row) => row.type === 'flow taken').map((row) => row.flowId)).toEqual([
      'to-work',
      'to-end',
    ]);
  });

  it('is read in both directions, a page at a time, without a row twice', async () => {
    const key = await create('one-task', { a: 1, b: 2 });
    const forward = await journal(key, '', 3);
    const backward = await journal(key, '&order=desc', 2);
    expect(forward.length).toBeGreaterThan(5);
    expect(backward.map((row) => row.position)).toEqual(forward.map((row) => row.position).reverse());
    expect(new Set(forward.map((row) => row.position)).size).toBe(forward.length);
  });

  it('is filtered by element, type, actor and period', async () => {
    const key = await create('one-task', { a: 1 });
    const all = await journal(key);
    const types = await journal(key, '&type=flow taken&type=user task created,variable created');
    expect(types.map((row) => row.type)).toEqual(['variable created', 'flow taken', 'user task created']);
    const element = await journal(key, '&elementId=approve');
    expect(element.every((row) => row.elementId === 'approve')).toBe(true);
    expect(element.length).toBeGreaterThan(0);
    expect(await journal(key, '&actor=client:anonymous')).toEqual(all);
    expect(await journal(key, '&actor=user:mary')).toEqual([]);
    expect(await journal(key, `&to=${String(all[0].at)}`)).toEqual([]);
    expect(await journal(key, `&from=${String(all[0].at)}`)).toEqual(all);
  });
});

describe('drafts', () => {
  it('are saved with revisions, and never over what another saved meanwhile', async () => {
    const created = await call('POST', '/api/models', {
      name: 'new.bpmn',
      folder: 'Sales',
      type: 'bpmn',
      content: '<one/>',
    });
    expect(created).toMatchObject({ status: 201, body: { revision: 1, content: '<one/>' } });
    const path = `/api/models/${String(created.body.modelKey)}`;

    const saved = await call('PUT', path, { content: '<two/>', baseRevision: 1, message: 'better' });
    expect(saved).toMatchObject({ status: 200, body: { revision: 2 } });
    const late = await call('PUT', path, { content: '<late/>', baseRevision: 1 });
    expect(late).toMatchObject({ status: 409, body: { current: 2 } });
    expect(late.body.detail).toContain('anonymous saved revision 2');

    expect((await call('GET', path)).body).toMatchObject({ content: '<two/>', folder: 'Sales' });
    expect((await call('GET', `${path}/revisions`)).body.items).toMatchObject([
      { revision: 2, message: 'better' },
      { revision: 1 },
    ]);
    expect((await call('GET', `${path}/revisions/1`)).body.content).toBe('<one/>');
    expect((await call('GET', '/api/models?folder=Sales')).body.items).toHaveLength(1);
    expect((await call('DELETE', path)).status).toBe(204);
    expect((await call('GET', path)).status).toBe(404);
  });

  it('tell which version was deployed from a file of their name', async () => {
    const { body } = await call('POST', '/api/models', {
      name: 'one-job.bpmn',
      type: 'bpmn',
      content: ONE_JOB,
    });
    expect(body.deployed).toMatchObject({ version: 1, processDefinitionId: 'one-job' });
  });
});

describe('the home page', () => {
  it('counts what waits and what runs', async () => {
    const before = (await call('GET', '/api/overview')).body;
    await create('one-task');
    const after = (await call('GET', '/api/overview')).body;
    for (const figure of ['openTasks', 'activeInstances', 'startedToday']) {
      expect(Number(after[figure])).toBe(Number(before[figure]) + 1);
    }
    expect(after).toMatchObject({
      myTasks: 0,
      agentCallsToday: 0,
      agentCostToday: { amount: 0, currency: 'USD' },
    });
  });
});

describe('live notices', () => {
  it('tell of what a commit changed, narrowed to an instance where asked', async () => {
    const watched = await create('one-task');
    const stop = new AbortController();
    const open = async (query: string): Promise<ReadableStreamDefaultReader<string>> => {
      const response = await fetch(`${server.url}/api/live${query}`, { signal: stop.signal });
      if (!response.body) throw new Error('no body');
      return response.body.pipeThrough(new TextDecoderStream()).getReader();
    };
    const everything = await open('');
    const narrowed = await open(`?processInstanceKey=${watched}`);
    const other = await create('one-task');
    await call('POST', `/v2/process-instances/${watched}/cancellation`);

    const readUntil = async (reader: ReadableStreamDefaultReader<string>, text: string): Promise<string> => {
      let seen = '';
      while (!seen.includes(text)) seen += (await reader.read()).value ?? '';
      return seen;
    };
    expect(await readUntil(everything, 'TERMINATED')).toContain(`event: task\ndata: {"userTaskKey"`);
    const seen = await readUntil(narrowed, 'TERMINATED');
    expect(seen).toContain(`event: instance\ndata: {"processInstanceKey":"${watched}"`);
    expect(seen).not.toContain(other);
    stop.abort();
  });
});

describe('evidence beside a task', () => {
  it('lists what happened in the instance, and by whom', async () => {
    const processInstanceKey = await create('one-task');
    const { body } = await call('POST', '/v2/user-tasks/search', { filter: { processInstanceKey } });
    const [{ userTaskKey }] = body.items as { userTaskKey: string }[];
    const evidence = await call('GET', `/api/user-tasks/${userTaskKey}/evidence`);
    expect(evidence.body).toMatchObject({
      processInstanceKey,
      elementId: 'approve',
      agentCalls: [],
      steps: [{ elementId: 'start', elementType: 'START_EVENT', actor: 'client:anonymous', kind: 'system' }],
    });
    expect((await call('GET', '/api/user-tasks/1/evidence')).status).toBe(404);
  });
});

describe('health', () => {
  it('says that the server is up and ready', async () => {
    expect((await call('GET', '/health')).body).toMatchObject({ status: 'up' });
    expect((await call('GET', '/ready')).body).toEqual({ ready: true });
  });
});
