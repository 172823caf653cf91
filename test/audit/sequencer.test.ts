/** The tree over the journal: grown beside the commits, proved by checkpoints, continued after every kind of end. */
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  createFrontier,
  leafOf,
  parseCheckpoint,
  parseVerifierKey,
  readKeyChain,
  toBase64,
  trustedKeys,
  verifyNote,
} from '@countersign/engine';
import { nodeJournalPort } from '../../server/audit/journal-port.js';
import { openLeafWork } from '../../server/audit/sequencer/leaves.js';
import { openAuditTrail, trailFiles } from '../../server/audit/trail.js';
import type { AuditTrail } from '../../server/audit/trail.js';
import { readTileLeaves } from '../../server/audit/proof/tile-leaves.js';
import { openLeafReader } from '../../server/store/leaf-reader.js';
import { lastCheckpoint, leafIndexOf, readKeys, readSubtree } from '../../server/store/audit-tree.js';
import { bpmnXml, chain, serviceTask } from '../support/bpmn-xml.js';
import { openTestRuntime } from '../support/runtime.js';
import type { TestRuntime } from '../support/runtime.js';

const WORK = bpmnXml({
  id: 'claim',
  nodes: [{ type: 'startEvent', id: 'start' }, serviceTask('work'), { type: 'endEvent', id: 'end' }],
  flows: chain('start', 'work', 'end'),
});

let open: TestRuntime;
let trail: AuditTrail;

/** Opens the trail without a thread and without rounds of its own: tests say when. */
async function openTrail(): Promise<AuditTrail> {
  return openAuditTrail(open.runtime, trailFiles(open.path), {
    onError: (error) => open.errors.push(error),
    work: await openLeafWork(open.path),
    interval: 3_600_000,
  });
}

async function create(count: number): Promise<void> {
  const one = () => open.runtime.createInstance({ processId: 'claim', variables: { a: 1 } }, 'user:mary');
  await Promise.all(Array.from({ length: count }, one));
}

/** The root hash that the rows of the table give, computed one by one. */
async function slowRoot(): Promise<{ size: number; root: string }> {
  const reader = await openLeafReader(open.path);
  const { leaves } = await reader.read('', 1_000_000);
  await reader.close();
  const frontier = createFrontier(nodeJournalPort.sha256);
  for (const leaf of leaves) frontier.append(leafOf(nodeJournalPort, leaf).hash);
  return { size: frontier.size, root: toBase64(frontier.root()) };
}

beforeEach(async () => {
  open = await openTestRuntime();
  await open.deploy(WORK);
  trail = await openTrail();
});
afterEach(async () => {
  await trail.close();
  expect(open.errors).toEqual([]);
  await open.close();
});

