/**
 * kill -9 at random moments while a thousand instances run: after a random time, or right before or right after a
 * random statement, so that every place between two writes is a place to die. Afterwards every instance has ended as it
 * should, no token was moved twice, everything that was answered is on disk, and replaying the journal
 * gives exactly the stored state.
 *
 * The seed is printed; `CRASH_SEED`, `CRASH_KILLS` and `CRASH_INSTANCES` repeat or lengthen a run;
 * `npm run soak` does it for thousands of kills.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkJournal } from '../../server/store/check-journal.js';
import type { RebuildReport } from '../../server/store/rebuild.js';
import { openStore } from '../../server/store/store.js';
import type { Store } from '../../server/store/store.js';
import { CRASH_MODEL, randomFrom } from '../support/crash-model.js';
import { STRANDED, tokenQuestions } from './questions.js';

const SEED = Number(process.env['CRASH_SEED'] ?? 1);
const KILLS = Number(process.env['CRASH_KILLS'] ?? 24);
const INSTANCES = Number(process.env['CRASH_INSTANCES'] ?? 1_000);

const SERVER = fileURLToPath(new URL('../../server/dist/index.js', import.meta.url));
const WORKER = fileURLToPath(new URL('worker-process.mjs', import.meta.url));

/**
 * How a process dies: so many milliseconds after its start or after it is ready; or at the statement of that number,
 * counted from its start, before or after it is done.
 */
type Death =
  | { readonly after: number; readonly from: 'start' | 'ready' }
  | { readonly at: number; readonly when: 'before' | 'after' };

/** Most processes die while they work, some while they start. */
function chooseDeath(random: () => number): Death {
  if (random() < 0.5)
    return { at: Math.ceil(random() ** 2 * 12_000), when: random() < 0.5 ? 'before' : 'after' };
  return random() < 0.8 ? { after: random() * 250, from: 'ready' } : { after: random() * 900, from: 'start' };
}

/** Runs the process until it has finished, or dies. Answers the lines it printed. */
function runOnce(database: string, model: string, death: Death | null): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const place = death && 'at' in death ? [String(death.at), death.when] : [];
    const child = spawn(process.execPath, [WORKER, SERVER, database, model, String(INSTANCES), ...place]);
    let output = '';
    let errors = '';
    let isArmed = false;
    const arm = (moment: 'start' | 'ready'): void => {
      if (!death || 'at' in death || death.from !== moment || isArmed) return;
      isArmed = true;
      AbortSignal.timeout(Math.round(death.after)).addEventListener('abort', () => child.kill('SIGKILL'));
    };
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output.startsWith('ready')) arm('ready');
    });
    child.stderr.on('data', (chunk: Buffer) => {
      errors += chunk.toString();
    });
    arm('start');
    child.on('close', (code, signal) => {
      if (signal !== 'SIGKILL' && code !== 0)
        return reject(new Error(`The process ended with ${code}: ${errors}`));
      const complete = output.slice(0, output.lastIndexOf('\n') + 1);
      resolve(complete.split('\n').filter((line) => line !== ''));
    });
  });
}

let folder: string;
let database: string;
let store: Store;
let report: RebuildReport;
let kills = 0;
const answered: string[] = [];

beforeAll(
  async () => {
    if (!existsSync(SERVER)) throw new Error('The server is not built: run "npm run build" first.');
    console.log(`CRASH_SEED=${SEED} CRASH_KILLS=${KILLS} CRASH_INSTANCES=${INSTANCES}`);
    const random = randomFrom(SEED);
    folder = mkdtempSync(join(tmpdir(), 'countersign-crash-'));
    database = join(folder, 'crash.db');
    const model = join(folder, 'crash.bpmn');
    writeFileSync(model, CRASH_MODEL);
    for (let kill = 0; kill < KILLS; kill += 1) {
      const lines = await runOnce(database, model, chooseDeath(random));
      answered.push(...lines);
      if (lines.includes('finished')) break;
      kills += 1;
    }
    console.log(`killed ${kills} times, after ${answered.length} answers in all`);
    answered.push(...(await runOnce(database, model, null)));
    report = await checkJournal(database);
    store = await openStore(database);
  },
  30_000 + KILLS * 10_000,
);

afterAll(async () => {
  await store?.close();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

function rows<T>(sql: string): T[] {
  return store.connection.prepare(sql).all() as T[];
}

test('the process was killed while it worked', () => {
  expect(kills).toBeGreaterThanOrEqual(Math.min(KILLS, 3));
  expect(answered.at(-1)).toBe('finished');
});

test('every instance ended as it should, once', () => {
  const states = rows<{ state: string; count: number }>(
    'select state, count(*) as count from process_instance group by state',
  );
  expect(states).toEqual([{ state: 'COMPLETED', count: 2 * INSTANCES }]);
  const ids = rows<{ business_id: string }>(
    'select business_id from process_instance where business_id is not null',
  );
  expect(new Set(ids.map(({ business_id }) => business_id)).size).toBe(INSTANCES);
  expect(ids).toHaveLength(INSTANCES);
});

test('no token moved twice', () => {
  for (const question of tokenQuestions(INSTANCES)) expect(rows(question)).toEqual([]);
});

test('what was answered is on disk', () => {
  const stored = new Set(
    [
      ...rows<{ line: string }>(`select 'created ' || business_id as line from process_instance`),
      ...rows<{ line: string }>(`select 'job ' || key as line from job where state = 'COMPLETED'`),
      ...rows<{ line: string }>(`select 'task ' || key as line from user_task where state = 'COMPLETED'`),
      ...rows<{ line: string }>(
        `select 'paid ' || json_extract(content, '$.correlationKey') as line
           from audit join audit_content using (position) where type = 'message published'`,
      ),
    ].map(({ line }) => line),
  );
  const claims = answered.filter((line) => line !== 'ready' && line !== 'finished');
  expect(claims.filter((line) => !stored.has(line))).toEqual([]);
  expect(claims.length).toBeGreaterThan(INSTANCES);
  expect(new Set(claims).size).toBe(claims.length);
});

test('nothing is left waiting', () => {
  for (const question of STRANDED) expect(rows(question)).toEqual([]);
});

test('replaying the journal gives exactly the stored state', () => {
  expect(report).toMatchObject({ differences: [], activeTrees: 0 });
});
