/**
 * Somebody has the database but not the key, and hides what happened: rows, columns of rows, the tables that say which
 * rows belong together, the tree itself. No bundle is made of such a trail, whatever it was asked for.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hashLeaf, parseVerifierKey, verifyBundle } from '@countersign/engine';
import type { BundleVerdict } from '@countersign/engine';
import { openBundle } from '../../server/audit/bundle/open-bundle.js';
import { nodeJournalPort as port } from '../../server/audit/journal-port.js';
import { readTileLeaves } from '../../server/audit/proof/tile-leaves.js';
import { fastLeafText } from '../../server/audit/sequencer/leaf-text.js';
import { leafIndexOf } from '../../server/store/audit-tree.js';
import { bpmn } from '../server/models.js';
import { ON_POSTGRES } from '../support/databases.js';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';

const PROCESSES = bpmn(`
  <bpmn:process id="claim" isExecutable="true">
    <bpmn:startEvent id="begin" /><bpmn:sequenceFlow id="f1" sourceRef="begin" targetRef="check" />
    <bpmn:callActivity id="check"><bpmn:extensionElements><zeebe:calledElement processId="look" /></bpmn:extensionElements></bpmn:callActivity>
    <bpmn:sequenceFlow id="f2" sourceRef="check" targetRef="done" /><bpmn:endEvent id="done" />
  </bpmn:process>
  <bpmn:process id="look" isExecutable="true">
    <bpmn:startEvent id="start" /><bpmn:sequenceFlow id="g1" sourceRef="start" targetRef="end" /><bpmn:endEvent id="end" />
  </bpmn:process>`);

let server: TestServer;
let folder: string;
/** The instance that is asked for, the one it called, and another one of the process. */
let [mine, called, another] = ['', '', ''];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-hidden-'));
  server = await startServer();
  const { runtime } = server;
  await runtime?.deploy({ resources: [{ name: 'claim.bpmn', content: PROCESSES }], actor: 'user:mary' });
  // The tree needs more tiles than one, so that hashes of several levels stand for what is not shown.
  for (let count = 0; count < 40; count += 1) {
    await runtime?.createInstance({ processId: 'claim', variables: { count } }, 'user:mary');
  }
  [mine, another] = await pluck('root_key = key order by key limit 2 offset 20');
  [called] = await pluck(`root_key = ${mine} and root_key <> key`);
  await bundle('');
});

afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function pluck(where: string): Promise<string[]> {
  const rows = await sql<{ key: number | string }[]>(`select key from process_instance where ${where}`);
  return rows.map(({ key }) => String(key));
}

async function sql<T>(statement: string): Promise<T> {
  const answer = (await server.runtime?.store.knex.raw(statement)) as T | { rows: T };
  return typeof answer === 'object' && answer !== null && 'rows' in answer ? answer.rows : answer;
}

/** Takes the guards away and changes the database. */
async function tamper(...statements: readonly string[]): Promise<void> {
  const guards = ON_POSTGRES
    ? ['drop trigger audit_keeps_rows on audit']
    : ['drop trigger audit_keeps_rows', 'drop trigger audit_keeps_values'];
  for (const statement of [...guards, ...statements]) await sql(statement);
}

async function bundle(query: string): Promise<BundleVerdict> {
  const answer = await fetch(`${server.url}/api/audit/bundle?${query}`);
  expect(answer.status, await answer.clone().text()).toBe(200);
  const path = join(folder, 'bundle.zip');
  writeFileSync(path, Buffer.from(await answer.arrayBuffer()));
  const keys = (await (await fetch(`${server.url}/api/audit/keys`)).json()) as { items: { key: string }[] };
  const key = parseVerifierKey(port, keys.items[0].key);
  if (key === undefined) throw new Error('The log has no key.');
  const opened = await openBundle(path);
  try {
    return await verifyBundle(port, opened, { key });
  } finally {
    opened.close();
  }
}

function said({ checks }: BundleVerdict, name: string): string {
  const check = checks.find((one) => one.name === name);
  return `${check?.result}: ${check?.said}`;
}

describe('a bundle of an instance', () => {
  it('is complete: it shows the numbers of its tree without a hole, and contents of its own rows alone', async () => {
    for (const key of [mine, called]) {
      const verdict = await bundle(`processInstanceKey=${key}`);
      expect(verdict.isComplete).toBe(true);
      expect(said(verdict, 'selection')).toMatch(
        /^ok: \d+ rows of the instance, with \d+ of other instances of its tree: their numbers have no hole$/,
      );
    }
    const contents = said(await bundle(`processInstanceKey=${called}`), 'contents');
    expect(contents).toMatch(/^ok: 1 are .* [1-9]\d* are withheld from you$/);
  });

  it('does not pretend to be complete where that cannot be seen', async () => {
    for (const query of [`processInstanceKey=${mine}&elementId=begin`, 'elementId=done', 'type=flow taken']) {
      const verdict = await bundle(query);
      expect([verdict.isGenuine, verdict.isComplete]).toEqual([true, false]);
      expect(said(verdict, 'selection')).toMatch(
        /^none: that none of the \d+ rows left out .* the log alone$/,
      );
    }
  });
});

