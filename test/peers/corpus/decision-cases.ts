/** Cases of several files with a decision: a benchmark with calls in a multi-instance, and a transport. */
import { expect } from 'vitest';
import type { CorpusCase, CorpusRun } from './corpus-run.js';

const BENCHMARK = 'camunda-community-hub-camunda-8-benchmark';
const PLAY = 'camunda-community-hub-zeebe-play';
const NOW = { consistency: { waitUpToMs: 0 } };
const HOUR = 3_600_000;

/** Completes every job of a type that called instances have; answers what their workers saw of one variable. */
async function completeAll(on: CorpusRun, type: string, count: number, name: string): Promise<unknown[]> {
  const { jobs } = await on.client.activateJobs({
    type,
    worker: 'corpus',
    timeout: 60_000,
    maxJobsToActivate: count + 1,
    requestTimeout: 2000,
  });
  for (const { jobKey } of [...jobs].reverse()) await on.client.completeJob({ jobKey });
  return jobs.map(({ variables }) => variables[name]);
}

/** Brings a transport to where it waits to arrive or for an inspection, by way of a damaged engine. */
async function fly(on: CorpusRun, processId: string, cargo: readonly string[]) {
  const instance = await on.start(processId, { captain: 'solo', ship: 'falcon', cargo });
  await instance.completeUserTask('Activity_0n70dwj');
  await on.pass(2 * HOUR);
  await instance.waitsAt('Activity_0q9r16c', 'Activity_1vjd2np');
  await instance.complete('collect-money');
  await instance.completeUserTask('Activity_1vjd2np');
  await instance.throwError('travel-to-target-system', 'engine-damaged');
  await instance.complete('send-droids-to-repair');
  await instance.complete('travel-to-target-system');
  await instance.waitsAt('Gateway_1u926i9');
  return instance;
}

/** File, outcome, and how it is brought about. */
export const DECISION_CASES: readonly CorpusCase[] = [
  [
    `${BENCHMARK}/complex_process.bpmn`,
    'n calls with a decision and a job, results in the order of the list, then task10',
    async (on) => {
      const files = ['complex_process.bpmn', 'complex_subprocess.bpmn', 'complex_decision.dmn'];
      // The process calls the decision by another id than the file gives it.
      const processId = await on.deployAll(
        files.map((file) => `${BENCHMARK}/${file}`),
        (xml) => xml.replace('"benchmark-decision-2x10"', '"benchmark-decision"'),
      );
      const list = ['c', 'a', 'j', 'a'];
      const expected = [
        'hey - Camunda starts with a c :-) ',
        'yes',
        'also great if you need a  nested for each loop',
        'yes',
      ];
      const instance = await on.start(processId, { list, benchmark_starter_id: 'x' });
      await on.pass(5000);
      await expect
        .poll(async () => (await on.client.searchDecisionInstances({}, NOW)).page.totalItems)
        .toBe(list.length);
      const seen = await completeAll(on, 'benchmark-task', list.length, 'decisionResult');
      expect(seen.sort()).toEqual([...expected].sort());
      expect(await instance.complete('benchmark-task-x-completed')).toMatchObject({ results: expected });
      await instance.is('COMPLETED');
    },
  ],
  [
    `${PLAY}/solos-transport-process.bpmn`,
    'legal cargo is delivered; a bounty hunter disturbs without interrupting',
    async (on) => {
      const processId = await on.deployAll([
        `${PLAY}/solos-transport-process.bpmn`,
        `${PLAY}/is_legal_good.dmn`,
      ]);
      const instance = await fly(on, processId, ['water', 'mining tools']);
      await on.publish('bounty-hunter', 'solo');
      await instance.completeUserTask('Activity_13ouuxd');
      await on.publish('imperial-inspection', 'falcon');
      await instance.waitsAt('Activity_1jc9ilh');
      await instance.completed('Activity_1xyt9cw', 1);
      expect((await instance.variables())['cargo_items']).toEqual([
        { item: 'water', is_legal: true },
        { item: 'mining tools', is_legal: true },
      ]);
      await instance.completeUserTask('Activity_1jc9ilh');
      await instance.is('COMPLETED');
    },
  ],
  [
    `${PLAY}/solos-transport-process.bpmn`,
    'illegal cargo is got rid of; without an inspection it arrives after six hours',
    async (on) => {
      const processId = await on.deployAll([
        `${PLAY}/solos-transport-process.bpmn`,
        `${PLAY}/is_legal_good.dmn`,
      ]);
      const inspected = await fly(on, processId, ['water', 'spice']);
      await on.publish('imperial-inspection', 'falcon');
      await inspected.completed('Event_0axchv0', 1);
      await inspected.is('COMPLETED');
      const lucky = await fly(on, processId, ['spice']);
      await on.pass(6 * HOUR);
      await lucky.waitsAt('Activity_1jc9ilh');
      await lucky.completeUserTask('Activity_1jc9ilh');
      await lucky.is('COMPLETED');
    },
  ],
];
