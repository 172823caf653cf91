/** A backup is taken while the server works, and gives back exactly what had been answered by then. */
import { appendFile, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { ProcessDefinitionId } from '@camunda8/orchestration-cluster-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runProgram } from '../../server/cli/program.js';
import { checkJournal } from '../../server/store/check-journal.js';
import { createClient, startServer } from '../support/server.js';
import { ONE_JOB } from '../server/models.js';

let folder: string;
let database: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-backup-'));
  database = join(folder, 'test.db');
});

afterEach(() => rm(folder, { recursive: true }));

async function run(file: string, ...args: string[]) {
  let out = '';
  let err = '';
  const code = await runProgram([...args, '--json'], {
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    environment: { COUNTERSIGN_DATABASE_URL: `sqlite:${file}` },
    isWatched: false,
    readInput: () => Promise.resolve(''),
  });
  return { code, err, result: out === '' ? null : (JSON.parse(out) as Record<string, unknown>) };
}

/** A server on the database that starts instances until it is told to stop; answers with their keys. */
async function startLoad(file: string) {
  const server = await startServer({ database: file });
  const client = createClient(server.url);
  await client.createDeployment({ resources: [new File([ONE_JOB], 'one-job.bpmn')] });
  const keys: string[] = [];
  let isOn = true;
  const one = async (): Promise<void> => {
    while (isOn) {
      const { processInstanceKey } = await client.createProcessInstance({
        processDefinitionId: ProcessDefinitionId.assumeExists('one-job'),
      });
      keys.push(processInstanceKey);
    }
  };
  const working = Promise.all([one(), one(), one(), one()]);
  return {
    keys,
    async stop() {
      isOn = false;
      await working;
      await server.close();
    },
  };
}

