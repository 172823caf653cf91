/**
 * Two servers on one PostgreSQL database, both at work on the same instances, while they are killed (kill -9),
 * paused for longer than their transactions and leases last, cut from the database, left by a network that goes silent
 * without closing anything, and while the database is restarted or crashes. Afterwards every instance has ended as it should, no token was moved twice, everything that was
 * answered is on disk, nothing is stranded, and replaying the journal gives exactly the stored state.
 *
 * The seed is printed; `CRASH_SEED`, `CRASH_FAULTS` and `CRASH_INSTANCES` repeat or lengthen a run;
 * `npm run soak -- postgres` does it for hours.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkJournal } from '../../server/store/check-journal.js';
import type { RebuildReport } from '../../server/store/rebuild.js';
import { openStore } from '../../server/store/store.js';
import type { Store } from '../../server/store/store.js';
import { CRASH_MODEL, FLOWS_OF_A_CRASH_INSTANCE, randomFrom } from '../support/crash-model.js';
import { startPostgres, whyNoPostgres } from '../support/postgres.js';
import type { TestPostgres } from '../support/postgres.js';
import { startProxy } from '../support/tcp-proxy.js';
import type { TcpProxy } from '../support/tcp-proxy.js';

const SEED = Number(process.env['CRASH_SEED'] ?? 1);
const FAULTS = Number(process.env['CRASH_FAULTS'] ?? 12);
/** Of each of the two nodes. */
const INSTANCES = Number(process.env['CRASH_INSTANCES'] ?? 300);
/** Faults of one round; each round has them in another order. */
const ROUND = ['kill', 'kill', 'kill', 'pause', 'cut', 'cut', 'silence', 'restart', 'crash'] as const;
/** Longer than PostgreSQL lets a transaction stand still for us, and than a lease lasts. */
const LONG_PAUSE = 12_000;

const SERVER = fileURLToPath(new URL('../../server/dist/index.js', import.meta.url));
const NODE = fileURLToPath(new URL('node-process.mjs', import.meta.url));

/** What a node prints of a command that was answered; knex prints too. */
const CLAIM = /^(?:created|job|task|paid) \S+$/;

const missing = whyNoPostgres();
if (missing !== null) console.log(missing);

/** A node that is started again whenever it was killed, until it has finished. */
interface NodeRun {
  readonly lines: string[];
  process: ChildProcess;
  kills: number;
  /** Whether the test is over: then it is not started again. */
  isOver: boolean;
  /** Its way to the database. */
  readonly proxy: TcpProxy;
  readonly finished: Promise<void>;
}

function runNode(proxy: TcpProxy, model: string, part: number): NodeRun {
  const run = { lines: [] as string[], kills: 0, isOver: false, proxy } as unknown as {
    -readonly [K in keyof NodeRun]: NodeRun[K];
  };
  run.finished = new Promise((resolve, reject) => {
    const start = (): void => {
      const args = [SERVER, proxy.address, model, String(INSTANCES), String(part)];
      const child = spawn(process.execPath, [NODE, ...args]);
      run.process = child;
      let output = '';
      let errors = '';
      child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
      child.on('close', (code, signal) => {
        const complete = output.slice(0, output.lastIndexOf('\n') + 1).split('\n');
        run.lines.push(...complete.filter((line) => line !== '' && line !== 'ready'));
        if (run.lines.at(-1) === 'finished') return resolve();
        if (run.isOver) return resolve();
        if (signal !== 'SIGKILL') return reject(new Error(`Node ${part} ended with ${code}: ${errors}`));
        run.kills += 1;
        start();
      });
    };
    start();
  });
  return run;
}

