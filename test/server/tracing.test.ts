/** Traces of a real server, as a collector gets them; and that nothing of what processes hold is in them or in the log. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ElementId } from '@camunda8/orchestration-cluster-api';
import { JSON_INPUTS, agentProcess, providerInputs } from '../support/agent-process.js';
import { startFakeCollector } from '../support/fake-collector.js';
import type { FakeCollector, SeenSpan } from '../support/fake-collector.js';
import { startFakeModelProvider } from '../support/fake-model-provider.js';
import type { FakeModelProvider } from '../support/fake-model-provider.js';
import { createClient, startServer } from '../support/server.js';
import { ONE_JOB } from './models.js';

const SECRET = 'sk-very-secret-0123456789';
const PRIVATE = 'DE02120300000000202051';

let collector: FakeCollector;
let fake: FakeModelProvider;

beforeEach(async () => {
  collector = await startFakeCollector();
  fake = await startFakeModelProvider();
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = collector.url;
  process.env.COUNTERSIGN_SECRET_MODEL_KEY = SECRET;
});

afterEach(async () => {
  for (const name of ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_SDK_DISABLED', 'COUNTERSIGN_SECRET_MODEL_KEY'])
    Reflect.deleteProperty(process.env, name);
  await collector.close();
  await fake.close();
});

function named(name: string): SeenSpan {
  const found = collector.spans.find((span) => span.name === name);
  if (!found)
    throw new Error(`No span is named ${name}: ${collector.spans.map((span) => span.name).join(', ')}`);
  return found;
}

async function post(
  url: string,
  path: string,
  body: object,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

describe('traces', () => {
  it("go from a caller's trace through the request and the command to the commit", async () => {
    const server = await startServer();
    await createClient(server.url).createDeployment({ resources: [new File([ONE_JOB], 'one-job.bpmn')] });
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const callerSpan = 'b7ad6b7169203331';
    const traceparent = `00-${traceId}-${callerSpan}-01`;
    const variables = { iban: PRIVATE };
    await post(
      server.url,
      '/v2/process-instances',
      { processDefinitionId: 'one-job', variables },
      { traceparent },
    );
    await post(server.url, '/v2/jobs/123456/completion', { variables }, { traceparent });
    await fetch(`${server.url}/v2/nowhere`);
    await server.close();

    // Every span says what it is of, and addresses are whole.
    const routes = collector.spans.flatMap(({ attributes }) => attributes['http.route'] ?? []);
    expect(routes).not.toContain('none');
    const paths = collector.spans.flatMap(({ attributes }) => attributes['url.path'] ?? []);
    expect(paths).toContain('/v2/deployments');
    for (const path of paths) expect(path).toMatch(/^\/(?:v2|api|nowhere)/);
    expect(collector.spans.filter(({ name }) => name === 'command')).toEqual([]);
    expect(named('GET').attributes).toMatchObject({
      'http.response.status_code': 404,
      'url.path': '/v2/nowhere',
    });
    const request = named('POST /v2/process-instances');
    expect(request).toMatchObject({ traceId, parentSpanId: callerSpan });
    expect(request.attributes).toMatchObject({
      'http.route': '/v2/process-instances',
      'http.request.method': 'POST',
      'http.response.status_code': 200,
    });
    const command = named('command create instance');
    expect(command).toMatchObject({ traceId, parentSpanId: request.spanId });
    expect(command.attributes['countersign.root_process_instance_key']).toMatch(/^\d+$/);
    const commit = collector.spans.find(
      ({ name, parentSpanId }) => name === 'commit' && parentSpanId === command.spanId,
    );
    expect(commit?.attributes['countersign.rows']).toBeGreaterThan(0);
    expect(collector.metrics).toContain('countersign_commands_total');
    expect(collector.metrics).toContain('countersign_commit_duration_seconds');
    expect(collector.text()).not.toContain(PRIVATE);
  });

  it('show the work of an agent and its model call, without what was asked and answered', async () => {
    const server = await startServer({ workers: 'agent' });
    const client = createClient(server.url);
    fake.answer({ text: '{"total": 12.5}', usage: { input: 31, output: 7 }, model: 'fake-model-2' });
    const xml = agentProcess({ inputs: [...providerInputs(fake.url), ...JSON_INPUTS], isSignedOff: true });
    await client.createDeployment({ resources: [new File([xml], 'read-invoice.bpmn')] });
    await post(server.url, '/v2/process-instances', {
      processDefinitionId: 'read-invoice',
      variables: { invoice: PRIVATE },
    });
    await client.searchUserTasks(
      { filter: { elementId: ElementId.assumeExists('sign-off') } },
      { consistency: { waitUpToMs: 25_000, pollIntervalMs: 50, predicate: ({ items }) => items.length > 0 } },
    );
    const figures = await (await fetch(`${server.url}/metrics`)).text();
    await server.close();

    const job = named('job io.camunda.agenticai:aiagent:1');
    expect(job.attributes).toMatchObject({
      'countersign.worker': 'agent',
      'countersign.outcome': 'complete',
    });
    const call = collector.spans.find(({ name }) => name.startsWith('chat '));
    expect(call).toMatchObject({ traceId: job.traceId, parentSpanId: job.spanId, kind: 3 });
    expect(call?.attributes).toMatchObject({
      'gen_ai.operation.name': 'chat',
      'gen_ai.response.model': 'fake-model-2',
      'gen_ai.usage.input_tokens': 31,
      'gen_ai.usage.output_tokens': 7,
      'server.address': '127.0.0.1',
    });
    expect(named('command complete job').traceId).toBeDefined();
    expect(collector.text()).not.toContain(PRIVATE);
    expect(collector.text()).not.toContain(SECRET);
    // What a provider says is no label: it could say anything, as often as it likes.
    expect(figures).toContain('countersign_model_calls_total{model="small-1",outcome="ok"} 1');
    expect(figures).toContain('countersign_model_tokens_total{model="small-1",direction="input"} 31');
  });

  it('are not sent when nobody asks for them', async () => {
    process.env.OTEL_SDK_DISABLED = 'true';
    const server = await startServer();
    await fetch(`${server.url}/v2/topology`);
    await server.close();
    expect(collector.text()).toBe('');
  });

  it('do not keep a server from working and ending when the collector is away', async () => {
    process.env.OTEL_EXPORTER_OTLP_ENDPOINT = 'http://127.0.0.1:9';
    const server = await startServer();
    expect((await fetch(`${server.url}/v2/topology`)).status).toBe(200);
    await server.close();
  });
});

const MAIN = fileURLToPath(new URL('../../server/dist/cli/main.js', import.meta.url));

describe.skipIf(!existsSync(MAIN))('the log', () => {
  it('holds no variable, credential, query or name, not even at its most talkative', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'countersign-log-'));
    const child = spawn(process.execPath, [MAIN, 'start'], {
      env: {
        ...process.env,
        PORT: '0',
        COUNTERSIGN_DATABASE_URL: `sqlite:${join(folder, 'test.db')}`,
        COUNTERSIGN_AUTH: 'demo',
        COUNTERSIGN_SAMPLES: 'none',
        COUNTERSIGN_LOG: 'debug',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let log = '';
    child.stderr.on('data', (text: Buffer) => (log += text.toString()));
    const url = await new Promise<string>((resolve) => {
      child.stdout.on('data', (text: Buffer) => {
        const found = /ready at (http:\S+)/.exec(text.toString())?.[1];
        if (found !== undefined) resolve(found);
      });
    });
    const form = new FormData();
    form.append('resources', new Blob([ONE_JOB]), 'one-job.bpmn');
    await fetch(`${url}/v2/deployments`, { method: 'POST', body: form });
    const variables = { iban: PRIVATE };
    await post(url, '/v2/process-instances', { processDefinitionId: 'one-job', variables });
    await post(url, '/v2/process-instances', { processDefinitionId: 'none', variables });
    await post(url, '/v2/messages/publication', { name: 'm', correlationKey: PRIVATE, variables });
    await post(url, '/api/session', { username: 'wrong-person', password: SECRET });
    await fetch(`${url}/api/users?q=${PRIVATE}`, {
      headers: { Authorization: `Basic ${btoa(`mary:${SECRET}`)}` },
    });
    const ended = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true });

    expect(log).toContain('"route":"/v2/process-instances"');
    expect(log).not.toContain('"path"');
    for (const line of log.trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('level');
    for (const word of [PRIVATE, SECRET, btoa(`mary:${SECRET}`), 'wrong-person'])
      expect(log).not.toContain(word);
  });
});
