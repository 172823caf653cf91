/** Every endpoint of `/v2`, called by the unmodified official client, which checks each answer to its last field. */
import { BusinessId, ElementId, ProcessDefinitionId, Tag } from '@camunda8/orchestration-cluster-api';
import type { CamundaClient } from '@camunda8/orchestration-cluster-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient, startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { ADDING, DECISION_FORM, ONE_JOB, ONE_TASK, STARTED_BY_EVENTS, WAITING } from './models.js';

const NOW = { consistency: { waitUpToMs: 0 } };
let server: TestServer;
let client: CamundaClient;

beforeAll(async () => {
  server = await startServer();
  client = createClient(server.url);
  await client.createDeployment({
    resources: [
      new File([ONE_JOB], 'one-job.bpmn'),
      new File([ONE_TASK], 'one-task.bpmn'),
      new File([DECISION_FORM], 'decision.form'),
      new File([WAITING], 'waiting.bpmn'),
      new File([STARTED_BY_EVENTS], 'started-by-events.bpmn'),
      new File([ADDING], 'adding.bpmn'),
    ],
  });
});
afterAll(() => server.close());

async function create(id: string, variables: Record<string, unknown> = {}) {
  return client.createProcessInstance({
    processDefinitionId: ProcessDefinitionId.assumeExists(id),
    variables,
  });
}

async function activate(type: string, worker = 'tester') {
  const { jobs } = await client.activateJobs({
    type,
    worker,
    timeout: 60_000,
    maxJobsToActivate: 10,
    requestTimeout: 1000,
  });
  return jobs;
}

describe('the server about itself', () => {
  it('tells its topology, status, licence and who one is', async () => {
    expect(await client.getTopology()).toMatchObject({
      clusterSize: 1,
      brokers: [{ partitions: [{ role: 'leader' }] }],
    });
    await client.getStatus();
    expect(await client.getLicense()).toMatchObject({ licenseType: 'MIT' });
    expect(await client.getAuthentication()).toMatchObject({ username: 'anonymous' });
  });
});

describe('deployments', () => {
  it('count versions up when a file changed, and only then', async () => {
    const changed = ONE_JOB.replace('id="one-job"', 'id="versions"');
    const first = await client.createDeployment({ resources: [new File([changed], 'versions.bpmn')] });
    const again = await client.createDeployment({ resources: [new File([changed], 'versions.bpmn')] });
    const second = await client.createDeployment({
      resources: [new File([changed.replace('high', 'low')], 'versions.bpmn')],
    });
    const versions = [first, again, second].map((one) => one.processes[0].processDefinitionVersion);
    expect(versions).toEqual([1, 1, 2]);
    expect(again.processes[0].processDefinitionKey).toBe(first.processes[0].processDefinitionKey);
    const latest = await client.searchProcessDefinitions(
      { filter: { processDefinitionId: 'versions', isLatestVersion: true } },
      NOW,
    );
    expect(latest.items).toMatchObject([{ version: 2, versionTag: 'v1', resourceName: 'versions.bpmn' }]);
  });

  it('are deleted version by version, with their history where that is asked for', async () => {
    const file = (speed: string) =>
      new File([ONE_JOB.replace('id="one-job"', 'id="deleted"').replace('high', speed)], 'deleted.bpmn');
    const first = await client.createDeployment({ resources: [file('slow')] });
    const second = await client.createDeployment({ resources: [file('fast')] });
    const resourceKey = second.processes[0].processDefinitionKey;
    const { processInstanceKey } = await create('deleted');
    const deleted = await client.deleteResource({ resourceKey });
    expect(deleted).toEqual({ resourceKey, batchOperation: null });
    const processDefinitionKey = second.processes[0].processDefinitionKey;
    const draining = await client.getProcessDefinition({ processDefinitionKey }, NOW);
    expect(draining.state).toBe('DRAINING');
    await expect(client.deleteResource({ resourceKey })).rejects.toThrow('drains');
    await client.cancelProcessInstance({ processInstanceKey });
    const { items } = await client.searchProcessDefinitions(
      { filter: { processDefinitionId: 'deleted' }, sort: [{ field: 'version' }] },
      NOW,
    );
    expect(items.map(({ version, state }) => [version, state])).toEqual([
      [1, 'ACTIVE'],
      [2, 'DELETED'],
    ]);
    const latest = {
      processDefinitionId: ProcessDefinitionId.assumeExists('deleted'),
      isLatestVersion: true,
    };
    expect((await client.searchProcessDefinitions({ filter: latest }, NOW)).items).toMatchObject([
      { processDefinitionKey: first.processes[0].processDefinitionKey },
    ]);
    await expect(client.getResource({ resourceKey })).rejects.toThrow('NOT_FOUND');
    expect(await client.getProcessDefinitionXml({ processDefinitionKey: resourceKey }, NOW)).toContain(
      'fast',
    );
    await expect(client.deleteResource({ resourceKey })).rejects.toThrow('NOT_FOUND');

    const { batchOperation } = await client.deleteResource({ resourceKey, deleteHistory: true });
    expect(batchOperation?.batchOperationType).toBe('DELETE_PROCESS_INSTANCE');
    await server.runtime?.batchOperations.idle();
    await expect(client.getProcessInstance({ processInstanceKey }, NOW)).rejects.toThrow('NOT_FOUND');
  });

  it('give back what was deployed', async () => {
    const { items } = await client.searchProcessDefinitions(
      { filter: { processDefinitionId: 'one-task' } },
      NOW,
    );
    expect(items).toMatchObject([{ name: 'One task', hasStartForm: true }]);
    const { processDefinitionKey } = items[0];
    expect(await client.getProcessDefinition({ processDefinitionKey }, NOW)).toEqual(items[0]);
    expect(await client.getProcessDefinitionXml({ processDefinitionKey }, NOW)).toBe(ONE_TASK);
    expect(await client.getStartProcessForm({ processDefinitionKey }, NOW)).toMatchObject({
      formId: 'decision',
      schema: DECISION_FORM,
    });
  });
});