/** One row of the instance: its first, one in the middle, its last. */
const ROWS = {
  first: 'order by sequence limit 1',
  'middle one': 'order by sequence limit 1 offset 4',
  last: 'order by sequence desc limit 1',
};
/** What is done to it. */
const ACTS = {
  deleted: 'delete from audit where position = $row',
  'without its root': 'update audit set root_key = null where position = $row',
  'without its instance': 'update audit set process_instance_key = null where position = $row',
  'without its number': 'update audit set sequence = null where position = $row',
  'given another number': 'update audit set sequence = 9000 where position = $row',
  'moved to another instance':
    'update audit set root_key = $another, process_instance_key = $another, sequence = 9000 where position = $row',
  'moved to another time': 'update audit set at = 5 where position = $row',
  'of another kind': "update audit set type = 'element completed?' where position = $row",
  'no longer readable': "update audit set data = '{' where position = $row",
};

describe.each(Object.entries(ROWS))('where the %s row of an instance was', (_which, order) => {
  it.each(Object.entries(ACTS))('%s, no bundle is made', async (_what, act) => {
    const [{ position }] = await sql<{ position: number }[]>(
      `select position from audit where process_instance_key = ${mine} ${order}`,
    );
    await tamper(act.replaceAll('$row', String(position)).replaceAll('$another', another));
    for (const query of [`processInstanceKey=${mine}`, 'elementId=check', `actor=user:mary&doneBy=human`]) {
      const verdict = await bundle(query);
      expect(verdict.isGenuine).toBe(false);
      expect(said(verdict, 'manifest')).toMatch(
        new RegExp(`The audit row at position ${position} was (changed|removed)`),
      );
    }
  });
});

describe('no bundle is made where somebody', () => {
  it.each([
    [
      'put the instance into another tree',
      'update process_instance set root_key = $another where key = $called',
    ],
    ['renamed the process', "update process_definition set process_id = 'other' where process_id = 'claim'"],
    ['removed the definitions', "delete from process_definition where process_id = 'claim'"],
  ])('%s in the tables beside the journal', async (_what, act) => {
    await sql(act.replace('$another', another).replace('$called', called));
    const query = act.includes('definition') ? 'processDefinitionId=claim' : `processInstanceKey=${called}`;
    const verdict = await bundle(query);
    expect(said(verdict, 'manifest')).toMatch(/The audit row at position \d+ (is of|deployed) .* another/);
  });

  it('changed a row and its leaf in the tree', async () => {
    const [{ position }] = await sql<{ position: number | string }[]>(
      `select position from audit where process_instance_key = ${mine} limit 1`,
    );
    const knex = server.runtime?.store.knex;
    if (!knex) throw new Error('The server runs elsewhere.');
    await tamper(`update audit set process_instance_key = ${another} where position = ${position}`);
    const index = (await leafIndexOf(knex, Number(position))) ?? 0;
    const place = { level: 0, tile: Math.floor(index / 256) };
    const [hashes] = await knex('audit_tree').where(place).pluck<Buffer[]>('hashes');
    const { row } = (await readTileLeaves(knex, place.tile, index + 1))[index % 256];
    if (typeof row !== 'object') throw new Error('There is no row.');
    hashes.set(hashLeaf(port.sha256, port.encodeText(fastLeafText(row))), (index % 256) * 32);
    await knex('audit_tree').where(place).update({ hashes });
    const verdict = await bundle(`processInstanceKey=${mine}`);
    expect(said(verdict, 'manifest')).toContain('do not give the root that was signed');
  });

  it.each([
    [
      'took positions out of a tile',
      "update audit_tree set positions = '[1,2,3]' where level = 0 and tile = 0",
    ],
    [
      'let a tile name one row twice',
      "update audit_tree set positions = replace(positions, '17', '18') where level = 0",
    ],
    ['took a tile out', 'delete from audit_tree where level = 0 and tile = 0'],
  ])('%s', async (_what, act) => {
    await sql(act);
    expect(said(await bundle(`processInstanceKey=${mine}`), 'manifest')).toMatch(
      /^failed: the server could not/,
    );
  });
});

describe('a bundle of a period', () => {
  const PERIOD = `from=2030-01-02&to=2030-01-03`;

  it.each([
    ['the first rows were removed', 'order by position limit 300'],
    ['the last rows were removed', 'order by position desc limit 300'],
    ['all rows were removed', ''],
  ])('is not made where %s', async (_what, order) => {
    await setDays();
    expect((await bundle(PERIOD)).isComplete).toBe(true);
    const from = `select position from audit where at >= ${Date.UTC(2030, 0, 2)} and at < ${Date.UTC(2030, 0, 3)} ${order}`;
    await tamper(`delete from audit where position in (select position from (${from}) as gone)`);
    expect((await bundle(PERIOD)).isGenuine).toBe(false);
  });

  it('does not look at rows that are long before or after it', async () => {
    await setDays();
    await tamper("update audit set element_id = 'other' where position = 3");
    expect((await bundle(PERIOD)).isComplete).toBe(true);
    expect((await bundle('to=2030-01-02')).isGenuine).toBe(false);
  });

  /** Rows of three days, some hundreds each. */
  async function setDays(): Promise<void> {
    for (const day of [1, 2, 3]) {
      const pinned = await fetch(`${server.url}/v2/clock`, {
        method: 'PUT',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ timestamp: Date.UTC(2030, 0, day, 12) }),
      });
      expect(pinned.status).toBe(204);
      for (let count = 0; count < 30; count += 1) {
        await server.runtime?.createInstance({ processId: 'claim', variables: { count } }, 'user:mary');
      }
    }
  }
});
