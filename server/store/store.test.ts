/** The database: made once, opened again, and its journal guarded. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openStore } from './store.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-store-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const row = { at: 1, actor: 'system', type: 'element activated', data: '{}' };

describe('openStore', () => {
  test('makes the file with its folders, and finds its content again', async () => {
    const path = join(folder, 'a', 'b', 'countersign.db');
    const first = await openStore(path);
    await first.knex('audit').insert({ ...row, root_key: 7, sequence: 1 });
    await first.close();
    const second = await openStore(path);
    expect(await second.knex('audit').select('position', 'root_key', 'actor')).toEqual([
      { position: 1, root_key: 7, actor: 'system' },
    ]);
    await second.close();
  });

  test('syncs every commit to disk', async () => {
    const store = await openStore(join(folder, 'countersign.db'));
    expect(store.connection.prepare('pragma synchronous').get()).toMatchObject({ synchronous: 2 });
    expect(store.connection.prepare('pragma journal_mode').get()).toMatchObject({ journal_mode: 'wal' });
    await store.close();
  });

  test('refuses a file that is no database', async () => {
    const path = join(folder, 'not.db');
    const { writeFileSync } = await import('node:fs');
    writeFileSync(path, 'this is a letter, and no database at all, however long it may be'.repeat(20));
    await expect(openStore(path)).rejects.toThrow(/not a database/);
  });
});

describe('audit', () => {
  test('refuses a changed and a removed row, and a second row of the same sequence', async () => {
    const store = await openStore(':memory:');
    await store.knex('audit').insert({ ...row, root_key: 7, sequence: 1 });
    await expect(store.knex('audit').update({ actor: 'user:mallory' })).rejects.toThrow(/cannot be changed/);
    await expect(store.knex('audit').delete()).rejects.toThrow(/cannot be deleted/);
    await expect(store.knex('audit').insert({ ...row, root_key: 7, sequence: 1 })).rejects.toThrow(/UNIQUE/);
    const replace = `insert or replace into audit (position, root_key, sequence, at, actor, type, data)
      select position, root_key, sequence, at, 'user:mallory', type, data from audit`;
    await expect(store.knex.raw(replace)).rejects.toThrow(/cannot be deleted/);
    expect(await store.knex('audit').count({ rows: '*' })).toEqual([{ rows: 1 }]);
    await store.close();
  });
});

describe('a knex transaction', () => {
  test('is undone as a whole', async () => {
    const store = await openStore(':memory:');
    const failing = store.knex.transaction(async (transaction) => {
      await transaction('setting').insert({ name: 'a', value: '1' });
      throw new Error('change of mind');
    });
    await expect(failing).rejects.toThrow('change of mind');
    expect(await store.knex('setting').select()).toEqual([]);
    await store.close();
  });
});
