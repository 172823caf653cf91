import { afterEach, beforeEach, expect, test } from 'vitest';
import { ON_POSTGRES, createTestDatabase } from '../../test/support/databases.js';
import { createLeafHashes } from './queries/leaf-hashes.js';
import { endSnapshots, openSnapshot } from './snapshots.js';
import { openStore } from './store.js';
import type { Store } from './store.js';

let store: Store;
let remove: () => Promise<void>;

beforeEach(async () => {
  const database = await createTestDatabase();
  remove = database.remove;
  store = await openStore(database.address);
  await store.knex('setting').insert({ name: 'a', value: '1' });
});
afterEach(async () => {
  await store.close();
  await remove();
});

const names = async (knex: Store['knex']): Promise<string[]> =>
  (await knex('setting').orderBy('name').pluck<string[]>('name')).filter((name) => name.length === 1);

test('a snapshot stays as the database was, whatever is written meanwhile', async () => {
  const snapshot = await openSnapshot(store.knex);
  await store.knex('setting').insert({ name: 'b', value: '2' });
  expect(await names(snapshot.knex)).toEqual(['a']);
  expect(await names(store.knex)).toEqual(['a', 'b']);
  await expect(snapshot.knex('setting').insert({ name: 'c', value: '3' })).rejects.toThrow();
  await snapshot.close();
  const next = await openSnapshot(store.knex);
  expect(await names(next.knex)).toEqual(['a', 'b']);
  await next.close();
});

test.skipIf(ON_POSTGRES)(
  'snapshots of an embedded database can be ended, and their readers hear of it',
  async () => {
    const snapshot = await openSnapshot(store.knex);
    endSnapshots(store.knex);
    await expect(names(snapshot.knex)).rejects.toThrow();
    await snapshot.close();
  },
);

test('leaf hashes are found by position, in tiles that are full, half full, or far away', async () => {
  const tile = (number: number, positions: readonly number[]) => ({
    level: 0,
    tile: number,
    hashes: Buffer.concat(positions.map((position) => Buffer.alloc(32, position % 251))),
    positions: JSON.stringify(positions),
    first_position: Math.min(...positions),
    last_position: Math.max(...positions),
  });
  const range = (from: number, count: number): number[] =>
    Array.from({ length: count }, (_, at) => from + at);
  for (let number = 0; number < 20; number += 1) {
    await store.knex('audit_tree').insert(tile(number, range(number * 256 + 1, number === 19 ? 40 : 256)));
  }
  const hashes = createLeafHashes(store.knex);
  for (const wanted of [
    [1, 2, 300],
    [301, 511, 513],
    [4_700, 4_900],
    [4_901, 4_904],
  ]) {
    const known = await hashes.of(wanted);
    for (const position of wanted) {
      expect(known.get(position), `position ${position}`).toBe(
        Buffer.alloc(32, position % 251).toString('hex'),
      );
    }
  }
  expect((await hashes.of([4_905])).has(4_905)).toBe(false);
});
