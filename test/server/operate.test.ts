/** Operating instances over HTTP: by the official client where it has a word for it, else by the house's own API. */
import { BusinessId, ElementId, ProcessDefinitionId } from '@camunda8/orchestration-cluster-api';
import type { BatchOperationKey, CamundaClient } from '@camunda8/orchestration-cluster-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bpmnXml, chain, serviceTask } from '../support/bpmn-xml.js';
import { createClient, startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';

const NOW = { consistency: { waitUpToMs: 0 } };
const start = { type: 'startEvent', id: 'start' };
const end = { type: 'endEvent', id: 'end' };
const LINE = bpmnXml({
  id: 'line',
  nodes: [start, serviceTask('pick'), serviceTask('pack'), serviceTask('ship'), end],
  flows: chain('start', 'pick', 'pack', 'ship', 'end'),
});

let server: TestServer;
let client: CamundaClient;

beforeAll(async () => {
  server = await startServer();
  client = createClient(server.url);
  await client.createDeployment({ resources: [new File([LINE], 'line.bpmn')] });
});
afterAll(() => server.close());

async function create(variables: Record<string, unknown> = {}) {
  const processDefinitionId = ProcessDefinitionId.assumeExists('line');
  return (await client.createProcessInstance({ processDefinitionId, variables })).processInstanceKey;
}

type InstanceKey = Awaited<ReturnType<typeof create>>;

async function activeElements(processInstanceKey: InstanceKey): Promise<string[]> {
  const found = await client.searchElementInstances({ filter: { processInstanceKey, state: 'ACTIVE' } }, NOW);
  return found.items.map(({ elementId }) => String(elementId)).filter((id) => id !== 'line');
}

async function get<T>(path: string): Promise<T> {
  const response = await fetch(`${server.url}${path}`);
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

describe('modification', () => {
  it('moves a token, begins another and ends it again', async () => {
    const processInstanceKey = await create();
    await client.modifyProcessInstance({
      processInstanceKey,
      moveInstructions: [
        {
          sourceElementInstruction: { sourceType: 'byId', sourceElementId: ElementId.assumeExists('pick') },
          targetElementId: ElementId.assumeExists('ship'),
          ancestorScopeInstruction: { ancestorScopeType: 'inferred' },
        },
      ],
      activateInstructions: [
        {
          elementId: ElementId.assumeExists('pack'),
          variableInstructions: [{ variables: { box: 'large' }, scopeId: 'pack' }],
        },
      ],
    });
    expect((await activeElements(processInstanceKey)).sort()).toEqual(['pack', 'ship']);
    const { items } = await client.searchVariables({ filter: { processInstanceKey, name: 'box' } }, NOW);
    expect(items).toMatchObject([{ value: '"large"' }]);
    await client.modifyProcessInstance({
      processInstanceKey,
      terminateInstructions: [{ elementId: ElementId.assumeExists('pack') }],
    });
    expect(await activeElements(processInstanceKey)).toEqual(['ship']);
  });

  it('is refused with words, and as a whole', async () => {
    const processInstanceKey = await create();
    const refused = client.modifyProcessInstance({
      processInstanceKey,
      terminateInstructions: [{ elementId: ElementId.assumeExists('pick') }],
      activateInstructions: [{ elementId: ElementId.assumeExists('elsewhere') }],
    });
    await expect(refused).rejects.toMatchObject({
      status: 400,
      detail: 'The process "line" has no element "elsewhere".',
    });
    expect(await activeElements(processInstanceKey)).toEqual(['pick']);
  });
});

async function post<T>(path: string, body: object = {}): Promise<T> {
  const response = await fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

describe('migration', () => {
  it('is checked, refused with every problem, and done', async () => {
    const processInstanceKey = await create();
    const longer = LINE.replace('id="ship"', 'id="send"')
      .replaceAll('ref="ship"', 'ref="send"')
      .replaceAll('Ref="ship"', 'Ref="send"');
    const deployed = await client.createDeployment({ resources: [new File([longer], 'line.bpmn')] });
    const { processDefinitionKey: targetProcessDefinitionKey } = deployed.processes[0];
    await expect(
      client.migrateProcessInstance({
        processInstanceKey,
        targetProcessDefinitionKey,
        mappingInstructions: [],
      }),
    ).rejects.toMatchObject({ status: 409 });
    const check = await post<{ canMigrate: boolean; mappingInstructions: [] }>(
      `/api/process-instances/${processInstanceKey}/migration-check`,
      { targetProcessDefinitionKey },
    );
    expect(check).toMatchObject({
      canMigrate: true,
      problems: [],
      elements: [{ elementId: 'pick', targetElementId: 'pick' }],
    });
    const { mappingInstructions } = check;
    await client.migrateProcessInstance({
      processInstanceKey,
      targetProcessDefinitionKey,
      mappingInstructions,
    });
    const { items } = await client.searchJobs({ filter: { processInstanceKey } }, NOW);
    expect(items).toMatchObject([{ elementId: 'pick', processDefinitionKey: targetProcessDefinitionKey }]);
    expect(await client.getProcessInstance({ processInstanceKey }, NOW)).toMatchObject({
      processDefinitionVersion: 2,
    });
    await client.createDeployment({ resources: [new File([LINE], 'line.bpmn')] });
  });
});

describe('suspension', () => {
  it('stops an instance and lets it go on', async () => {
    const processInstanceKey = await create();
    await post(`/api/process-instances/${processInstanceKey}/suspension`);
    await expect(post(`/api/process-instances/${processInstanceKey}/suspension`)).rejects.toThrow(
      'is suspended already',
    );
    await post(`/api/process-instances/${processInstanceKey}/resumption`);
  });
});

describe('batch operations', () => {
  /** A batch operation when it is over. */
  async function finished(batchOperationKey: BatchOperationKey) {
    await server.runtime?.batchOperations.idle();
    return client.getBatchOperation({ batchOperationKey }, NOW);
  }

  it('do the same to every instance of a filter, and count what became of each', async () => {
    const businessId = BusinessId.assumeExists('bulk');
    const processDefinitionId = ProcessDefinitionId.assumeExists('line');
    const keys = await Promise.all(
      Array.from(
        { length: 95 },
        async () =>
          (await client.createProcessInstance({ processDefinitionId, businessId })).processInstanceKey,
      ),
    );
    const filter = { businessId: 'bulk' };
    const dry = await post<{ operationsTotalCount: number }>('/api/batch-operations/dry-run', {
      batchOperationType: 'CANCEL_PROCESS_INSTANCE',
      filter,
    });
    expect(dry.operationsTotalCount).toBe(95);
    await post(`/api/process-instances/${keys[0]}/suspension`);
    const moveInstructions = [
      { sourceElementId: ElementId.assumeExists('pick'), targetElementId: ElementId.assumeExists('pack') },
    ];
    await client.modifyProcessInstance({
      processInstanceKey: keys[1],
      terminateInstructions: [{ elementId: ElementId.assumeExists('pick') }],
      activateInstructions: [{ elementId: ElementId.assumeExists('ship') }],
    });
    const moved = await client.modifyProcessInstancesBatchOperation({ filter, moveInstructions });
    expect(await finished(moved.batchOperationKey)).toMatchObject({
      state: 'PARTIALLY_COMPLETED',
      operationsTotalCount: 95,
      operationsCompletedCount: 94,
      operationsFailedCount: 1,
      actorType: 'ANONYMOUS',
      errors: [],
    });
    expect(await get(`/api/batch-operations/${moved.batchOperationKey}`)).toMatchObject({
      failures: [{ failure: 'INVALID_ARGUMENT', count: 1, example: 'Nothing is active at "pick".' }],
    });
    const failed = await client.searchBatchOperationItems(
      { filter: { batchOperationKey: moved.batchOperationKey, state: 'FAILED' } },
      NOW,
    );
    expect(failed.items).toMatchObject([{ processInstanceKey: keys[1] }]);
    const cancelled = await client.cancelProcessInstancesBatchOperation({ filter });
    expect(await finished(cancelled.batchOperationKey)).toMatchObject({
      state: 'COMPLETED',
      operationsCompletedCount: 95,
    });
    const deleted = await client.deleteProcessInstancesBatchOperation({ filter });
    expect(await finished(deleted.batchOperationKey)).toMatchObject({ state: 'COMPLETED' });
    const left = await client.searchProcessInstances({ filter }, NOW);
    expect(left.items).toEqual([]);
    const { items } = await client.searchBatchOperations(
      { filter: { operationType: 'DELETE_PROCESS_INSTANCE' } },
      NOW,
    );
    expect(items).toHaveLength(1);
    const past = await get<{ state: string }>(`/api/process-instances/${keys[0]}/state`);
    expect(past).toMatchObject({ state: 'ENDED' });
  });

  it('migrate, resolve and set variables too; a filter that is wrong is refused', async () => {
    const processInstanceKey = await create();
    const filter = { processInstanceKey };
    const batch = await post<{ batchOperationKey: BatchOperationKey }>('/api/batch-operations', {
      batchOperationType: 'UPDATE_VARIABLE',
      filter,
      variables: { colour: 'green' },
    });
    expect(await finished(batch.batchOperationKey)).toMatchObject({ operationsCompletedCount: 1 });
    const { items } = await client.searchVariables({ filter: { processInstanceKey, name: 'colour' } }, NOW);
    expect(items).toMatchObject([{ value: '"green"' }]);
    const wrong = post('/api/batch-operations', {
      batchOperationType: 'CANCEL_PROCESS_INSTANCE',
      filter: { colour: 'green' },
    });
    await expect(wrong).rejects.toThrow('filter.colour is not known');
    for (const nothing of [{}, { startDate: {} }, { $or: [{}] }, { elementId: { $in: [], $notIn: [] } }]) {
      for (const path of ['/api/batch-operations', '/api/batch-operations/dry-run']) {
        const all = post(path, { batchOperationType: 'DELETE_PROCESS_INSTANCE', filter: nothing });
        await expect(all).rejects.toThrow('filter has no condition');
      }
      await expect(post('/v2/process-instances/cancellation', { filter: nothing })).rejects.toThrow(
        'filter has no condition',
      );
    }
    const resolved = await client.resolveProcessInstanceIncidents({ processInstanceKey });
    expect(await finished(resolved.batchOperationKey)).toMatchObject({ operationsTotalCount: 0 });
    await expect(
      client.cancelBatchOperation({ batchOperationKey: resolved.batchOperationKey }),
    ).rejects.toMatchObject({ status: 404 });
    await client.cancelProcessInstance({ processInstanceKey });
    await client.deleteProcessInstance({ processInstanceKey });
    await expect(client.getProcessInstance({ processInstanceKey }, NOW)).rejects.toMatchObject({
      status: 404,
    });
  });
});

describe('figures', () => {
  it('count elements, name the flows that were taken, and the way from the root', async () => {
    const processInstanceKey = await create();
    const one = await client.getProcessInstanceStatistics({ processInstanceKey }, NOW);
    expect(one.items).toEqual([
      { elementId: 'pick', active: 1, canceled: 0, incidents: 0, completed: 0 },
      { elementId: 'start', active: 0, canceled: 0, incidents: 0, completed: 1 },
    ]);
    const { processDefinitionKey } = await client.getProcessInstance({ processInstanceKey }, NOW);
    const all = await client.getProcessDefinitionStatistics(
      { processDefinitionKey, filter: { processInstanceKey } },
      NOW,
    );
    expect(all.items).toEqual(one.items);
    const flows = await client.getProcessInstanceSequenceFlows({ processInstanceKey }, NOW);
    expect(flows.items).toMatchObject([{ elementId: 'start-to-pick' }]);
    expect(await client.getProcessInstanceCallHierarchy({ processInstanceKey }, NOW)).toMatchObject([
      { processInstanceKey, processDefinitionName: 'line' },
    ]);
    const none = await client.searchProcessInstanceIncidents({ processInstanceKey }, NOW);
    expect(none.items).toEqual([]);
  });

  it('find element instances by the name that the model gives, or the id where it gives none', async () => {
    const processInstanceKey = await create();
    const found = async (elementName: string) =>
      (await client.searchElementInstances({ filter: { processInstanceKey, elementName } }, NOW)).items;
    const [pick, ...more] = await found('pick');
    expect([pick.elementName, more]).toEqual(['pick', []]);
    expect(await found('nobody')).toEqual([]);
    const renamed = LINE.replace('id="pick"', 'id="pick" name="Pick it"');
    await client.createDeployment({ resources: [new File([renamed], 'line.bpmn')] });
    const again = await create();
    const filter = { elementName: 'Pick it', processInstanceKey: again };
    expect((await client.searchElementInstances({ filter }, NOW)).items).toMatchObject([
      { elementId: 'pick' },
    ]);
    const old = await client.searchElementInstances(
      { filter: { elementName: 'pick', processInstanceKey: again } },
      NOW,
    );
    expect(old.items).toEqual([]);
  });

  it('count the runs of a multi-instance activity, and its body only where that has an incident', async () => {
    const each = (collection: string) =>
      `<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements>
         <zeebe:loopCharacteristics inputCollection="=${collection}" /></bpmn:extensionElements>
       </bpmn:multiInstanceLoopCharacteristics>`;
    const loop = (id: string, collection: string) =>
      bpmnXml({
        id,
        nodes: [start, { ...serviceTask('pack'), content: [each(collection)] }, end],
        flows: chain('start', 'pack', 'end'),
      });
    await client.createDeployment({
      resources: [
        new File([loop('three', '[1, 2, 3]')], 'three.bpmn'),
        new File([loop('none', 'missing')], 'none.bpmn'),
      ],
    });
    const packed = async (id: string) => {
      const processDefinitionId = ProcessDefinitionId.assumeExists(id);
      const { processInstanceKey } = await client.createProcessInstance({ processDefinitionId });
      return (await client.getProcessInstanceStatistics({ processInstanceKey }, NOW)).items[0];
    };
    const nothing = { elementId: 'pack', active: 0, canceled: 0, incidents: 0, completed: 0 };
    expect(await packed('three')).toEqual({ ...nothing, active: 3 });
    expect(await packed('none')).toEqual({ ...nothing, incidents: 1 });
  });
});

describe('time travel', () => {
  it('gives an instance as it was at a position of the journal', async () => {
    const processInstanceKey = await create({ colour: 'red' });
    const before = await get<{ position: string }>(`/api/process-instances/${processInstanceKey}/state`);
    await client.modifyProcessInstance({
      processInstanceKey,
      activateInstructions: [
        {
          elementId: ElementId.assumeExists('ship'),
          variableInstructions: [{ variables: { colour: 'blue' } }],
        },
      ],
      terminateInstructions: [{ elementId: ElementId.assumeExists('pick') }],
    });
    await client.cancelProcessInstance({ processInstanceKey });
    const path = `/api/process-instances/${processInstanceKey}/state`;
    expect(await get(`${path}?position=${before.position}`)).toMatchObject({
      state: 'ACTIVE',
      position: before.position,
      elements: [
        { elementId: 'line', variables: { colour: 'red' }, scopeKey: null },
        { elementId: 'pick', elementType: 'serviceTask' },
      ],
      jobs: [{ type: 'pick', retries: 3 }],
    });
    expect(await get(path)).toMatchObject({ state: 'ENDED', elements: [], jobs: [] });
    await expect(get(`${path}?position=0`)).rejects.toThrow('had not begun by then');
    await expect(get(`${path}?at=yesterday`)).rejects.toThrow('must be a time such as');
    await expect(get('/api/process-instances/999999/state')).rejects.toThrow('404');
  });
});