describe('the sequencer', () => {
  test('takes every row into the tree, across tiles and restarts', async () => {
    for (const count of [3, 30, 1, 120]) {
      await create(count);
      await trail.catchUp();
      expect(await lastCheckpoint(open.runtime.store.knex)).toMatchObject(await slowRoot());
      await trail.close();
      await open.restart();
      trail = await openTrail();
    }
  });

  test('signs checkpoints that its key verifies, and adds them to the file', async () => {
    await create(2);
    await trail.catchUp();
    const { knex } = open.runtime.store;
    const [stored] = await readKeys(knex);
    const key = parseVerifierKey(nodeJournalPort, stored.key);
    const last = await lastCheckpoint(knex);
    const parsed = parseCheckpoint(last?.note ?? '');
    expect(parsed?.checkpoint).toMatchObject({ origin: trail.origin, size: last?.size });
    expect(key && parsed && verifyNote(nodeJournalPort, parsed.note, [key]).signed).toHaveLength(1);
    await trail.close();
    const lines = readFileSync(trailFiles(open.path).checkpointFile, 'utf8').trim().split('\n');
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ size: last?.size, note: last?.note });
    trail = await openTrail();
  });

  test('knows where a row stands, and the subtrees above it', async () => {
    await create(60);
    await trail.catchUp();
    const { knex } = open.runtime.store;
    const size = (await lastCheckpoint(knex))?.size ?? 0;
    expect(size).toBeGreaterThan(256);
    const [{ position }] = open.rows<{ position: number }>(
      'select position from audit order by position limit 1 offset 299',
    );
    expect(await leafIndexOf(knex, position)).toBe(299);
    const reader = await openLeafReader(open.path);
    const { leaves } = await reader.read('', 256);
    await reader.close();
    const frontier = createFrontier(nodeJournalPort.sha256);
    for (const leaf of leaves) frontier.append(leafOf(nodeJournalPort, leaf).hash);
    expect(await readSubtree(knex, 8, 0)).toEqual(new Uint8Array(frontier.root()));
    await expect(readSubtree(knex, 8, 99)).rejects.toThrow(/no complete subtree 99 of level 8/);
  });

  test('tells how many leaves there are and how long a row waited', async () => {
    await create(1);
    open.clock.pin(open.clock.now() + 1_500);
    await trail.catchUp();
    expect(trail.figures()).toMatchObject({ lastWait: 1_500, checkpointAt: open.clock.now() });
    expect(trail.figures().leaves).toBe((await slowRoot()).size);
  });

  test('measures a wait from when a row could be seen, and not from the time that it bears', async () => {
    await create(1);
    await trail.catchUp();
    open.clock.pin(open.clock.now() + 600_000);
    await trail.catchUp();
    // By hand, as nobody who writes rows would: with a time of long ago.
    await open.runtime.store.knex.raw(
      "insert into audit (at, actor, type, data) select at - 500000, actor, 'signed out', '{}' from audit limit 1",
    );
    open.clock.pin(open.clock.now() + 700);
    await trail.catchUp();
    expect(trail.figures()).toMatchObject({ lastWait: 700, longestWait: 700 });
  });

  test('counts rows from before the start from the start on', async () => {
    await create(1);
    await trail.close();
    open.clock.pin(open.clock.now() + 9_000);
    trail = await openTrail();
    open.clock.pin(open.clock.now() + 400);
    await trail.catchUp();
    expect(trail.figures().longestWait).toBeLessThanOrEqual(400);
    expect(trail.figures().lastWait).toBeGreaterThanOrEqual(9_000);
  });
});

/** What the stored tree names, leaf by leaf. */
async function leavesOfTree(): Promise<number[]> {
  const { knex } = open.runtime.store;
  const size = (await lastCheckpoint(knex))?.size ?? 0;
  const positions: number[] = [];
  for (let tile = 0; tile * 256 < size; tile += 1)
    positions.push(...(await readTileLeaves(knex, tile, size)).map(({ position }) => position ?? NaN));
  return positions;
}

