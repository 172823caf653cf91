/** Cases of Zeebe's process specification and its BPMN compatibility kit. */
import { expect } from 'vitest';
import type { CorpusCase } from './corpus-run.js';

const SPEC = 'camunda-community-hub-zeebe-spec';
const TCK = 'zeebe-io-bpmn-tck';
const NOW = { consistency: { waitUpToMs: 0 } };

/** File, outcome, and how it is brought about. */
export const SPECIFICATION_CASES: readonly CorpusCase[] = [
  [
    `${SPEC}/demo.bpmn`,
    'jobs a, b, c, then completed',
    async (on) => {
      const instance = await on.start(await on.deploy(`${SPEC}/demo.bpmn`));
      for (const type of ['a', 'b', 'c']) await instance.complete(type);
      await instance.is('COMPLETED');
    },
  ],
  [
    `${SPEC}/demo2.bpmn`,
    'message, error on b, job c',
    async (on) => {
      const instance = await on.start(await on.deploy(`${SPEC}/demo2.bpmn`), { key: 'key-1' });
      await on.publish('message-1', 'key-1');
      await instance.waitsAt('Activity_1xr2g5d');
      await instance.throwError('b', 'error-1');
      await instance.terminated('Activity_1xr2g5d');
      await instance.waitsAt('Activity_1g1az2f');
      await instance.complete('c');
      await instance.is('COMPLETED');
    },
  ],
  [
    `${SPEC}/demo2.bpmn`,
    'without a key: incident at the message',
    async (on) => {
      const instance = await on.start(await on.deploy(`${SPEC}/demo2.bpmn`));
      await instance.incident('EXTRACT_VALUE_ERROR', 'Event_0tf6wgs');
      await instance.is('ACTIVE');
    },
  ],
  [
    `${SPEC}/exclusive-gateway.bpmn`,
    'x=8 to B, x=3 to C, no x an incident',
    async (on) => {
      const id = await on.deploy(`${SPEC}/exclusive-gateway.bpmn`);
      for (const [variables, element] of [
        [{ x: 8 }, 'Activity_0dceglv'],
        [{ x: 3 }, 'Activity_1iq4mqw'],
      ] as const) {
        const instance = await on.start(id);
        await instance.complete('a', variables);
        await instance.waitsAt(element);
      }
      const without = await on.start(id);
      await without.complete('a');
      const { items } = await on.client.searchIncidents({ filter: { processInstanceKey: without.key } }, NOW);
      expect(items).toMatchObject([{ elementId: 'Gateway_0piucw5', state: 'ACTIVE' }]);
    },
  ],
  [
    `${SPEC}/external-worker-test.bpmn`,
    'x=5, the worker returns x+1',
    async (on) => {
      const instance = await on.start(await on.deploy(`${SPEC}/external-worker-test.bpmn`), { x: 5 });
      expect(await instance.complete('external-worker', { x: 6 })).toEqual({ x: 5 });
      await instance.is('COMPLETED');
      expect(await instance.variables()).toEqual({ x: 6 });
    },
  ],
  [
    `${TCK}/error-boundary-event.bpmn`,
    'error on a: A terminated, C active',
    async (on) => {
      const instance = await on.start(await on.deploy(`${TCK}/error-boundary-event.bpmn`));
      await instance.throwError('a', 'error-1');
      await instance.terminated('Activity_07gs461');
      await instance.waitsAt('Activity_1gq7sfq');
    },
  ],
  [
    `${TCK}/timer-boundary-event.bpmn`,
    'time passes: A terminated, C active',
    async (on) => {
      const instance = await on.start(await on.deploy(`${TCK}/timer-boundary-event.bpmn`));
      await on.pass(1000);
      await instance.waitsAt('Activity_1r1b4ee');
      await instance.terminated('Activity_067y5bp');
    },
  ],
  [
    `${TCK}/parallel-gateway.bpmn`,
    'fork and join once',
    async (on) => {
      const instance = await on.start(await on.deploy(`${TCK}/parallel-gateway.bpmn`));
      await instance.waitsAt('Activity_00pu2i1', 'Activity_095rr6u');
      await instance.complete('a');
      await instance.completed('Gateway_01zac95', 0);
      await instance.complete('b');
      await instance.completed('Gateway_01zac95', 1);
      await instance.is('COMPLETED');
    },
  ],
  [
    `${TCK}/parallel-gateway.bpmn`,
    'cancelled while it waits',
    async (on) => {
      const instance = await on.start(await on.deploy(`${TCK}/parallel-gateway.bpmn`));
      await instance.complete('a');
      await instance.cancel();
      await instance.terminated('Activity_095rr6u');
      await instance.is('TERMINATED');
    },
  ],
  [
    `${TCK}/asymmetric-parallel-gateway.bpmn`,
    'two tokens on one flow: the join waits for A',
    async (on) => {
      const instance = await on.start(await on.deploy(`${TCK}/asymmetric-parallel-gateway.bpmn`));
      await instance.complete('b');
      await instance.complete('c');
      await instance.completed('Gateway_1ljxgvy', 0);
      await instance.waitsAt('Activity_0ihoi5q');
    },
  ],
];
