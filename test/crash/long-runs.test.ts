/**
 * kill -9 at random moments while instances run on and on without a wait state, one piece in a commit after the other:
 * each goes on where the last commit left it, no turn is lost or done twice, and replaying gives the stored state.
 * `CRASH_SEED` and `CRASH_KILLS` repeat or lengthen a run.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { expect, test } from 'vitest';
import { checkJournal } from '../../server/store/check-journal.js';
import { bpmnXml, chain } from '../support/bpmn-xml.js';
import { randomFrom } from '../support/crash-model.js';
import { createClient, startServer } from '../support/server.js';

const SEED = Number(process.env['CRASH_SEED'] ?? 1);
const KILLS = Number(process.env['CRASH_KILLS'] ?? 3);
const TURNS = 800;
const RUNS = 1_200;

/** Turns round `turns` times, with a value that grows. */
const LOOP = bpmnXml({
  id: 'loop',
  nodes: [
    { type: 'startEvent', id: 'start' },
    { type: 'exclusiveGateway', id: 'again' },
    {
      type: 'scriptTask',
      id: 'turn',
      extensions: ['<zeebe:script expression="=n + 1" resultVariable="n" />'],
    },
    { type: 'exclusiveGateway', id: 'more', attributes: { default: 'more-to-end' } },
    { type: 'endEvent', id: 'end' },
  ],
  flows: [
    ...chain('start', 'again', 'turn', 'more', 'end'),
    { from: 'more', to: 'again', condition: `=n < ${TURNS}` },
  ],
});

/** Runs an activity many times side by side, each without a wait state. */
const EACH = bpmnXml({
  id: 'each',
  nodes: [
    { type: 'startEvent', id: 'start' },
    {
      type: 'scriptTask',
      id: 'run',
      extensions: ['<zeebe:script expression="=loopCounter" resultVariable="r" />'],
      content: [
        '<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>' +
          `=${RUNS}</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>`,
      ],
    },
    { type: 'endEvent', id: 'end' },
  ],
  flows: chain('start', 'run', 'end'),
});

test(
  'instances that run on and on lose and double nothing',
  async () => {
    const random = randomFrom(SEED);
    const folder = mkdtempSync(join(tmpdir(), 'countersign-long-runs-'));
    const database = join(folder, 'test.db');
    const rows = (sql: string): Record<string, unknown>[] => {
      const connection = new DatabaseSync(database, { readOnly: true });
      try {
        return connection.prepare(sql).all() as Record<string, unknown>[];
      } finally {
        connection.close();
      }
    };
    const written = (): number => Number(rows('select count(*) as count from audit')[0]?.['count']);
    const isOver = (): boolean =>
      rows(`select key from process_instance where ended_at is null`).length === 0;
    try {
      let server = await startServer({ process: true, database });
      const resources = [new File([LOOP], 'loop.bpmn'), new File([EACH], 'each.bpmn')];
      await createClient(server.url).createDeployment({ resources });
      for (const processDefinitionId of ['loop', 'each', 'loop']) {
        const answer = await fetch(`${server.url}/v2/process-instances`, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ processDefinitionId, variables: { n: 0 } }),
        });
        expect(answer.status).toBe(200);
      }
      for (let kill = 0; kill < KILLS; kill += 1) {
        const target = written() + random() * 3_000;
        await expect.poll(() => isOver() || written() >= target, { timeout: 30_000, interval: 5 }).toBe(true);
        await server.kill();
        server = await startServer({ process: true, database });
      }
      await expect
        .poll(() => rows(`select state from process_instance`), { timeout: 60_000, interval: 200 })
        .toEqual(Array.from({ length: 3 }, () => ({ state: 'COMPLETED' })));
      await server.close();
      const done = `select element_id as id, count(*) as count from audit where type = 'element completed'`;
      expect(
        rows(`${done} and element_id in ('turn', 'run') group by root_key, element_id order by id, root_key`),
      ).toEqual([
        { id: 'run', count: RUNS + 1 },
        { id: 'turn', count: TURNS },
        { id: 'turn', count: TURNS },
      ]);
      expect(
        rows(`select value from variable where name = 'n' order by value`).map(({ value }) => Number(value)),
      ).toEqual([0, TURNS, TURNS]);
      const pieces = rows(
        `select type, count(*) as count from audit where type in ('moves postponed', 'moves continued') group by type`,
      );
      expect(pieces[0]?.['count']).toBe(pieces[1]?.['count']);
      expect(Number(pieces[0]?.['count'])).toBeGreaterThan(3);
      expect(await checkJournal(database)).toMatchObject({ differences: [], activeTrees: 0 });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
  60_000 + KILLS * 10_000,
);