describe('process instances and jobs', () => {
  it('go from creation through a job to their end', async () => {
    const created = await client.createProcessInstance({
      processDefinitionId: ProcessDefinitionId.assumeExists('one-job'),
      variables: { order: { id: 7 } },
      tags: [Tag.fromString('urgent')],
      businessId: BusinessId.assumeExists('B-7'),
    });
    const { processInstanceKey } = created;
    expect(created).toMatchObject({
      tags: [Tag.fromString('urgent')],
      businessId: 'B-7',
      processDefinitionVersion: 1,
    });

    const [job] = await activate('work');
    expect(job).toMatchObject({
      processInstanceKey,
      variables: { order: { id: 7 } },
      customHeaders: { speed: 'high' },
      retries: 3,
    });
    const leased = await client.searchJobs({ filter: { jobKey: job.jobKey } }, NOW);
    expect(leased.items).toMatchObject([
      { state: 'CREATED', worker: 'tester', customHeaders: { speed: 'high' } },
    ]);

    await client.completeJob({ jobKey: job.jobKey, variables: { done: true } });

    const instance = await client.getProcessInstance({ processInstanceKey }, NOW);
    expect(instance).toMatchObject({
      state: 'COMPLETED',
      hasIncident: false,
      processDefinitionVersionTag: 'v1',
    });
    expect(instance.endDate).not.toBeNull();
    const elements = await client.searchElementInstances(
      { filter: { processInstanceKey }, sort: [{ field: 'elementInstanceKey' }] },
      NOW,
    );
    expect(elements.items.map(({ elementId, type, state }) => [elementId, type, state])).toEqual([
      ['one-job', 'PROCESS', 'COMPLETED'],
      ['start', 'START_EVENT', 'COMPLETED'],
      ['work', 'SERVICE_TASK', 'COMPLETED'],
      ['end', 'END_EVENT', 'COMPLETED'],
    ]);
    const { elementInstanceKey } = elements.items[2];
    expect(await client.getElementInstance({ elementInstanceKey }, NOW)).toMatchObject({
      elementName: 'Do the work',
    });
    const variables = await client.searchVariables(
      { filter: { processInstanceKey }, sort: [{ field: 'name' }] },
      NOW,
    );
    expect(variables.items.map(({ name, value }) => [name, value])).toEqual([
      ['done', 'true'],
      ['order', '{"id":7}'],
    ]);
    expect(await client.getVariable({ variableKey: variables.items[1].variableKey }, NOW)).toMatchObject({
      value: '{"id":7}',
    });
    const found = await client.searchProcessInstances(
      {
        filter: {
          businessId: 'B-7',
          tags: [Tag.fromString('urgent')],
          variables: [{ name: 'done', value: 'true' }],
        },
      },
      NOW,
    );
    expect(found.items).toEqual([instance]);
  });

  it('fail into an incident that is resolved', async () => {
    const { processInstanceKey } = await create('one-job');
    const [job] = await activate('work');
    await client.failJob({ jobKey: job.jobKey, retries: 0, errorMessage: 'no paper' });

    const { items } = await client.searchIncidents({ filter: { processInstanceKey, state: 'ACTIVE' } }, NOW);
    expect(items).toMatchObject([{ errorType: 'JOB_NO_RETRIES', elementId: 'work', jobKey: job.jobKey }]);
    expect(items[0].errorMessage).toContain('no paper');
    const { incidentKey } = items[0];
    expect((await client.getProcessInstance({ processInstanceKey }, NOW)).hasIncident).toBe(true);

    await client.updateJob({ jobKey: job.jobKey, changeset: { retries: 1 } });
    await client.resolveIncident({ incidentKey });
    expect((await client.getIncident({ incidentKey }, NOW)).state).toBe('RESOLVED');
    const [again] = await activate('work');
    expect(again.jobKey).toBe(job.jobKey);
    await client.completeJob({ jobKey: again.jobKey });
    expect(await client.getProcessInstance({ processInstanceKey }, NOW)).toMatchObject({
      state: 'COMPLETED',
      hasIncident: false,
    });
  });

  it('raise an incident for an error that nothing catches', async () => {
    const { processInstanceKey } = await create('one-job');
    const [job] = await activate('work');
    await client.throwJobError({ jobKey: job.jobKey, errorCode: 'OUT_OF_PAPER', errorMessage: 'no paper' });
    const { items } = await client.searchIncidents({ filter: { processInstanceKey } }, NOW);
    expect(items).toMatchObject([{ errorType: 'UNHANDLED_ERROR_EVENT', state: 'ACTIVE' }]);
    await client.cancelProcessInstance({ processInstanceKey });
    expect((await client.getProcessInstance({ processInstanceKey }, NOW)).state).toBe('TERMINATED');
  });

  it('are awaited with the variables that are asked for', async () => {
    const result = await client.createProcessInstance({
      processDefinitionId: ProcessDefinitionId.assumeExists('adding'),
      variables: { a: 1, b: 2 },
      awaitCompletion: true,
      fetchVariables: ['sum'],
    });
    expect(result.variables).toEqual({ sum: 3 });
  });

  it('start before the elements that are named', async () => {
    const { processInstanceKey } = await client.createProcessInstance({
      processDefinitionId: ProcessDefinitionId.assumeExists('one-job'),
      startInstructions: [{ elementId: ElementId.assumeExists('end') }],
    });
    const { items } = await client.searchElementInstances({ filter: { processInstanceKey } }, NOW);
    expect(items.map(({ elementId }) => elementId).sort()).toEqual(['end', 'one-job']);
  });

  it('take variables set from outside', async () => {
    const { processInstanceKey } = await create('one-job', { a: 1 });
    await client.createElementInstanceVariables({
      elementInstanceKey: processInstanceKey as never,
      variables: { a: 2 },
    });
    const [job] = await activate('work');
    expect(job.variables).toEqual({ a: 2 });
    await client.completeJob({ jobKey: job.jobKey });
  });
});

