/**
 * Several nodes on one PostgreSQL database, one of which erases a person: what another has in memory, or is about to
 * commit, does not bring the words back, and they are in no file of the database any more.
 */
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openRuntime } from '@countersign/server';
import type { Runtime } from '@countersign/server';
import type { Key } from '@countersign/engine';
import { erase } from '../../server/audit/erasure/erase.js';
import type { ErasureRequest } from '../../server/audit/erasure/erase.js';
import { createRefusalRecords } from '../../server/audit/refusals.js';
import { openLeafWork } from '../../server/audit/sequencer/leaves.js';
import { openAuditTrail, trailFiles } from '../../server/audit/trail.js';
import type { AuditTrail } from '../../server/audit/trail.js';
import type { Batch } from '../../server/runtime/batch.js';
import { checkJournal } from '../../server/store/check-journal.js';
import { textColumns } from '../../server/store/erasure/texts.js';
import { USERNAME, VALUES, WORDS as PLANTED } from '../audit/planted-person.js';
import { startPlanted } from '../audit/planted-server.js';
import { bpmnXml, chain } from '../support/bpmn-xml.js';
import { startPostgres, whyNoPostgres } from '../support/postgres.js';
import type { TestPostgres } from '../support/postgres.js';

const missing = whyNoPostgres();
if (missing !== null) console.log(missing);

const WORDS = ['xq-marlene', 'Elbchaussee 17'];

/** Each job copies the address to a new variable: from what the node has of the instance. */
const COPIES = bpmnXml({
  id: 'copies',
  nodes: [
    { type: 'startEvent', id: 'start' },
    ...['one', 'two', 'three'].map((id) => ({
      type: 'serviceTask',
      id,
      extensions: [
        `<zeebe:taskDefinition type="${id}" />`,
        `<zeebe:ioMapping><zeebe:output source="=address" target="copy_${id}" /></zeebe:ioMapping>`,
      ],
    })),
    { type: 'userTask', id: 'rest', extensions: ['<zeebe:userTask />'] },
    { type: 'endEvent', id: 'end' },
  ],
  flows: chain('start', 'one', 'two', 'three', 'rest', 'end'),
});

const REQUEST: ErasureRequest = {
  persons: ['xq-marlene'],
  values: ['Elbchaussee 17'],
  processInstanceKeys: [],
  legalGround: 'GDPR article 17 (1) b',
  reason: 'consent was withdrawn',
  includeRunning: true,
};