describe('a round that could not be stored', () => {
  let fate: 'stored' | 'lost' | 'answer lost';
  let isAway: boolean;
  /** Whether the database is away from the next commit on. */
  let goesAway: boolean;

  /** The trail over a database that fails as the test says. */
  const openUnsteady = async (): Promise<void> => {
    await trail.close();
    const { store } = open.runtime;
    const knex = new Proxy(store.knex, {
      apply(target, self, given: []) {
        if (isAway) throw new Error('The database is away');
        return Reflect.apply(target, self, given) as unknown;
      },
    });
    const commit: typeof open.runtime.commit = async (write) => {
      isAway = goesAway;
      if (fate === 'lost') throw new Error('The connection was lost');
      const written = await open.runtime.commit(write);
      if (fate === 'answer lost') throw new Error('The answer was lost');
      return written;
    };
    trail = await openAuditTrail(
      { ...open.runtime, store: { ...store, knex }, commit },
      trailFiles(open.path),
      { onError: () => undefined, work: await openLeafWork(open.path), interval: 3_600_000 },
    );
  };
  const expectEachRowOnce = async (): Promise<void> => {
    expect(await lastCheckpoint(open.runtime.store.knex)).toMatchObject(await slowRoot());
    const rows = (await open.runtime.store.knex('audit').select<{ position: number }[]>('position')).map(
      ({ position }) => position,
    );
    const inTree = await leavesOfTree();
    expect(inTree.toSorted((a, b) => a - b)).toEqual(rows.toSorted((a, b) => a - b));
  };

  beforeEach(async () => {
    fate = 'stored';
    isAway = goesAway = false;
    await openUnsteady();
    await create(2);
    await trail.catchUp();
  });

  test.each(['lost', 'answer lost'] as const)(
    '%s while the database is away leaves no hole in the tree',
    async (how) => {
      await create(120);
      fate = how;
      goesAway = true;
      await expect(trail.catchUp()).rejects.toThrow(/lost|away/);
      fate = 'stored';
      isAway = goesAway = false;
      await create(3);
      await trail.catchUp();
      await expectEachRowOnce();
    },
  );

  test('is found to be stored, and the tree goes on without another row', async () => {
    await create(1);
    fate = 'answer lost';
    await expect(trail.catchUp()).rejects.toThrow(/answer was lost/);
    fate = 'stored';
    await trail.catchUp();
    await expectEachRowOnce();
    await create(1);
    await trail.catchUp();
    await expectEachRowOnce();
  });

  test('over a database that is older than what was signed signs nothing', async () => {
    await create(1);
    fate = 'lost';
    await expect(trail.catchUp()).rejects.toThrow(/lost/);
    fate = 'stored';
    const { knex } = open.runtime.store;
    const { size } = (await lastCheckpoint(knex)) ?? { size: 0 };
    const [kept] = await knex('audit_checkpoint').where({ size }).select<object[]>();
    await knex('audit_checkpoint').where({ size }).delete();
    await expect(trail.catchUp()).rejects.toThrow(`signed up to ${size} rows`);
    await knex('audit_checkpoint').insert(kept);
    await trail.catchUp();
    await expectEachRowOnce();
  });
});

describe('the signing key', () => {
  test('is made for the server alone', () => {
    expect(statSync(trailFiles(open.path).keyFile).mode & 0o777).toBe(0o600);
  });

  test('is handed over: who trusts the first trusts the second, and the log goes on', async () => {
    await create(1);
    await trail.catchUp();
    const [first] = await readKeys(open.runtime.store.knex);
    await trail.rotateKey('user:admin');
    await create(1);
    await trail.catchUp();
    const { knex } = open.runtime.store;
    const keys = await readKeys(knex);
    expect(keys).toHaveLength(2);
    const chainOfKeys = readKeyChain(
      nodeJournalPort,
      trail.origin,
      keys.map(({ statement }) => statement),
    );
    expect(chainOfKeys.problems).toEqual([]);
    const pinned = parseVerifierKey(nodeJournalPort, first.key);
    const trusted = pinned ? trustedKeys(chainOfKeys, pinned) : [];
    expect(trusted).toHaveLength(2);
    const note = parseCheckpoint((await lastCheckpoint(knex))?.note ?? '')?.note;
    expect(note && verifyNote(nodeJournalPort, note, trusted.slice(1)).signed).toHaveLength(1);
    expect(existsSync(`${trailFiles(open.path).keyFile}.next`)).toBe(false);
    await trail.close();
    trail = await openTrail();
  });

  test('that is lost is asked for, and none is made in its place', async () => {
    await trail.close();
    const { keyFile } = trailFiles(open.path);
    const pem = readFileSync(keyFile);
    rmSync(keyFile);
    await expect(openTrail()).rejects.toThrow(/its file .* is missing/);
    writeFileSync(keyFile, pem, { mode: 0o600 });
    trail = await openTrail();
  });
});
