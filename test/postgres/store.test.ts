/** The store on PostgreSQL: the same migrations, the same guards, and a connection with the face of SQLite's. */
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { StillWaiting, createBridge } from '../../server/store/postgres/bridge.js';
import { openStore } from '../../server/store/store.js';
import type { Store } from '../../server/store/store.js';
import { startPostgres, whyNoPostgres } from '../support/postgres.js';
import type { TestPostgres } from '../support/postgres.js';

const missing = whyNoPostgres();
if (missing !== null) console.log(missing);

describe.skipIf(missing !== null)('the store on PostgreSQL', () => {
  let postgres: TestPostgres;
  let url: string;
  let store: Store;

  beforeAll(async () => {
    postgres = await startPostgres();
    url = await postgres.create();
    store = await openStore(url);
  });
  afterAll(async () => {
    await store?.close();
    await postgres?.stop();
  });

  test('opens twice on the same database at the same time', async () => {
    const empty = await postgres.create();
    const stores = await Promise.all([openStore(empty), openStore(empty)]);
    for (const one of stores) await one.close();
    expect(await postgres.query(empty, 'select name from migration')).not.toEqual([]);
  });

  test('reads what it wrote, with null, quotes, backslashes and numbers up to 2^53', () => {
    const { connection } = store;
    const insert = connection.prepare('insert into setting (name, value) values (?, ?)');
    const text = `it's "quoted" \\ and {curly}, NULL\n`;
    insert.run('text', text);
    expect(connection.prepare('select value as someValue from setting where name = ?').get('text')).toEqual({
      someValue: text,
    });
    const big = Number.MAX_SAFE_INTEGER;
    expect(connection.prepare('select ?::bigint as big, null as nothing').get(big)).toEqual({
      big,
      nothing: null,
    });
  });

  test('tells a failed write at the commit, and undoes what came with it', async () => {
    const { connection } = store;
    const insert = connection.prepare('insert into setting (name, value) values (?, ?)');
    connection.begin();
    insert.run('first', '1');
    insert.run('first', '2');
    await expect(connection.commit()).rejects.toMatchObject({ sqlState: '23505' });
    connection.rollback();
    expect(connection.prepare('select * from setting where name = ?').all('first')).toEqual([]);
    connection.begin();
    insert.run('first', '3');
    await connection.commit();
    expect(connection.prepare('select value from setting where name = ?').all('first')).toEqual([
      { value: '3' },
    ]);
  });

  test('goes on with another thread where that of its connection ends', async () => {
    const threads: Worker[] = [];
    const bridge = createBridge(url, 1, (file, options) => {
      threads.push(new Worker(file, options));
      return threads[threads.length - 1];
    });
    const alone = { begins: false, belongs: false };
    const ask = (sql: string) => bridge.askLater([{ sql, values: [] }], alone);
    await bridge.connected();
    const lost = ask('select pg_sleep(60)');
    // What the thread sends to PostgreSQL before it ends may be done: nobody can say that it was not.
    const failed = expect(lost).rejects.toMatchObject({ isOpen: true });
    await threads[0].terminate();
    await failed;
    await bridge.connected();
    expect((await ask('select 2')).rows).toEqual([[2]]);
    // A transaction that began on the first thread does not go on on the second.
    const belongs = bridge.askLater([{ sql: 'select 3', values: [] }], { begins: false, belongs: true });
    await expect(belongs).rejects.toMatchObject({ sqlState: '08006' });
    expect(threads).toHaveLength(2);
    await bridge.close();
  });

  test('gives way where an answer takes long, and has it when it comes', async () => {
    const bridge = createBridge(url, 2);
    await bridge.connected();
    const slow = { sql: 'select 1 from pg_sleep(0.3)', values: [] };
    const alone = { begins: false, belongs: false };
    let way: unknown;
    try {
      bridge.ask([slow], alone, { ms: 10, inSilence: false });
    } catch (error) {
      way = error;
    }
    expect(way).toBeInstanceOf(StillWaiting);
    expect(await (way as StillWaiting).answered).toMatchObject({ rows: [[1]] });
    expect(bridge.ask([slow], alone, { ms: 10_000, inSilence: false }).rows).toEqual([[1]]);
    await bridge.close();
  });

  test('says of a failed query what it was, and not with which values', async () => {
    const failing = store.knex.raw('select cast(? as text) from nowhere', ['Mary Miller']);
    await expect(failing).rejects.toThrow('nowhere');
    await expect(failing).rejects.not.toThrow('Mary Miller');
  });

  test('refuses to change, remove or truncate rows of the journal', async () => {
    const add = `insert into audit (position, at, actor, type, data) values (1, 0, 'system', 'test', '{}')`;
    await postgres.query(url, add);
    const tries = ['update audit set at = 1', 'delete from audit', 'truncate audit'];
    for (const sql of tries) await expect(postgres.query(url, sql)).rejects.toThrow('cannot be changed');
  });
});