describe('user tasks', () => {
  it('are found, changed, assigned and completed', async () => {
    const { processInstanceKey } = await create('one-task', { amount: 12 });
    const { items } = await client.searchUserTasks(
      { filter: { processInstanceKey, state: 'CREATED', candidateGroup: 'accounting' } },
      NOW,
    );
    expect(items).toMatchObject([
      {
        name: 'Approve it',
        assignee: null,
        customHeaders: { approval: 'true' },
        dueDate: '2030-01-01T10:00:00.000Z',
        priority: 50,
      },
    ]);
    const { userTaskKey } = items[0];
    expect(await client.getUserTaskForm({ userTaskKey }, NOW)).toMatchObject({ formId: 'decision' });
    const variables = await client.searchUserTaskVariables({ userTaskKey }, NOW);
    expect(variables.items).toMatchObject([{ name: 'amount', value: '12' }]);

    await client.updateUserTask({ userTaskKey, changeset: { priority: 80, candidateUsers: ['mary'] } });
    await client.assignUserTask({ userTaskKey, assignee: 'mary' });
    expect(await client.getUserTask({ userTaskKey }, NOW)).toMatchObject({
      assignee: 'mary',
      priority: 80,
      candidateUsers: ['mary'],
    });
    await client.unassignUserTask({ userTaskKey });
    expect((await client.getUserTask({ userTaskKey }, NOW)).assignee).toBeNull();

    await client.completeUserTask({ userTaskKey, variables: { approved: true } });
    expect((await client.getUserTask({ userTaskKey }, NOW)).state).toBe('COMPLETED');
    expect((await client.getProcessInstance({ processInstanceKey }, NOW)).state).toBe('COMPLETED');
  });
});

