/**
 * Runs every example input of every sample to its end: on a real server, with the sample worker beside it and
 * the built-in agent, through the official client. What `npm start` shows is what is tested here.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CamundaClient } from '@camunda8/orchestration-cluster-api';
import { createClock } from '@countersign/server';
import { createClient, startServer, type TestServer } from '../support/server.js';
import { sampleCases, sampleNames, type SampleCase } from './sample-cases.js';

/** Searches see what was committed before; nothing has to be waited for. */
const NOW = { consistency: { waitUpToMs: 0 } };

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

describe('samples', () => {
  const clock = createClock();
  let server: TestServer;
  let client: CamundaClient;
  let approver: CamundaClient;

  beforeAll(async () => {
    server = await startServer({ authentication: 'demo', samples: 'all', workers: 'all', clock });
    client = createClient(server.url);
    // Whoever decides must be somebody, and nobody who started the instance.
    approver = createClient(server.url, { username: 'demo', password: 'demo' });
  });
  afterAll(() => server.close());

  /** Looks after each commit until there is something to see. */
  async function waitFor<T>(look: () => Promise<T | undefined>): Promise<T> {
    const { runtime } = server;
    if (runtime === null) throw new Error('The server runs in another process.');
    for (;;) {
      let stop = (): void => undefined;
      const changed = new Promise<void>((resolve) => {
        stop = runtime.live.subscribe(() => {
          resolve();
        });
      });
      const seen = await look();
      if (seen === undefined) await changed;
      stop();
      if (seen !== undefined) return seen;
    }
  }

  async function failOnIncident(processInstanceKey: SampleKey): Promise<void> {
    const { items } = await client.searchIncidents({ filter: { processInstanceKey, state: 'ACTIVE' } }, NOW);
    if (items.length > 0) throw new Error(`${items[0].elementId}: ${items[0].errorMessage}`);
  }

  async function openTask(processInstanceKey: SampleKey, elementId: string): Promise<UserTaskKey> {
    return waitFor(async () => {
      await failOnIncident(processInstanceKey);
      const filter = { processInstanceKey, state: 'CREATED' as const };
      const { items } = await client.searchUserTasks({ filter }, NOW);
      return items.find((task) => task.elementId === elementId)?.userTaskKey;
    });
  }

  async function whenEnded(processInstanceKey: SampleKey): Promise<string> {
    return waitFor(async () => {
      await failOnIncident(processInstanceKey);
      const { state } = await client.getProcessInstance({ processInstanceKey }, NOW);
      return state === 'ACTIVE' ? undefined : state;
    });
  }

  async function endEventsOf(processInstanceKey: SampleKey): Promise<string[]> {
    const filter = { processInstanceKey, type: 'END_EVENT' as const, state: 'COMPLETED' as const };
    const { items } = await client.searchElementInstances({ filter }, NOW);
    return items.map(({ elementId }) => elementId);
  }

  async function variablesOf(processInstanceKey: SampleKey): Promise<Record<string, unknown>> {
    const filter = { processInstanceKey, scopeKey: processInstanceKey };
    const { items } = await client.searchVariables({ filter, truncateValues: false }, NOW);
    return Object.fromEntries(items.map(({ name, value }) => [name, JSON.parse(value) as unknown]));
  }

  it.each(sampleCases().map((one) => [one.sample, one.name, one] as const))(
    '%s: %s',
    async (_sample, _name, { sample, variables, userTasks, expected }: SampleCase) => {
      const { processInstanceKey } = await client.createProcessInstance({
        processDefinitionId: sample,
        variables: { ...variables },
      } as Parameters<CamundaClient['createProcessInstance']>[0]);
      for (const task of userTasks) {
        const userTaskKey = await openTask(processInstanceKey, task.elementId);
        await approver.completeUserTask({ userTaskKey, variables: { ...task.variables } });
      }
      expect(await whenEnded(processInstanceKey)).toBe('COMPLETED');
      expect(await endEventsOf(processInstanceKey)).toEqual([expected.end]);
      expect(await variablesOf(processInstanceKey)).toMatchObject(expected.variables);
    },
  );

  it('reminds accounting every two days while nobody decides about an invoice', async () => {
    const [waiting] = sampleCases().filter(({ file }) => file === 'above-limit.case.json');
    const { processInstanceKey } = await client.createProcessInstance({
      processDefinitionId: waiting.sample,
      variables: { ...waiting.variables },
    } as Parameters<CamundaClient['createProcessInstance']>[0]);
    const userTaskKey = await openTask(processInstanceKey, 'approve-invoice');
    const start = Date.now();
    for (const reminders of [1, 2]) {
      clock.pin(start + reminders * 2 * DAY + MINUTE);
      await waitFor(async () =>
        (await endEventsOf(processInstanceKey)).length === reminders ? true : undefined,
      );
    }
    await approver.completeUserTask({ userTaskKey, variables: { approved: true } });
    expect(await whenEnded(processInstanceKey)).toBe('COMPLETED');
    expect((await endEventsOf(processInstanceKey)).sort()).toEqual(['invoice-paid', 'reminded', 'reminded']);
    clock.reset();
  });

  it('has at least two example inputs for every sample', () => {
    const sampled = sampleCases().map(({ sample }) => sample);
    const few = sampleNames().filter((name) => sampled.filter((sample) => sample === name).length < 2);
    expect(few).toEqual([]);
  });
});

type SampleKey = Awaited<ReturnType<CamundaClient['createProcessInstance']>>['processInstanceKey'];
type UserTaskKey = Parameters<CamundaClient['completeUserTask']>[0]['userTaskKey'];
