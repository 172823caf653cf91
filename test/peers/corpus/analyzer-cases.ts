/** Files of a model checker: what can be said of every run of a process. */
import { expect } from 'vitest';
import type { CorpusCase } from './corpus-run.js';

const STUCK = 'timkraeuter-rust_bpmn_analyzer/p6_stuck.bpmn';

/** The checker takes either flow of the gateway; here a condition says which. */
function choosing(xml: string): string {
  return xml
    .replace(
      /<bpmn:sequenceFlow id="Flow_1ysq2nj"([^>]*)\/>/,
      '<bpmn:sequenceFlow id="Flow_1ysq2nj"$1><bpmn:conditionExpression>=second</bpmn:conditionExpression></bpmn:sequenceFlow>',
    )
    .replace(
      '<bpmn:exclusiveGateway id="Gateway_0f2lyw0">',
      '<bpmn:exclusiveGateway id="Gateway_0f2lyw0" default="Flow_0tzd64p">',
    );
}

/** The table. */
export const ANALYZER_CASES: readonly CorpusCase[] = [
  [
    'timkraeuter-rust_bpmn_analyzer/p2.bpmn',
    'sound: every task once',
    async (on) => {
      const instance = await on.start(await on.deploy('timkraeuter-rust_bpmn_analyzer/p2.bpmn'));
      for (const id of ['A', 'B', 'p_join', 'End']) await instance.completed(id, 1);
      await instance.is('COMPLETED');
    },
  ],
  [
    STUCK,
    'whichever way it goes, the join waits for ever and the task behind it is dead',
    async (on) => {
      const processId = await on.deploy(STUCK, choosing);
      for (const [second, taken, other] of [
        [true, 'Activity_05ibc9u', 'Activity_0hdhpcz'],
        [false, 'Activity_0hdhpcz', 'Activity_05ibc9u'],
      ] as const) {
        const instance = await on.start(processId, { second });
        await instance.completed(taken, 1);
        for (const id of [other, 'Gateway_1ryxq01', 'Activity_0e5hx54', 'Event_0yirzdp']) {
          await instance.completed(id, 0);
        }
        await instance.waitsAt();
        await instance.is('ACTIVE');
      }
    },
  ],
  [
    STUCK,
    'as it is, nothing says which flow of the gateway is meant: refused',
    async (on) => {
      expect(await on.refused(STUCK)).toContain('Flow_1ysq2nj');
    },
  ],
];
