/** A runtime, a model provider on loopback and the agent worker between them, for tests. */
import { setImmediate } from 'node:timers/promises';
import { readJson } from '@countersign/engine';
import type { JsonObject, JsonValue, Key } from '@countersign/engine';
import type { ActivatedJob } from '@countersign/server';
import type { DefaultModel } from '../../server/agents/default-model.js';
import { findAuditRows } from '../../server/store/queries/audit-rows.js';
import { AGENT_JOB_TYPE, agentWorker } from '../../server/workers/agent/worker.js';
import { startWorker } from '../../server/workers/job-loop.js';
import type { BuiltInWorker, RunningWorker } from '../../server/workers/job-loop.js';
import { agentProcess } from './agent-process.js';
import type { AgentProcess } from './agent-process.js';
import { startFakeModelProvider } from './fake-model-provider.js';
import type { FakeModelProvider } from './fake-model-provider.js';
import { openTestRuntime } from './runtime.js';
import type { TestRuntime } from './runtime.js';

/** The value of the secret MODEL_KEY. */
export const MODEL_KEY = 'sk-fake-0123456789';

/** The variables that every instance starts with. */
export const INVOICE = { invoice: 'Total: 12.50' };

/** Prices of the model that the tests ask, for a million tokens. */
const PRICES = { 'small-1': { input: 1, cachedInput: 0.5, output: 10, currency: 'EUR' } };

/** A row of the journal. */
export interface TestRow {
  readonly type: string;
  readonly actor: string;
  readonly data: JsonObject;
}

/** Everything a test of the agent worker needs. */
export interface AgentTest {
  readonly open: TestRuntime;
  readonly fake: FakeModelProvider;
  /** Milliseconds that the worker waited between attempts; it waits in no time. */
  readonly waits: readonly number[];
  /** Whether workers made from now on give simulated answers. */
  allowSimulated: boolean;
  /** The server's own model, for workers made from now on. */
  ownModel: DefaultModel | null;
  /** A worker that is not started. */
  worker(): BuiltInWorker;
  startWorker(): void;
  stopWorkers(): Promise<void>;
  /** Deploys the process and starts an instance of it. */
  create(process: AgentProcess): Promise<Key>;
  /** Leases the job as a worker does that then does nothing with it. */
  lease(): Promise<ActivatedJob>;
  rowsOf(instance: Key): Promise<TestRow[]>;
  /** The rows of model calls. */
  callsOf(instance: Key): Promise<TestRow[]>;
  /** The same in short: `started 1`, `finished 1 answered`, `lost 1`. */
  shortCallsOf(instance: Key): Promise<string[]>;
  /** Waits for the end of the instance; answers its variables. */
  completed(instance: Key): Promise<JsonObject>;
  /** Waits for an incident of the instance. */
  incident(instance: Key): Promise<{ readonly key: Key; readonly message: string }>;
  /** As a person does in Operate: gives the job another try and resolves the incident. */
  retry(instance: Key): Promise<void>;
  /** Waits until the job has failed so often; answers the data of that row. */
  failed(instance: Key, times: number): Promise<JsonObject>;
  /** Stops everything; throws where the worker met a defect or the journal differs. */
  close(): Promise<void>;
}