describe.skipIf(missing !== null)('two nodes on one database', () => {
  let postgres: TestPostgres;
  let folder: string;
  let store: Store;
  let report: RebuildReport;
  let nodes: NodeRun[] = [];
  const done = { kill: 0, pause: 0, cut: 0, silence: 0, restart: 0, crash: 0 };

  const faults = {
    kill(node: NodeRun) {
      node.process.kill('SIGKILL');
    },
    async pause(node: NodeRun, random: () => number) {
      const { process: paused } = node;
      paused.kill('SIGSTOP');
      await wait(random() * 1_500);
      paused.kill('SIGCONT');
    },
    async cut() {
      await postgres.query(
        postgres.address,
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'countersign%'`,
      );
    },
    async silence({ proxy }: NodeRun, random: () => number) {
      await proxy.freeze();
      await wait(random() * 1_500);
      await proxy.thaw();
    },
    async restart() {
      await postgres.restart();
    },
    async crash() {
      await postgres.crash();
    },
  };

  beforeAll(async () => {
    if (!existsSync(SERVER)) throw new Error('The server is not built: run "npm run build" first.');
    console.log(`CRASH_SEED=${SEED} CRASH_FAULTS=${FAULTS} CRASH_INSTANCES=${INSTANCES}`);
    const random = randomFrom(SEED);
    postgres = await startPostgres();
    const database = await postgres.create();
    folder = mkdtempSync(join(tmpdir(), 'countersign-crash-'));
    const model = join(folder, 'crash.bpmn');
    writeFileSync(model, CRASH_MODEL);
    nodes = await Promise.all([0, 1].map(async (part) => runNode(await startProxy(database), model, part)));
    const ended = Promise.all(nodes.map(({ finished }) => finished));
    let isOver = false;
    void ended.then(() => (isOver = true)).catch(() => (isOver = true));
    let left: { readonly name: keyof typeof done; readonly by: number }[] = [];
    for (let fault = 0; fault < FAULTS && !isOver; fault += 1) {
      await wait(300 + random() * 1_500);
      if (left.length === 0) left = ROUND.map((name) => ({ name, by: random() })).sort((a, b) => a.by - b.by);
      const { name } = left.pop() ?? { name: 'kill' };
      done[name] += 1;
      await faults[name](nodes[Math.floor(random() * 2)], random);
    }
    if (!isOver) {
      const { process: paused } = nodes[0];
      paused.kill('SIGSTOP');
      await wait(LONG_PAUSE);
      paused.kill('SIGCONT');
    }
    if (!isOver) {
      const { proxy } = nodes[1];
      await proxy.freeze();
      await wait(LONG_PAUSE);
      await proxy.thaw();
    }
    await ended;
    console.log(`faults: ${JSON.stringify(done)}`);
    report = await checkJournal(database);
    store = await openStore(database);
  }, 300_000);

  afterAll(async () => {
    for (const node of nodes) {
      node.isOver = true;
      node.process.kill('SIGKILL');
    }
    for (const { proxy } of nodes) await proxy.close();
    await store?.close();
    await postgres?.stop();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  const rows = <T>(sql: string): T[] => store.connection.prepare(sql).all() as T[];

  test('were hurt while they worked', () => {
    const count = Object.values(done).reduce((sum, one) => sum + one, 0);
    expect(count).toBeGreaterThanOrEqual(Math.min(FAULTS, 3));
    for (const { lines } of nodes) expect(lines.at(-1)).toBe('finished');
  });

  test('every instance ended as it should, once', () => {
    const states = rows('select state, count(*) as count from process_instance group by state');
    expect(states).toEqual([{ state: 'COMPLETED', count: 4 * INSTANCES }]);
    const ids = rows<{ id: string }>(
      'select business_id as id from process_instance where business_id is not null',
    );
    expect(ids).toHaveLength(2 * INSTANCES);
    expect(new Set(ids.map(({ id }) => id)).size).toBe(2 * INSTANCES);
  });

  test('no token moved twice', () => {
    const twice = rows(
      `select element_instance_key, count(*) as count from audit
       where type in ('element activated', 'element completed', 'element terminated')
       group by element_instance_key, case type when 'element activated' then 0 else 1 end having count(*) <> 1`,
    );
    expect(twice).toEqual([]);
    const flows = rows(
      `select root_key, count(*) as count from audit where type = 'flow taken' group by root_key
       having count(*) <> ${FLOWS_OF_A_CRASH_INSTANCE} or count(distinct flow_id) <> ${FLOWS_OF_A_CRASH_INSTANCE}`,
    );
    expect(flows).toEqual([]);
  });

  test('what was answered is on disk, and each thing was answered once', () => {
    const stored = new Set(
      rows<{ line: string }>(
        `select 'created ' || business_id as line from process_instance where business_id is not null
         union all select 'job ' || key from job where state = 'COMPLETED'
         union all select 'task ' || key from user_task where state = 'COMPLETED'
         union all select 'paid ' || correlation_key from message`,
      ).map(({ line }) => line),
    );
    const claims = nodes.flatMap(({ lines }) => lines.filter((line) => CLAIM.test(line)));
    expect(claims.filter((line) => !stored.has(line))).toEqual([]);
    expect(new Set(claims).size).toBe(claims.length);
    expect(claims.length).toBeGreaterThan(INSTANCES);
  });

  test('nothing is stranded', () => {
    for (const table of ['timer', 'message_subscription', 'snapshot']) {
      expect(rows(`select * from ${table} where root_key is not null`)).toEqual([]);
    }
    expect(rows('select key from job where available_at is not null')).toEqual([]);
    expect(
      rows(`select key from message_correlation c right join message m on c.message_key = m.key
       where c.message_key is null`),
    ).toEqual([]);
  });

  test('replaying the journal gives exactly the stored state', () => {
    expect(report).toMatchObject({ differences: [], activeTrees: 0 });
  });
});
