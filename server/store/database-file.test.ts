/** The file of the embedded database: nobody else reads it, and what is written is never written into nothing. */
import { chmodSync, copyFileSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClock, openRuntime } from '../runtime/index.js';
import { watchSystem } from '../runtime/system-watch.js';
import { lockDatabase } from './lock.js';
import { openStore } from './store.js';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-file-'));
  path = join(folder, 'test.db');
});
afterEach(() => rmSync(folder, { recursive: true }));

const modes = (): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder).map((name) => [name, (statSync(join(folder, name)).mode & 0o777).toString(8)]),
  );

it('and all files beside it are for the account of the server alone', async () => {
  const runtime = await openRuntime({ database: path });
  const found = modes();
  expect(Object.keys(found)).toEqual(expect.arrayContaining(['test.db', 'test.db-lock', 'test.db-wal']));
  expect([...new Set(Object.values(found))]).toEqual(['600']);
  await runtime.shutdown();
});

it('is taken from others where an older server left it open to them', async () => {
  await (await openStore(path)).close();
  chmodSync(path, 0o644);
  const store = await openStore(path);
  expect(modes()['test.db']).toBe('600');
  await store.close();
});

describe('that is gone while a server runs', () => {
  const replace = (): void => {
    copyFileSync(path, `${path}.other`);
    renameSync(`${path}.other`, path);
  };
  it.each([
    ['removed', () => rmSync(path), 'is not there any more'],
    ['moved away', () => renameSync(path, join(folder, 'elsewhere.db')), 'is not there any more'],
    ['replaced', replace, 'was replaced by another file'],
  ])('%s: nothing is taken any more, and why is said', async (_how, lose, why) => {
    const runtime = await openRuntime({ database: path });
    await runtime.probe();
    lose();
    await expect(runtime.probe()).rejects.toMatchObject({
      name: 'Unavailable',
      cause: { message: expect.stringContaining(why) as string },
    });
    const { knex } = runtime.store;
    await expect(knex('setting').insert({ name: 'a', value: '1' })).rejects.toThrow(why);
    expect(await knex('setting').where('name', 'a')).toEqual([]);
    const told: string[] = [];
    const watch = watchSystem(createClock(), runtime.store, (error) => told.push((error as Error).message));
    watch.look();
    watch.look();
    watch.stop();
    expect(told).toEqual([expect.stringContaining(why)]);
    await runtime.shutdown().catch(() => undefined);
  });

  it('is taken again once it is back', async () => {
    const runtime = await openRuntime({ database: path });
    renameSync(path, join(folder, 'elsewhere.db'));
    await expect(runtime.probe()).rejects.toThrow('cannot be written now');
    renameSync(join(folder, 'elsewhere.db'), path);
    await runtime.probe();
    await runtime.shutdown();
  });
});

it('that a newer version made is refused by its name', async () => {
  await (await openStore(path)).close();
  const newer = new DatabaseSync(path);
  newer.exec("insert into migration (name, batch, migration_time) values ('9999-future', 2, 0)");
  newer.close();
  await expect(openStore(path)).rejects.toThrow(
    /A newer version made this database \(9999-future\)\. Start that/,
  );
});

it('that another server holds is told apart from a disk that takes nothing', () => {
  const unlock = lockDatabase(path);
  expect(() => lockDatabase(path)).toThrow('Another server runs');
  unlock();
}, 20_000);
