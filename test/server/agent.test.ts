/** Agents on a whole server: what an approver sees of their work, and what a power cut does to it. */
import { ElementId, ProcessDefinitionId } from '@camunda8/orchestration-cluster-api';
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
/** Instances that run when the power fails. */
const INSTANCES = 24;
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

const READ_INVOICE = ProcessDefinitionId.assumeExists('read-invoice');

/** Deploys the process of the provider and starts an instance; answers its key. */
async function start(): Promise<string> {
  const client = createClient(server.url);
  const xml = agentProcess({ inputs: [...providerInputs(fake.url), ...JSON_INPUTS], isSignedOff: true });
  await client.createDeployment({ resources: [new File([xml], 'read-invoice.bpmn')] });
  const { processInstanceKey } = await client.createProcessInstance({
    processDefinitionId: READ_INVOICE,
    variables: { invoice: 'Total: 12.50' },
  });
  return processInstanceKey;
}

/** Moves the clock so far that the lease of a dead worker is over; `times` servers have died. */
async function outlastLeases(times: number): Promise<void> {
  const timestamp = Date.now() + times * 10 * 60_000;
  await fetch(`${server.url}/v2/clock`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ timestamp }),
  });
}

/** Waits for the sign-offs that come after the agent's work; answers the key of one. */
async function signOff(count = 1): Promise<string> {
  const client = createClient(server.url);
  const { items } = await client.searchUserTasks(
    { filter: { elementId: ElementId.assumeExists('sign-off') } },
    {
      consistency: {
        waitUpToMs: 25_000,
        pollIntervalMs: 50,
        predicate: ({ items: found }) => found.length >= count,
      },
    },
  );
  return items[0].userTaskKey;
}

/** The instance's model calls in short: `started 1`, `lost 1`, `finished 2 answered`. */
async function callsOf(processInstanceKey: string): Promise<string[]> {
  const { items } = await get(`/api/audit?processInstanceKey=${processInstanceKey}&order=asc&limit=1000`);
  return (items as { type: string; data: { attempt: number; outcome?: string } }[])
    .filter(({ type }) => type.startsWith('model call'))
    .map(({ type, data }) =>
      [type.slice('model call '.length), data.attempt, data.outcome ?? ''].join(' ').trim(),
    );
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
    await outlastLeases(1);
    await signOff();
    expect(await callsOf(processInstanceKey)).toEqual([
      'started 1',
      'lost 1',
      'started 2',
      'finished 2 answered',
    ]);
  });

  it('is never paid for an answer it has, whenever the power fails', async () => {
    const seed = Number(process.env.SEED ?? Date.now() % 100_000);
    const options = { process: true, workers: 'agent', database: join(folder, 'test.db') } as const;
    fake.answer(...Array.from({ length: 3 * INSTANCES }, () => ({ text: JSON.stringify(ANSWER) })));
    server = await startServer(options);
    const keys = [await start()];
    const client = createClient(server.url);
    while (keys.length < INSTANCES) {
      const variables = { invoice: `Total: ${keys.length}` };
      keys.push(
        (await client.createProcessInstance({ processDefinitionId: READ_INVOICE, variables }))
          .processInstanceKey,
      );
    }
    for (let kill = 1; kill <= 2; kill++) {
      await fake.asked(Math.min(INSTANCES - 1, fake.requests.length + 1 + ((seed * kill) % 7)));
      await server.kill();
      server = await startServer(options);
      await outlastLeases(kill);
    }
    await signOff(INSTANCES);
    const calls = await Promise.all(keys.map(callsOf));
    const count = (event: string): number => calls.flat().filter((call) => call.startsWith(event)).length;
    const seeds = `with SEED=${seed}`;
    for (const ofInstance of calls) {
      expect(ofInstance.at(-1), seeds).toMatch(/^finished \d+ answered$/);
      expect(
        ofInstance.filter((call) => call.startsWith('finished')),
        seeds,
      ).toHaveLength(1);
    }
    expect(count('started'), seeds).toBe(INSTANCES + count('lost'));
    // Whatever the provider was asked stands in the journal.
    expect(fake.requests.length, seeds).toBeLessThanOrEqual(count('started'));
  });
});