describe('countersign backup and restore', () => {
  it('take a running server back to a moment of which nothing is lost', async () => {
    const load = await startLoad(database);
    while (load.keys.length < 50) await new Promise((resolve) => setImmediate(resolve));
    const answeredBefore = [...load.keys];
    const backup = join(folder, 'backup');
    const made = await run(database, 'backup', backup);
    expect(made).toMatchObject({ code: 0, err: '' });
    expect(made.result?.journalRows).toBeGreaterThan(0);
    await load.stop();

    expect((await readdir(backup)).sort()).toEqual([
      'countersign.db',
      'countersign.db.checkpoints.jsonl',
      'countersign.db.signing-key.pem',
      'manifest.json',
    ]);
    expect((await stat(join(backup, 'countersign.db'))).mode & 0o077).toBe(0);

    const restored = join(folder, 'restored', 'new.db');
    expect(await run(restored, 'restore', backup)).toMatchObject({ code: 0 });
    const key = '.signing-key.pem';
    expect(await readFile(`${restored}${key}`, 'utf8')).toBe(await readFile(`${database}${key}`, 'utf8'));
    const report = await checkJournal(restored);
    expect(report.differences).toEqual([]);
    const server = await startServer({ database: restored });
    const client = createClient(server.url);
    for (const processInstanceKey of answeredBefore) {
      const found = await fetch(`${server.url}/v2/process-instances/${processInstanceKey}`);
      expect(found.status, processInstanceKey).toBe(200);
    }
    // It works on: the tokens are where they were.
    const { jobs } = await client.activateJobs({
      type: 'work',
      worker: 'w',
      timeout: 60_000,
      maxJobsToActivate: 1,
    });
    await client.completeJob({ jobKey: jobs[0].jobKey });
    await server.close();
  });

  it('leaves the key out where that is asked', async () => {
    await (await startServer({ database })).close();
    const backup = join(folder, 'backup');
    expect(await run(database, 'backup', backup, '--without-key', '--quick')).toMatchObject({
      code: 0,
      result: { journalRows: null },
    });
    expect((await readdir(backup)).filter((name) => name.includes('key'))).toEqual([]);
    expect((await readdir(backup)).filter((name) => name.endsWith('.db'))).toHaveLength(1);
  });

  it('never writes over a backup, nor over a database unless it is told to', async () => {
    await (await startServer({ database })).close();
    const backup = join(folder, 'backup');
    await run(database, 'backup', backup);
    expect((await run(database, 'backup', backup)).err).toContain('is there already');
    const refused = await run(database, 'restore', backup);
    expect(refused.code).toBe(1);
    expect(refused.err).toContain('--force moves it aside');
    const forced = await run(database, 'restore', backup, '--force');
    expect(forced.code).toBe(0);
    expect((forced.result?.movedAside as string[])[0]).toMatch(/test\.db\.replaced-[\dTZ-]+$/);
    expect((await readdir(folder)).some((name) => name.startsWith('test.db.replaced-'))).toBe(true);
    // What was moved aside, and what a start leaves beside a database, is no part of the next backup.
    const second = join(folder, 'second');
    await run(database, 'backup', second);
    expect((await readdir(second)).sort()).toEqual((await readdir(backup)).sort());
  });

  it('refuses to restore under a server that runs', async () => {
    await (await startServer({ database })).close();
    const backup = join(folder, 'backup');
    await run(database, 'backup', backup);
    const server = await startServer({ database });
    const { code, err } = await run(database, 'restore', backup, '--force');
    await server.close();
    expect(code).toBe(1);
    expect(err).toContain('Another server runs on the database');
  });

  it('refuses a backup that was changed, is not whole, or leads elsewhere', async () => {
    await (await startServer({ database })).close();
    const backup = join(folder, 'backup');
    await run(database, 'backup', backup);
    const other = join(folder, 'other.db');
    const list = join(backup, 'manifest.json');
    const manifest = await readFile(list, 'utf8');

    await appendFile(join(backup, 'countersign.db'), 'x');
    expect((await run(other, 'restore', backup)).err).toContain('was changed or damaged');
    await rm(join(backup, 'countersign.db'));
    expect((await run(other, 'restore', backup)).err).toContain('is missing from the backup');
    await writeFile(list, manifest.replace('countersign.db', 'countersign.db/../../x'));
    expect((await run(other, 'restore', backup)).err).toContain('is not the list of a backup');
    await rm(list);
    expect((await run(other, 'restore', backup)).err).toContain('is no backup');
    await expect(stat(other)).rejects.toThrow('ENOENT');
  });

  it('refuses to back up what its journal does not give, and a database that is not there', async () => {
    const load = await startLoad(database);
    while (load.keys.length < 2) await new Promise((resolve) => setImmediate(resolve));
    await load.stop();
    const connection = new DatabaseSync(database);
    connection.exec(
      "update process_instance set state = 'COMPLETED' where key = (select min(key) from process_instance)",
    );
    connection.close();
    const backup = join(folder, 'backup');
    const { code, err } = await run(database, 'backup', backup);
    expect(code).toBe(1);
    expect(err).toContain('is not what its journal gives (process_instance');
    await expect(stat(backup)).rejects.toThrow('ENOENT');
    expect((await run(join(folder, 'none.db'), 'backup', backup)).err).toContain('There is no database');
  });
});

describe('countersign migrate', () => {
  it('lists what is pending, brings it up to date, and says so the next time', async () => {
    await (await startServer({ database })).close();
    const upToDate = await run(database, 'migrate', '--dry-run');
    expect(upToDate.result).toMatchObject({ migrations: [] });

    const older = new DatabaseSync(database);
    older.exec(
      "delete from migration where name = '0006-models'; drop table model_revision; drop table model_file",
    );
    older.close();
    expect((await run(database, 'migrate', '--dry-run')).result?.migrations).toEqual(['0006-models']);
    expect((await run(database, 'migrate')).result?.migrations).toEqual(['0006-models']);
    expect((await run(database, 'migrate')).result?.migrations).toEqual([]);
  });

  it('refuses a database of a newer version', async () => {
    await (await startServer({ database })).close();
    const newer = new DatabaseSync(database);
    newer.exec("insert into migration (name, batch, migration_time) values ('9999-future', 2, 0)");
    newer.close();
    const { code, err } = await run(database, 'migrate');
    expect(code).toBe(1);
    expect(err).toContain('A newer version made this database (9999-future)');
  });
});