/** Opens it. */
export async function openAgentTest(): Promise<AgentTest> {
  const [open, fake] = await Promise.all([openTestRuntime(), startFakeModelProvider()]);
  const running: RunningWorker[] = [];
  const waits: number[] = [];
  const errors: unknown[] = [];
  const rows = async <Row>(table: string, where: object, ...columns: string[]): Promise<Row[]> =>
    (await open.runtime.store.knex(table).where(where).select(columns)) as Row[];

  const rowsOf = async (instance: Key): Promise<TestRow[]> => {
    const found = (
      await findAuditRows(
        open.runtime.store.knex,
        { processInstanceKey: instance },
        { limit: 1_000, order: 'asc' },
      )
    ).rows;
    return found.map(({ type, actor, data }) => ({ type, actor, data: data as JsonObject }));
  };
  const incidentOf = (instance: Key): Promise<{ key: Key; error_message: string }[]> =>
    rows('incident', { process_instance_key: instance, resolved_at: null }, 'key', 'error_message');

  /** Resolves when a commit has made it so. */
  const until = async (isSo: () => Promise<boolean>): Promise<void> => {
    if (await isSo()) return;
    await new Promise<void>((resolve, reject) => {
      const stop = open.runtime.live.subscribe(() => {
        isSo().then((so) => {
          if (!so) return;
          stop();
          resolve();
        }, reject);
      });
    });
  };

  const test: AgentTest = {
    open,
    fake,
    waits,
    allowSimulated: true,
    ownModel: null,
    worker: () =>
      agentWorker({
        runtime: open.runtime,
        secrets: (name) => (name === 'MODEL_KEY' ? MODEL_KEY : undefined),
        prices: PRICES,
        model: test.ownModel,
        allowSimulated: test.allowSimulated,
        wait: (ms) => {
          waits.push(ms);
          return Promise.resolve();
        },
      }),
    startWorker() {
      running.push(
        startWorker(open.runtime, test.worker(), { onError: (error) => errors.push(error), graceMs: 0 }),
      );
    },
    async stopWorkers() {
      await Promise.all(running.splice(0).map((worker) => worker.stop()));
    },
    async create(process) {
      await open.deploy(agentProcess(process));
      const created = await open.runtime.createInstance(
        { processId: 'read-invoice', variables: INVOICE },
        'user:mary',
      );
      if (!created.ok) throw new Error(created.rejection.reason);
      return created.processInstanceKey;
    },
    async lease() {
      const request = {
        type: AGENT_JOB_TYPE,
        worker: 'agent',
        timeoutMs: 60_000,
        maxJobs: 1,
        requestTimeoutMs: -1,
      };
      const [job] = await open.runtime.activateJobs(request);
      return job;
    },
    rowsOf,
    callsOf: async (instance) => (await rowsOf(instance)).filter(({ type }) => type.startsWith('model call')),
    async shortCallsOf(instance) {
      return (await test.callsOf(instance)).map(({ type, data }) => {
        const outcome = typeof data.outcome === 'string' ? ` ${data.outcome}` : '';
        return `${type.replace('model call ', '')} ${Number(data.attempt)}${outcome}`;
      });
    },
    async completed(instance) {
      await until(async () => {
        const [row] = await rows<{ state: string }>('process_instance', { key: instance }, 'state');
        return row.state === 'COMPLETED';
      });
      const variables = await rows<{ name: string; value: string }>(
        'variable',
        { scope_key: instance },
        'name',
        'value',
      );
      return Object.fromEntries(variables.map(({ name, value }) => [name, readJson(value) as JsonValue]));
    },
    async incident(instance) {
      await until(async () => (await incidentOf(instance)).length > 0);
      const [{ key, error_message: message }] = await incidentOf(instance);
      return { key, message };
    },
    async retry(instance) {
      const { key: incidentKey } = await test.incident(instance);
      const [job] = await rows<{ key: Key }>('job', { process_instance_key: instance }, 'key');
      await open.runtime.updateJob({ jobKey: job.key, retries: 1 }, 'user:mary');
      await open.runtime.execute({ type: 'resolve incident', incidentKey }, 'user:mary');
    },
    async failed(instance, times) {
      for (;;) {
        const found = (await rowsOf(instance)).filter(({ type }) => type === 'job failed');
        if (found.length >= times) return found[times - 1].data;
        // A failed job is no live notice, so there is nothing to listen to.
        await setImmediate();
      }
    },
    async close() {
      await test.stopWorkers();
      await open.close();
      await fake.close();
      if (errors.length > 0) throw new AggregateError(errors, 'The worker met a defect.');
    },
  };
  return test;
}
