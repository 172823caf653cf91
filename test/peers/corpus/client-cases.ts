/** Cases of the clients' own tests, a benchmark, a token simulation and an analyser. */
import { expect } from 'vitest';
import type { CorpusCase } from './corpus-run.js';

const SDK = 'camunda-camunda-8-js-sdk';
const SIMULATION = 'bpmn-io-bpmn-js-token-simulation';
const NOW = { consistency: { waitUpToMs: 0 } };
const executable = (xml: string): string => xml.replace('isExecutable="false"', 'isExecutable="true"');

/** File, outcome, and how it is brought about. */
export const CLIENT_CASES: readonly CorpusCase[] = [
  [
    `${SDK}/Client-ThrowError.bpmn`,
    'an error leaves the sub-process for the sad flow',
    async (on) => {
      const instance = await on.start(await on.deploy(`${SDK}/Client-ThrowError.bpmn`));
      await instance.throwError('throw-bpmn-error-task', 'BUSINESS_ERROR');
      await instance.complete('sad-flow', { bpmnErrorCaught: true });
      await instance.is('COMPLETED');
      expect(await instance.variables()).toMatchObject({ bpmnErrorCaught: true });
    },
  ],
  [
    `${SDK}/Client-ThrowError-2.bpmn`,
    "the error's variables are mapped by the boundary event",
    async (on) => {
      const instance = await on.start(await on.deploy(`${SDK}/Client-ThrowError-2.bpmn`));
      await instance.throwError('throw-bpmn-error-task-2', 'BUSINESS_ERROR', { something: 'someValue' });
      await instance.complete('sad-flow-2');
      await instance.is('COMPLETED');
      expect(await instance.variables()).toMatchObject({ something: 'someValue' });
    },
  ],
  [
    `${SDK}/Worker-RaiseIncident.bpmn`,
    'variables set from outside; a failed job is an incident',
    async (on) => {
      const instance = await on.start(await on.deploy(`${SDK}/Worker-RaiseIncident.bpmn`), {
        conditionVariable: true,
      });
      await on.client.createElementInstanceVariables({
        elementInstanceKey: instance.key as never,
        variables: { conditionVariable: false },
      });
      await instance.complete('wait-raise-incident');
      await instance.waitsAt('ServiceTask_15isvh5');
      expect(await instance.variables()).toEqual({ conditionVariable: false });
      await instance.fail('pathB-raise-incident');
      await instance.incident('JOB_NO_RETRIES', 'ServiceTask_15isvh5');
    },
  ],
  [
    `${SDK}/Client-SkipFirstTask.bpmn`,
    'started before the second task: no job for the first',
    async (on) => {
      const instance = await on.start(
        await on.deploy(`${SDK}/Client-SkipFirstTask.bpmn`),
        {},
        'second_service_task',
      );
      await instance.complete('second_service_task');
      await instance.is('COMPLETED');
      await instance.completed('Activity_1d6yufu', 0);
    },
  ],
  [
    `${SDK}/await-outcome.bpmn`,
    'the result is awaited, with the variables asked for',
    async (on) => {
      const processDefinitionId = (await on.deploy(`${SDK}/await-outcome.bpmn`)) as never;
      const variables = { sourceValue: 5, otherValue: 'rome' };
      const options = { processDefinitionId, variables, awaitCompletion: true, requestTimeout: 20_000 };
      const [whole, part] = await Promise.all([
        on.client.createProcessInstance(options),
        on.client.createProcessInstance({ ...options, fetchVariables: ['otherValue'] }),
      ]);
      expect(whole.variables).toEqual(variables);
      expect(part.variables).toEqual({ otherValue: 'rome' });
    },
  ],
  [
    `${SDK}/Signal.bpmn`,
    'a signal starts it with its variables',
    async (on) => {
      const id = await on.deploy(`${SDK}/Signal.bpmn`);
      await on.client.broadcastSignal({ signalName: 'test-signal', variables: { success: true } });
      const instance = await on.started(id);
      expect(await instance.complete('signal-service-task')).toEqual({ success: true });
      await instance.is('COMPLETED');
    },
  ],
  [
    `${SDK}/Client-MessageStart.bpmn`,
    'a message starts one instance with its variables',
    async (on) => {
      const id = await on.deploy(`${SDK}/Client-MessageStart.bpmn`);
      await on.publish('MSG-START_JOB', '', { testKey: 'OHAI' });
      const instance = await on.started(id);
      expect(await instance.complete('console-log-msg-start')).toEqual({ testKey: 'OHAI' });
      await instance.is('COMPLETED');
    },
  ],
  [
    `${SDK}/zeebe-user-task.bpmn`,
    'a user task is assigned and completed',
    async (on) => {
      const instance = await on.start(await on.deploy(`${SDK}/zeebe-user-task.bpmn`));
      const { items } = await on.client.searchUserTasks(
        { filter: { processInstanceKey: instance.key } },
        NOW,
      );
      await on.client.assignUserTask({ userTaskKey: items[0].userTaskKey, assignee: 'demo' });
      expect(await instance.completeUserTask('Activity_1d6heog')).toMatchObject({ assignee: 'demo' });
      await instance.is('COMPLETED');
    },
  ],
  [
    `${SDK}/TasklistTestProcess.bpmn`,
    'a diagram that points at nothing does not stop a deployment',
    async (on) => {
      const instance = await on.start(await on.deploy(`${SDK}/TasklistTestProcess.bpmn`));
      await instance.completeUserTask('Activity_0urphmi');
      await instance.is('COMPLETED');
    },
  ],
  [
    `${SDK}/Client-BrokenBpmn.bpmn`,
    'a service task without its type: refused',
    async (on) => {
      expect(await on.refused(`${SDK}/Client-BrokenBpmn.bpmn`)).not.toHaveLength(0);
    },
  ],
  [
    'camunda-community-hub-camunda-8-benchmark/typical_process.bpmn',
    'ten jobs and two waits; or the short way',
    async (on) => {
      const id = await on.deploy('camunda-community-hub-camunda-8-benchmark/typical_process.bpmn');
      const short = await on.start(id, { benchmark_starter_id: 'x', var2: false });
      for (let job = 0; job < 3; job += 1) await short.complete('benchmark-task-x');
      await short.completed('Event_1bcf2he', 1);
      await short.is('COMPLETED');
      const long = await on.start(id, { benchmark_starter_id: 'x', var2: true });
      for (let leg = 0; leg < 3; leg += 1) {
        for (let job = 0; job < 3; job += 1) await long.complete('benchmark-task-x');
        if (leg < 2) await on.pass(60_000);
      }
      await long.complete('benchmark-task-x-completed');
      await long.completed('end', 1);
      await long.is('COMPLETED');
    },
  ],
  [
    `${SIMULATION}/Simulator.simple.bpmn`,
    'START, TASK, END',
    async (on) => {
      const instance = await on.start(await on.deploy(`${SIMULATION}/Simulator.simple.bpmn`, executable));
      for (const id of ['START', 'TASK', 'END']) await instance.completed(id, 1);
      await instance.is('COMPLETED');
    },
  ],
  [
    `${SIMULATION}/Simulator.task-join.bpmn`,
    'TASK twice, END twice',
    async (on) => {
      const instance = await on.start(await on.deploy(`${SIMULATION}/Simulator.task-join.bpmn`, executable));
      await instance.completed('TASK', 2);
      await instance.completed('END', 2);
      await instance.is('COMPLETED');
    },
  ],
  [
    `${SIMULATION}/Simulator.parallel-gateway.bpmn`,
    'START, F_GATE, J_GATE once, END',
    async (on) => {
      const instance = await on.start(await on.deploy(`${SIMULATION}/Simulator.parallel-gateway.bpmn`));
      for (const id of ['START', 'F_GATE', 'J_GATE', 'END']) await instance.completed(id, 1);
      await instance.is('COMPLETED');
    },
  ],
  [
    'bpmn-miwg-bpmn-miwg-test-suite/B.2.0.bpmn',
    'a picture of every element, not executable: refused',
    async (on) => {
      expect(await on.refused('bpmn-miwg-bpmn-miwg-test-suite/B.2.0.bpmn')).not.toHaveLength(0);
    },
  ],
];