describe.skipIf(missing !== null)('an erasure among several nodes', { timeout: 120_000 }, () => {
  let postgres: TestPostgres;
  let database: string;
  let folder: string;
  let eraser: Runtime;
  let other: Runtime;
  let trail: AuditTrail;
  const errors: unknown[] = [];

  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres.stop());

  beforeEach(async () => {
    errors.length = 0;
    folder = mkdtempSync(join(tmpdir(), 'countersign-erasure-'));
    database = await postgres.create();
    const open = (): Promise<Runtime> => openRuntime({ database, onError: (error) => errors.push(error) });
    [eraser, other] = [await open(), await open()];
    await eraser.deploy({ resources: [{ name: 'copies.bpmn', content: COPIES }], actor: 'user:otto' });
    trail = await openAuditTrail(eraser, trailFiles(database, join(folder, 'audit')), {
      onError: (error) => errors.push(error),
      work: await openLeafWork(database),
      interval: 3_600_000,
    });
    return async () => {
      await trail.close();
      await other.shutdown();
      await eraser.shutdown();
      expect(errors).toEqual([]);
      expect((await checkJournal(database)).differences).toEqual([]);
      await postgres.drop(database);
      rmSync(folder, { recursive: true });
    };
  });

  /** An instance that the other node has in memory, with her address. */
  async function start(): Promise<Key> {
    const variables = { clerk: 'xq-marlene', address: { street: 'Elbchaussee 17' } };
    const created = await other.createInstance({ processId: 'copies', variables }, 'user:xq-marlene');
    if (!created.ok) throw new Error(created.rejection.reason);
    return created.processInstanceKey;
  }

  /** The other node completes a job, on what it has of the instance. */
  async function work(type: string): Promise<void> {
    const [job] = await other.activateJobs({ type, worker: 'w', timeoutMs: 60_000, maxJobs: 1 });
    const done = await other.execute({ type: 'complete job', jobKey: job.jobKey, variables: {} }, 'worker:w');
    expect(done).toMatchObject({ ok: true });
  }

  async function found(): Promise<string[]> {
    const places: string[] = [];
    for (const { table, column } of await textColumns(eraser.store.knex)) {
      for (const word of WORDS) {
        const rows = await eraser.store.knex(table).whereRaw('position(? in ??) > 0', [word, column]);
        if (rows.length > 0) places.push(`${table}.${column}: ${word}`);
      }
    }
    return places;
  }

  test('is not undone by what another node has in memory', async () => {
    const key = await start();
    await work('one');
    expect(await erase({ runtime: eraser, trail }, REQUEST, 'user:dpo')).toMatchObject({ ok: true });
    expect(await found()).toEqual([]);
    await work('two');
    expect(await found()).toEqual([]);
    const copies = eraser.store.knex('variable').where({ process_instance_key: key, name: 'copy_two' });
    expect(await copies.pluck('value')).toEqual(['{"erased":true}']);
    const noted = await eraser.store.knex('audit').where({ root_key: key, type: 'contents erased' });
    expect(noted).toHaveLength(1);
  });

  test('is not undone by commits of another node while it runs', async () => {
    await start();
    const under: Promise<void>[] = [];
    const jobs = ['one', 'two', 'three'];
    // The other node goes on at the same time as each transaction: before, after, or in conflict with it.
    const commit = <T>(piece: (batch: Batch) => T): Promise<T> => {
      const type = jobs.shift();
      if (type) under.push(work(type));
      return eraser.commit(piece);
    };
    const result = await erase({ runtime: { ...eraser, commit }, trail }, REQUEST, 'user:dpo');
    await Promise.all(under);
    expect(result).toMatchObject({ ok: true });
    expect(under).toHaveLength(3);
    expect(await found()).toEqual([]);
  });

  test('has other nodes forget refusals that they count and would write later', async () => {
    const records = createRefusalRecords(other.record, other.clock.now, (error) => errors.push(error));
    other.onErasure(records.forget);
    const written = new Promise<void>((resolve) => {
      other.onRows(resolve);
    });
    for (let time = 0; time < 3; time += 1) records.signIn('xq-marlene', '192.0.2.1');
    await written;
    const forgotten = new Promise<void>((resolve) => {
      other.onErasure(resolve);
    });
    expect(await erase({ runtime: eraser, trail }, REQUEST, 'user:dpo')).toMatchObject({ ok: true });
    await forgotten;
    await records.close();
    expect(await found()).toEqual([]);
    const rows = await eraser.store.knex('audit').where({ type: 'sign-in refused' }).select('data');
    expect(rows.map(({ data }: { data: string }) => (JSON.parse(data) as { times: number }).times)).toEqual([
      1, 2,
    ]);
  });

  test('takes a person out of every field that the product takes texts in', async () => {
    const address = await postgres.create();
    const planted = await startPlanted(address, folder);
    const { store } = planted.server.runtime;
    const places = async (): Promise<string[]> => {
      const found: string[] = [];
      for (const { table, column } of await textColumns(store.knex)) {
        const named = PLANTED.flatMap((word) => [word, JSON.stringify(word).slice(1, -1)]);
        for (const word of named) {
          const rows = await store
            .knex(table)
            .whereRaw('position(lower(?) in lower(??)) > 0', [word, column]);
          if (rows.length > 0) found.push(`${table}.${column}: ${word}`);
        }
      }
      return found;
    };
    expect((await places()).length).toBeGreaterThan(30);
    const { legalGround, reason, includeRunning } = REQUEST;
    const asked = { persons: [USERNAME], values: VALUES, legalGround, reason, includeRunning };
    const done = await planted.administrator('POST', '/api/erasures', asked);
    expect(done).toMatchObject({ areFilesRewritten: true, certificate: { remaining: [] } });
    expect(await places()).toEqual([]);
    await planted.server.close();
    expect((await checkJournal(address)).differences).toEqual([]);
    await postgres.drop(address);
  });

  test('leaves nothing in the files of the tables, nor in the statistics about them', async () => {
    await start();
    await other.cancelInstance(await start(), 'user:xq-marlene');
    await eraser.store.knex.raw('analyze');
    const files = async (): Promise<string[]> => {
      await postgres.query(database, 'checkpoint');
      const [{ path }] = await postgres.query<{ path: string }>(
        database,
        `select current_setting('data_directory') || '/base/' || oid as path
         from pg_database where datname = current_database()`,
      );
      return readdirSync(path).filter((name) => {
        const bytes = readFileSync(join(path, name), 'latin1');
        return WORDS.some((word) => bytes.includes(word));
      });
    };
    expect(await files()).not.toEqual([]);
    expect(await erase({ runtime: eraser, trail }, REQUEST, 'user:dpo')).toMatchObject({ ok: true });
    expect(await files()).toEqual([]);
  });
});
