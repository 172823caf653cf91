/** Cases of a BPMN engine written in Go; outcomes where it differs from Camunda 8 are those of the latter. */
import { expect } from 'vitest';
import type { CorpusCase } from './corpus-run.js';

const GO = 'nitram509-lib-bpmn-engine';
const NOW = { consistency: { waitUpToMs: 0 } };

/** File, outcome, and how it is brought about. */
export const GO_ENGINE_CASES: readonly CorpusCase[] = [
  [
    `${GO}/simple_task.bpmn`,
    'the job completes, variable_name mapped out',
    async (on) => {
      const instance = await on.start(await on.deploy(`${GO}/simple_task.bpmn`));
      await instance.complete('TestType', { variable_name: 'hello', other: 1 });
      await instance.is('COMPLETED');
      expect(await instance.variables()).toEqual({ variable_name: 'hello' });
    },
  ],
  [
    `${GO}/simple_task.bpmn`,
    'the job fails: active with an incident',
    async (on) => {
      const instance = await on.start(await on.deploy(`${GO}/simple_task.bpmn`));
      await instance.fail('TestType');
      await instance.incident('JOB_NO_RETRIES', 'id');
      await instance.is('ACTIVE');
    },
  ],
  [
    `${GO}/simple_task_v2.bpmn`,
    'the same process id: version 2 is the latest',
    async (on) => {
      const deploy = async (file: string) => {
        await on.deploy(`${GO}/${file}`);
        return (await on.start('Simple_Task_Process')).key;
      };
      const version = async (file: string) =>
        (await on.client.getProcessInstance({ processInstanceKey: await deploy(file) }, NOW))
          .processDefinitionVersion;
      expect(await version('simple_task.bpmn')).toBe(1);
      expect(await version('simple_task.bpmn')).toBe(1);
      expect(await version('simple_task_v2.bpmn')).toBe(2);
    },
  ],
  [
    `${GO}/simple_task-no_output_mapping.bpmn`,
    "all the job's variables reach the instance",
    async (on) => {
      const instance = await on.start(await on.deploy(`${GO}/simple_task-no_output_mapping.bpmn`));
      await instance.complete('type', { a: 1, b: { c: 2 } });
      await instance.is('COMPLETED');
      expect(await instance.variables()).toEqual({ a: 1, b: { c: 2 } });
    },
  ],
  [
    `${GO}/user-tasks-with-assignments.bpmn`,
    'assignee john.doe, then three groups',
    async (on) => {
      const instance = await on.start(await on.deploy(`${GO}/user-tasks-with-assignments.bpmn`));
      expect(await instance.completeUserTask('assignee-task')).toMatchObject({ assignee: 'john.doe' });
      expect((await instance.completeUserTask('group-task')).candidateGroups).toEqual([
        'sales',
        'marketing',
        'support',
      ]);
      await instance.is('COMPLETED');
    },
  ],
  [
    `${GO}/exclusive-gateway-multiple-tasks.bpmn`,
    'price=0 to task-a only, price=-99 to task-default',
    async (on) => {
      const id = await on.deploy(`${GO}/exclusive-gateway-multiple-tasks.bpmn`);
      await (await on.start(id, { price: 0 })).waitsAt('task-a');
      await (await on.start(id, { price: -99 })).waitsAt('task-default');
    },
  ],
  [
    `${GO}/exclusive-gateway-multiple-tasks-no-default.bpmn`,
    'price=-99: an incident and no task',
    async (on) => {
      const instance = await on.start(
        await on.deploy(`${GO}/exclusive-gateway-multiple-tasks-no-default.bpmn`),
        { price: -99 },
      );
      await instance.incident('CONDITION_ERROR', 'Gateway_01wr5g0');
      await instance.waitsAt('Gateway_01wr5g0');
    },
  ],
  [
    `${GO}/fork-controlled-parallel-join.bpmn`,
    'id-b-1 once',
    async (on) => {
      const instance = await on.start(await on.deploy(`${GO}/fork-controlled-parallel-join.bpmn`));
      for (const type of ['task-a-1', 'task-a-2', 'task-b-1']) await instance.complete(type);
      await instance.completed('id-b-1', 1);
      await instance.is('COMPLETED');
    },
  ],
  ...['fork-uncontrolled-join', 'fork-controlled-exclusive-join'].map((name): CorpusCase => [
    `${GO}/${name}.bpmn`,
    'id-b-1 twice',
    async (on) => {
      const instance = await on.start(await on.deploy(`${GO}/${name}.bpmn`));
      await instance.waitsAt('id-a-1', 'id-a-2');
      for (let job = 0; job < 4; job += 1) await instance.complete('task');
      await instance.completed('id-b-1', 2);
      await instance.is('COMPLETED');
    },
  ]),
  [
    `${GO}/simple-count-loop.bpmn`,
    'loops until counter is 4',
    async (on) => {
      const instance = await on.start(await on.deploy(`${GO}/simple-count-loop.bpmn`), { counter: 0 });
      for (let count = 1; count <= 4; count += 1)
        await instance.complete('increaseCounter', { counter: count });
      await instance.is('COMPLETED');
      expect(await instance.variables()).toEqual({ counter: 4 });
    },
  ],
  [
    `${GO}/service-task-input-output.bpmn`,
    'outputs at the instance, inputs stay local',
    async (on) => {
      const instance = await on.start(await on.deploy(`${GO}/service-task-input-output.bpmn`));
      expect(await instance.complete('input-task-1')).toEqual({ name: 'task-1', id: 1, city: 'beijing' });
      await instance.completeUserTask('user-task-2');
      await instance.is('COMPLETED');
      expect(await instance.variables()).toEqual({
        order: { name: 'order1', id: '1234' },
        orderId: 1234,
        dstcity: 'beijing',
      });
    },
  ],
  [
    `${GO}/service-task-invalid-input.bpmn`,
    'invalid FEEL in an input: refused',
    async (on) => {
      expect(await on.refused(`${GO}/service-task-invalid-input.bpmn`)).toContain('invalid-input');
    },
  ],
  [
    `${GO}/message-intermediate-catch-event-and-parallel-tasks.bpmn`,
    'task-2 at once, event-1 to task-1',
    async (on) => {
      const instance = await on.start(
        await on.deploy(`${GO}/message-intermediate-catch-event-and-parallel-tasks.bpmn`),
        { test: 'k' },
      );
      await instance.complete('task-2');
      await instance.waitsAt('event-1');
      await on.publish('event-1', 'k');
      await instance.complete('task-1');
      await instance.is('COMPLETED');
    },
  ],
  [
    `${GO}/message-multiple-intermediate-catch-events-parallel.bpmn`,
    'one message: active; all three: completed',
    async (on) => {
      const instance = await on.start(
        await on.deploy(`${GO}/message-multiple-intermediate-catch-events-parallel.bpmn`),
        { key: 'k' },
      );
      await on.publish('msg-event-2', 'k');
      await instance.waitsAt('event-1', 'event-3');
      await on.publish('msg-event-1', 'k');
      await on.publish('msg-event-3', 'k');
      await instance.is('COMPLETED');
    },
  ],
  [
    `${GO}/simple-intermediate-message-catch-event.bpmn`,
    'foo of the message becomes mappedFoo',
    async (on) => {
      const instance = await on.start(await on.deploy(`${GO}/simple-intermediate-message-catch-event.bpmn`), {
        key: 'k',
      });
      await on.publish('msg', 'k', { foo: 'bar' });
      await instance.is('COMPLETED');
      expect(await instance.variables()).toMatchObject({ mappedFoo: 'bar' });
    },
  ],
  [
    `${GO}/simple-link-event-broken.bpmn`,
    'a link without its catch: refused',
    async (on) => {
      expect(await on.refused(`${GO}/simple-link-event-broken.bpmn`)).not.toHaveLength(0);
    },
  ],
  [
    `${GO}/subprocess-fork-controlled-parallel-join.bpmn`,
    'each task once, Task-C once',
    async (on) => {
      const instance = await on.start(await on.deploy(`${GO}/subprocess-fork-controlled-parallel-join.bpmn`));
      for (let job = 0; job < 5; job += 1) await instance.complete('task');
      await instance.is('COMPLETED');
      for (const id of ['Sub-A-Task-A1', 'Sub-A-Task-A2', 'Sub-A-Task-B1', 'Sub-B-Task-A1', 'Task-C'])
        await instance.completed(id, 1);
    },
  ],
  [
    `${GO}/exclusive-gateway-with-condition.bpmn`,
    'a condition that is no expression: refused',
    async (on) => {
      expect(await on.refused(`${GO}/exclusive-gateway-with-condition.bpmn`)).not.toHaveLength(0);
    },
  ],
  [
    `${GO}/message-intermediate-catch-event.bpmn`,
    'a fixed correlation key: refused',
    async (on) => {
      expect(await on.refused(`${GO}/message-intermediate-catch-event.bpmn`)).not.toHaveLength(0);
    },
  ],
];
