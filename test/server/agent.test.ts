/** Agents on a whole server: what an approver sees of their work, and what a power cut does to it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { JSON_INPUTS, agentProcess, providerInputs } from '../support/agent-process.js';
import { startFakeModelProvider } from '../support/fake-model-provider.js';
import type { FakeModelProvider } from '../support/fake-model-provider.js';
import { createClient, startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';

const MODEL_KEY = 'sk-fake-0123456789';
const ANSWER = { total: 12.5, confidence: 0.7 };

let fake: FakeModelProvider;
let server: TestServer;
beforeEach(async () => {
  process.env.COUNTERSIGN_SECRET_MODEL_KEY = MODEL_KEY;
  fake = await startFakeModelProvider();
});
afterEach(async () => {
  delete process.env.COUNTERSIGN_SECRET_MODEL_KEY;
  await server.close();
  await fake.close();
});

/** Deploys the process of the provider and starts an instance; answers its key. */
async function start(): Promise<string> {
  const client = createClient(server.url);
  const xml = agentProcess({ inputs: [...providerInputs(fake.url), ...JSON_INPUTS], isSignedOff: true });
  await client.createDeployment({ resources: [new File([xml], 'read-invoice.bpmn')] });
  const { processInstanceKey } = await client.createProcessInstance({
    processDefinitionId: 'read-invoice',
    variables: { invoice: 'Total: 12.50' },
  });
  return processInstanceKey;
}

/** The sign-off's key, as soon as the agent is done. */
async function signOff(): Promise<string> {
  const client = createClient(server.url);
  const { items } = await client.searchUserTasks(
    { filter: { elementId: 'sign-off' } },
    {
      consistency: {
        waitUpToMs: 20_000,
        pollIntervalMs: 50,
        predicate: ({ items: found }) => found.length > 0,
      },
    },
  );
  return items[0].userTaskKey;
}

async function get(path: string): Promise<Record<string, unknown>> {
  const response = await fetch(server.url + path);
  expect(response.status).toBe(200);
  return (await response.json()) as Record<string, unknown>;
}

describe('an agent on a server', () => {
  it('shows its work beside the decision', async () => {
    server = await startServer({ workers: 'agent' });
    fake.answer({ text: JSON.stringify(ANSWER), usage: { input: 100, output: 20 } });
    const processInstanceKey = await start();
    const evidence = await get(`/api/user-tasks/${await signOff()}/evidence`);
    expect(evidence).toMatchObject({
      processInstanceKey,
      elementId: 'sign-off',
      agentCalls: [
        {
          elementId: 'read',
          elementName: 'Read invoice',
          provider: 'openai-compatible',
          model: 'small-1',
          simulated: false,
          promptTokens: 100,
          completionTokens: 20,
          cost: null,
          result: ANSWER,
          confidence: 0.7,
          systemPrompt: 'You read invoices.',
          userPrompt: 'Invoice: Total: 12.50',
        },
      ],
      steps: [
        { elementId: 'start', elementName: 'Invoice came', actor: 'client:anonymous', kind: 'system' },
        { elementId: 'read', elementName: 'Read invoice', actor: 'agent:read', kind: 'ai' },
      ],
    });
    expect(fake.requests[0].headers.authorization).toBe(`Bearer ${MODEL_KEY}`);
  });

  it('does not run where no worker is wanted', async () => {
    server = await startServer({ workers: 'none' });
    await start();
    const client = createClient(server.url);
    const { jobs } = await client.activateJobs({
      type: 'io.camunda.agenticai:aiagent:1',
      timeout: 1000,
      maxJobsToActivate: 1,
    });
    expect(jobs).toHaveLength(1);
    expect(fake.requests).toHaveLength(0);
  });
});

describe('an agent on a server that loses its power', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'countersign-agent-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('asks again what it does not know the answer to, and says that it was lost', async () => {
    const options = { process: true, workers: 'agent', database: join(folder, 'test.db') } as const;
    server = await startServer(options);
    fake.answer({ silence: true }, { text: JSON.stringify(ANSWER) });
    const processInstanceKey = await start();
    await fake.asked(1);
    await server.kill();

    server = await startServer(options);
    // The dead worker's lease has to run out first.
    const timestamp = Date.now() + 10 * 60_000;
    await fetch(`${server.url}/v2/clock`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ timestamp }),
    });
    await signOff();
    const { items } = await get(`/api/audit?processInstanceKey=${processInstanceKey}&order=asc&limit=1000`);
    const calls = (items as { type: string; data: { attempt: number } }[]).filter(({ type }) =>
      type.startsWith('model call'),
    );
    expect(calls.map(({ type, data }) => `${type} ${data.attempt}`)).toEqual([
      'model call started 1',
      'model call lost 1',
      'model call started 2',
      'model call finished 2',
    ]);
  });
});
