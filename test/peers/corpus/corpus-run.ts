/** Runs one file of the corpus through the API with the official client, and reads what happened from it. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { ElementId, ProcessDefinitionId } from '@camunda8/orchestration-cluster-api';
import type { CamundaClient, ProcessInstanceKey } from '@camunda8/orchestration-cluster-api';
import { expect } from 'vitest';

const NOW = { consistency: { waitUpToMs: 0 } };
const MINUTE = 60_000;

/** A case: the file it is about, what must come out, and the steps that bring it about. */
export type CorpusCase = readonly [file: string, outcome: string, run: (on: CorpusRun) => Promise<void>];

/** A file of the corpus on a server. */
export interface CorpusRun {
  readonly client: CamundaClient;
  /** Deploys a file of the corpus; the answer is the id of its process. */
  deploy(file: string, change?: (xml: string) => string): Promise<string>;
  /** Deploys several files of the corpus together; the answer is the id of the first process. */
  deployAll(files: readonly string[], change?: (xml: string) => string): Promise<string>;
  /** Deploys a file that must be refused; the answer is the elements that were found wrong. */
  refused(file: string): Promise<(string | null)[]>;
  start(processId: string, variables?: Record<string, unknown>, startBefore?: string): Promise<InstanceRun>;
  /** The one instance of a process that something else started. */
  started(processId: string): Promise<InstanceRun>;
  publish(name: string, correlationKey: string, variables?: Record<string, unknown>): Promise<void>;
  /** Moves the clock ahead. */
  pass(milliseconds: number): Promise<void>;
}

/** One process instance. */
export interface InstanceRun {
  readonly key: ProcessInstanceKey;
  /** Completes one job of the type and gives what the worker saw. */
  complete(type: string, variables?: Record<string, unknown>): Promise<Record<string, unknown>>;
  fail(type: string): Promise<void>;
  throwError(type: string, errorCode: string, variables?: Record<string, unknown>): Promise<void>;
  completeUserTask(elementId: string): Promise<{ assignee: string | null; candidateGroups: string[] }>;
  cancel(): Promise<void>;
  /** Checks that the instance has this state, waiting for it where a timer must fire first. */
  is(state: 'ACTIVE' | 'COMPLETED' | 'TERMINATED'): Promise<void>;
  /** Checks which elements, scopes aside, are active now: ids in order of the alphabet. */
  waitsAt(...elementIds: string[]): Promise<void>;
  /** Checks how often an element was completed. */
  completed(elementId: string, times: number): Promise<void>;
  terminated(elementId: string): Promise<void>;
  incident(errorType: string, elementId: string): Promise<void>;
  /** The variables of the process instance itself. */
  variables(): Promise<Record<string, unknown>>;
}

/** Prepares a run on a server; `folder` is where the corpus lies. */
export function corpusRun(client: CamundaClient, folder: string): CorpusRun {
  let clock = Date.now();
  const upload = async (file: string, change = (xml: string): string => xml): Promise<File> =>
    new File([change(await readFile(`${folder}/${file}`, 'utf8'))], basename(file));
  return {
    client,
    async deploy(file, change) {
      const { processes } = await client.createDeployment({ resources: [await upload(file, change)] });
      return processes[0].processDefinitionId;
    },
    async deployAll(files, change) {
      const resources = await Promise.all(files.map((file) => upload(file, change)));
      const { processes } = await client.createDeployment({ resources });
      return processes[0].processDefinitionId;
    },
    async refused(file) {
      const form = new FormData();
      form.append('resources', await upload(file));
      const address = client.getConfig().restAddress.replace(/\/v2$/, '');
      const response = await fetch(`${address}/v2/deployments`, { method: 'POST', body: form });
      expect(response.status).toBe(400);
      const body = (await response.json()) as {
        title: string;
        problems: { elementId: string | null; severity: string }[];
      };
      expect(body.title).toBe('INVALID_ARGUMENT');
      return body.problems.filter(({ severity }) => severity === 'error').map(({ elementId }) => elementId);
    },
    async start(processId, variables = {}, startBefore) {
      const { processInstanceKey } = await client.createProcessInstance({
        processDefinitionId: ProcessDefinitionId.assumeExists(processId),
        variables,
        ...(startBefore !== undefined && {
          startInstructions: [{ elementId: ElementId.assumeExists(startBefore) }],
        }),
      });
      return instanceRun(client, processInstanceKey);
    },
    async started(processId) {
      const { items } = await client.searchProcessInstances(
        { filter: { processDefinitionId: processId } },
        NOW,
      );
      expect(items).toHaveLength(1);
      return instanceRun(client, items[0].processInstanceKey);
    },
    async publish(name, correlationKey, variables = {}) {
      await client.publishMessage({ name, correlationKey, variables, timeToLive: 0 });
    },
    async pass(milliseconds) {
      clock = Math.max(clock, Date.now()) + milliseconds;
      await client.pinClock({ timestamp: clock });
    },
  };
}