describe('messages, signals and timers', () => {
  it('publish a message to the instance that waits for it, also before it waits', async () => {
    const first = await create('waiting', { orderId: 'A' });
    await client.publishMessage({
      name: 'paid',
      correlationKey: 'A',
      timeToLive: 0,
      variables: { amount: 5 },
    });
    await client.publishMessage({ name: 'paid', correlationKey: 'B', timeToLive: 60_000 });
    const second = await create('waiting', { orderId: 'B' });
    for (const { processInstanceKey } of [first, second]) {
      const { items } = await client.searchElementInstances(
        { filter: { processInstanceKey, elementId: ElementId.assumeExists('paid-end') } },
        NOW,
      );
      expect(items).toHaveLength(1);
    }
  });

  it('correlate a message to one instance, or say that nobody waits', async () => {
    const { processInstanceKey } = await create('waiting', { orderId: 'C' });
    const result = await client.correlateMessage({ name: 'paid', correlationKey: 'C' });
    expect(result.processInstanceKey).toBe(processInstanceKey);
    await expect(client.correlateMessage({ name: 'paid', correlationKey: 'C' })).rejects.toMatchObject({
      status: 404,
    });
  });

  it('start processes by message and by signal', async () => {
    await client.publishMessage({ name: 'order', correlationKey: '', timeToLive: 0 });
    await client.broadcastSignal({ signalName: 'go', variables: { who: 'me' } });
    const { items } = await client.searchProcessInstances(
      { filter: { processDefinitionId: 'started-by-events' } },
      NOW,
    );
    expect(items).toMatchObject([{ state: 'COMPLETED' }, { state: 'COMPLETED' }]);
  });

  it('fire timers when the clock comes there', async () => {
    const { processInstanceKey } = await create('waiting', { orderId: 'D' });
    await client.pinClock({ timestamp: Date.now() + 3_600_000 });
    try {
      await expect
        .poll(async () => (await client.getProcessInstance({ processInstanceKey }, NOW)).state)
        .toBe('COMPLETED');
      const { items } = await client.searchElementInstances(
        { filter: { processInstanceKey, elementId: ElementId.assumeExists('late-end') } },
        NOW,
      );
      expect(items).toHaveLength(1);
    } finally {
      await client.resetClock();
    }
  });
});

describe('a job worker of the client', () => {
  it('does the jobs as they come', async () => {
    const worker = client.createJobWorker({
      jobType: 'work',
      workerName: 'long-poller',
      maxParallelJobs: 4,
      jobTimeoutMs: 10_000,
      jobHandler: (job) => job.complete({ by: 'worker' }),
    });
    try {
      const created = await Promise.all(Array.from({ length: 8 }, () => create('one-job')));
      const keys = created.map(({ processInstanceKey }) => processInstanceKey);
      await expect
        .poll(
          async () =>
            (
              await client.searchProcessInstances(
                { filter: { processInstanceKey: { $in: keys }, state: 'COMPLETED' } },
                NOW,
              )
            ).page.totalItems,
          { timeout: 10_000 },
        )
        .toBe(8);
    } finally {
      worker.stop();
    }
  });
});
