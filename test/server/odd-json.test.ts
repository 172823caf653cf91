/** JSON that parses and cannot be kept as it is: lone surrogates, numbers beyond a double, values nested without end. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MOST_LEVELS, parseVerifierKey, verifyBundle } from '@countersign/engine';
import type { BundleVerdict } from '@countersign/engine';
import { openBundle } from '../../server/audit/bundle/open-bundle.js';
import { nodeJournalPort as port } from '../../server/audit/journal-port.js';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { ONE_JOB } from './models.js';

let server: TestServer;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-odd-json-'));
  server = await startServer();
  const form = new FormData();
  form.append('resources', new File([ONE_JOB], 'one-job.bpmn'));
  await fetch(`${server.url}/v2/deployments`, { method: 'POST', body: form });
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The fast lane reads the first, Express the second. */
const WAYS = ['application/json', 'application/json;charset=utf-8'] as const;

async function send(request: string, body: string, type: string = WAYS[0]): Promise<Response> {
  const [method, path] = request.split(' ');
  return fetch(server.url + path, { method, body, headers: { 'Content-Type': type } });
}

async function detailOf(response: Response): Promise<string> {
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  return ((await response.json()) as { detail: string }).detail;
}

async function create(variables: string, more = ''): Promise<string> {
  const response = await send(
    'POST /v2/process-instances',
    `{"processDefinitionId":"one-job","variables":${variables}${more}}`,
  );
  expect(response.status, await response.clone().text()).toBe(200);
  return ((await response.json()) as { processInstanceKey: string }).processInstanceKey;
}

async function variablesOf(processInstanceKey: string): Promise<Record<string, unknown>> {
  const response = await send(
    'POST /v2/variables/search',
    JSON.stringify({ filter: { processInstanceKey } }),
  );
  const { items } = (await response.json()) as { items: { name: string; value: string }[] };
  return Object.fromEntries(items.map(({ name, value }) => [name, JSON.parse(value) as unknown]));
}

async function bundle(): Promise<BundleVerdict> {
  const response = await fetch(`${server.url}/api/audit/bundle`);
  expect(response.status).toBe(200);
  const path = join(folder, 'bundle.zip');
  writeFileSync(path, Buffer.from(await response.arrayBuffer()));
  const keys = (await (await fetch(`${server.url}/api/audit/keys`)).json()) as { items: { key: string }[] };
  const key = parseVerifierKey(port, keys.items[keys.items.length - 1].key);
  if (key === undefined) throw new Error('The log has no key.');
  const opened = await openBundle(path);
  try {
    return await verifyBundle(port, opened, { key });
  } finally {
    opened.close();
  }
}

function failures({ checks }: BundleVerdict): string[] {
  return checks.filter(({ result }) => result === 'failed').map(({ name, said }) => `${name}: ${said}`);
}

function nested(levels: number): string {
  return '[{"a":'.repeat(levels / 2) + '1' + '}]'.repeat(levels / 2);
}

const WITH_VARIABLES = [
  'POST /v2/process-instances',
  'PUT /v2/element-instances/1/variables',
  'POST /v2/jobs/1/completion',
  'POST /v2/jobs/1/failure',
  'POST /v2/user-tasks/1/completion',
  'POST /v2/messages/publication',
  'POST /v2/messages/correlation',
  'POST /v2/signals/broadcast',
];

describe.each(WITH_VARIABLES)('%s', (request) => {
  it.each(WAYS)('refuses a number that no double holds, as %s', async (type) => {
    const response = await send(request, '{"variables":{"sum":[1,-1e400]}}', type);
    expect(response.status).toBe(400);
    expect(await detailOf(response)).toContain('variables.sum.1: is a number beyond');
  });

  it.each(WAYS)('refuses what is nested too deep, as %s', async (type) => {
    for (const levels of [MOST_LEVELS + 2, 20_000]) {
      const response = await send(request, `{"variables":{"deep":${nested(levels)}}}`, type);
      expect(response.status).toBe(400);
      expect(await detailOf(response)).toMatch(
        /^variables\.deep\.0\.a\..*: is nested deeper than 500 levels/,
      );
    }
  });
});

describe('a value as deep as may be', () => {
  it('goes in, out, back in again, and does not hinder an erasure', async () => {
    const key = await create(`{"deep":${nested(MOST_LEVELS)}}`);
    const { deep } = await variablesOf(key);
    expect(JSON.stringify(deep)).toBe(nested(MOST_LEVELS));
    const again = await send(
      `PUT /v2/element-instances/${key}/variables`,
      JSON.stringify({ variables: { deep, more: deep } }),
    );
    expect(again.status).toBe(204);
    const erasure = await send(
      'POST /api/erasures',
      JSON.stringify({ persons: ['nobody-here'], legalGround: 'none', reason: 'a trial', dryRun: true }),
    );
    expect(erasure.status, await erasure.clone().text()).toBe(200);
  });
});

describe('text that is no Unicode', () => {
  it('is made Unicode where it comes in, and the bundle is genuine', async () => {
    const key = await create(
      String.raw`{"x":"a\ud800b","o":{"k\ud800":1,"k\udfff":2,"__proto__":"\udc00"},"\ud800":3}`,
      String.raw`,"businessId":"b\ud800"`,
    );
    const variables = await variablesOf(key);
    expect(variables).toMatchObject({ x: 'a\ufffdb', '\ufffd': 3 });
    expect(JSON.stringify(variables.o)).toBe('{"k\ufffd":2,"__proto__":"\ufffd"}');
    const activation = await send(
      'POST /v2/jobs/activation',
      String.raw`{"type":"work","maxJobsToActivate":100,"timeout":60000,"worker":"w\ud800"}`,
    );
    const { jobs } = (await activation.json()) as { jobs: { jobKey: string }[] };
    for (const { jobKey } of jobs) {
      const failed = await send(
        `POST /v2/jobs/${jobKey}/failure`,
        String.raw`{"retries":0,"errorMessage":"no \udead"}`,
      );
      expect(failed.status).toBe(204);
    }
    expect(failures(await bundle())).toEqual([]);
  });

  it('that an older server kept still gives a bundle that is genuine', async () => {
    await create('{"old":{"k\ufffd":"older \ufffd","k":1}}');
    const connection = server.runtime?.store.connection;
    connection
      ?.prepare("update audit_content set content = replace(content, ?, ?) where content like '%older%'")
      .run('\ufffd', String.raw`\ud800`);
    const changed = connection?.prepare('select content from audit_content where content like ?');
    expect(changed?.all(String.raw`%older \ud800%`.replace('\\', '_'))).not.toEqual([]);
    expect(failures(await bundle())).toEqual([]);
  });
});

describe('a value that an older server took in, as deep as it came', () => {
  it('does not hinder an erasure', async () => {
    await create('{"deep":"DEEP"}');
    const connection = server.runtime?.store.connection;
    for (const [table, column] of [
      ['audit_content', 'content'],
      ['variable', 'value'],
    ]) {
      connection
        ?.prepare(`update ${table} set ${column} = replace(${column}, ?, ?) where ${column} like '%DEEP%'`)
        .run('"DEEP"', nested(10_000));
    }
    const erasure = await send(
      'POST /api/erasures',
      JSON.stringify({ persons: ['nobody-here'], legalGround: 'none', reason: 'a trial', dryRun: true }),
    );
    expect(erasure.status, await erasure.clone().text()).toBe(200);
  });
});