function instanceRun(client: CamundaClient, key: ProcessInstanceKey): InstanceRun {
  const activate = async (type: string) => {
    const { jobs } = await client.activateJobs({
      type,
      worker: 'corpus',
      timeout: MINUTE,
      maxJobsToActivate: 1,
      requestTimeout: 2000,
    });
    expect(jobs, `a job of type ${type}`).toHaveLength(1);
    expect(jobs[0].processInstanceKey).toBe(key);
    return jobs[0];
  };
  const elements = async () =>
    (await client.searchElementInstances({ filter: { processInstanceKey: key }, page: { limit: 1000 } }, NOW))
      .items;
  return {
    key,
    async complete(type, variables = {}) {
      const job = await activate(type);
      await client.completeJob({ jobKey: job.jobKey, variables });
      return job.variables;
    },
    async fail(type) {
      const { jobKey } = await activate(type);
      await client.failJob({ jobKey, retries: 0, errorMessage: 'failed on purpose' });
    },
    async throwError(type, errorCode, variables = {}) {
      const { jobKey } = await activate(type);
      await client.throwJobError({ jobKey, errorCode, errorMessage: 'thrown on purpose', variables });
    },
    async completeUserTask(elementId) {
      const { items } = await client.searchUserTasks(
        {
          filter: { processInstanceKey: key, elementId: ElementId.assumeExists(elementId), state: 'CREATED' },
        },
        NOW,
      );
      expect(items).toHaveLength(1);
      await client.completeUserTask({ userTaskKey: items[0].userTaskKey });
      return items[0];
    },
    async cancel() {
      await client.cancelProcessInstance({ processInstanceKey: key });
    },
    async is(state) {
      await expect
        .poll(async () => (await client.getProcessInstance({ processInstanceKey: key }, NOW)).state)
        .toBe(state);
    },
    async waitsAt(...elementIds) {
      const waiting = async () =>
        (await elements())
          .filter(({ state, type }) => state === 'ACTIVE' && type !== 'PROCESS' && type !== 'SUB_PROCESS')
          .map(({ elementId }) => String(elementId))
          .sort();
      await expect.poll(waiting).toEqual(elementIds);
    },
    async completed(elementId, times) {
      const found = (await elements()).filter(
        (element) => element.elementId === elementId && element.state === 'COMPLETED',
      );
      expect(found, `completions of ${elementId}`).toHaveLength(times);
    },
    async terminated(elementId) {
      expect((await elements()).find((element) => element.elementId === elementId)?.state).toBe('TERMINATED');
    },
    async incident(errorType, elementId) {
      const { items } = await client.searchIncidents(
        { filter: { processInstanceKey: key, state: 'ACTIVE' } },
        NOW,
      );
      expect(items).toMatchObject([{ errorType, elementId }]);
    },
    async variables() {
      const { items } = await client.searchVariables(
        { filter: { processInstanceKey: key, scopeKey: key } },
        NOW,
      );
      return Object.fromEntries(items.map(({ name, value }) => [name, JSON.parse(value) as unknown]));
    },
  };
}
