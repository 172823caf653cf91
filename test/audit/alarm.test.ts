/**
 * Somebody changes the database under a running server: it notices by itself, says so in its log, in its figures and on
 * the page, and the completeness statement says what is wrong.
 */
import { parse } from 'csv-parse/sync';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAlarm } from '../../server/audit/proof/alarm.js';
import { startPatrol } from '../../server/audit/proof/patrol.js';
import type { Patrol } from '../../server/audit/proof/patrol.js';
import { bpmnXml, chain, serviceTask } from '../support/bpmn-xml.js';
import { ON_POSTGRES } from '../support/databases.js';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';

const PROCESS = bpmnXml({
  id: 'claim',
  nodes: [{ type: 'startEvent', id: 'start' }, serviceTask('work'), { type: 'endEvent', id: 'end' }],
  flows: chain('start', 'work', 'end'),
});

let server: TestServer;
let knex: NonNullable<TestServer['runtime']>['store']['knex'];

beforeEach(async () => {
  server = await startServer();
  if (!server.runtime) throw new Error('The server runs elsewhere.');
  ({ knex } = server.runtime.store);
  await server.runtime.deploy({ resources: [{ name: 'claim.bpmn', content: PROCESS }], actor: 'user:mary' });
  for (let count = 0; count < 80; count += 1)
    await server.runtime.createInstance({ processId: 'claim', variables: {} }, 'user:mary');
  // A bundle waits until every row has its leaf.
  await (await fetch(`${server.url}/api/audit/bundle`)).arrayBuffer();
});
afterEach(() => server.close());

async function tamper(sql: string): Promise<void> {
  const guards = ON_POSTGRES
    ? ['drop trigger audit_keeps_rows on audit']
    : ['drop trigger audit_keeps_rows', 'drop trigger audit_keeps_values'];
  for (const statement of [...guards, sql]) await knex.raw(statement);
}

async function alarmOf(url: string): Promise<{ differing: number; first: string } | null> {
  const answer = (await (await fetch(`${url}/api/audit/sequencer`)).json()) as { alarm: never };
  return answer.alarm;
}

async function statement(): Promise<Record<string, string>[]> {
  const answer = await fetch(`${server.url}/api/audit/exports?report=completeness&format=csv`);
  return parse(await answer.text(), { bom: true, columns: true });
}

describe('a patrol', () => {
  let told: string[];
  let patrol: Patrol;
  const alarm = () => createAlarm((error) => told.push(error.message), Date.now);

  beforeEach(() => {
    told = [];
  });
  afterEach(() => patrol.close());

  /** Looks at every tile once. */
  async function goRound(raised = alarm()): Promise<ReturnType<typeof alarm>> {
    patrol = startPatrol({ knex, alarm: raised, onError: (error) => told.push(String(error)) });
    while (!(await patrol.step()));
    return raised;
  }

  it('finds nothing where nothing was changed', async () => {
    expect((await goRound()).figures()).toEqual({ differing: 0, first: null, since: null });
  });

  it.each([
    ['changed', "update audit set element_id = 'other' where position in (7, 300)", 'was changed in'],
    ['removed', 'delete from audit where position in (7, 300)', 'was removed from'],
  ])('tells once of each row that was %s', async (_what, sql, words) => {
    await tamper(sql);
    const raised = await goRound();
    await patrol.close();
    await goRound(raised);
    const sentences = [7, 300].map(
      (at) => `The audit row at position ${at} ${words} the database after it was recorded.`,
    );
    // On PostgreSQL leaves need not be in the order of positions.
    expect([...told].sort()).toEqual([...sentences].sort());
    expect(raised.figures()).toMatchObject({ differing: 2, first: told[0] });
  });
});

describe('a server whose trail was changed', () => {
  it('raises the alarm when a bundle finds it, in the figures and for the page', async () => {
    expect(await alarmOf(server.url)).toBeNull();
    await tamper('update audit set at = at + 1 where position = 40');
    await (await fetch(`${server.url}/api/audit/bundle?elementId=end`)).arrayBuffer();
    expect(await alarmOf(server.url)).toMatchObject({
      differing: 1,
      first: 'The audit row at position 40 was changed in the database after it was recorded.',
    });
    const figures = await (await fetch(`${server.url}/metrics`)).text();
    expect(figures).toContain('\ncountersign_audit_differing_rows 1\n');
  });

  it.each([
    [
      'the last rows were removed',
      'delete from audit where position > 300',
      /\d+ were removed and 0 changed/,
    ],
    ['the first row was removed', 'delete from audit where position = 1', /1 were removed and 0 changed/],
    [
      'a row was changed',
      "update audit set type = 'job failed' where position = 9",
      /0 were removed and 1 changed/,
    ],
  ])('states that it is not complete where %s', async (_what, sql, words) => {
    expect((await statement()).at(-1)?.['source']).toBe('Statement: complete');
    await tamper(sql);
    const lines = await statement();
    expect(lines.find(({ source }) => source === 'Rows that are what was recorded')?.['finding']).toMatch(
      words,
    );
    expect(lines.filter(({ source }) => source === 'ALARM').length).toBeGreaterThan(0);
    const last = lines.at(-1);
    expect(last?.['source']).toBe('Statement: NOT complete');
    expect(last?.['finding']).toContain('\nnot complete\n');
    expect((await alarmOf(server.url))?.differing).toBeGreaterThan(0);
  });
});
