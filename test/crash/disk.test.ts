/**
 * The disk and the file of the embedded database, when they refuse: a disk that is full, a folder that cannot be
 * written, a file that another process holds. Callers are told to come back, nothing half-happens, and work goes on by
 * itself when the database can be written again.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Unavailable, openRuntime } from '@countersign/server';
import type { Runtime } from '@countersign/server';
import type { Key } from '@countersign/engine';
import { checkJournal } from '../../server/store/check-journal.js';
import { bpmnXml, chain, serviceTask, timer } from '../support/bpmn-xml.js';
import { mountReadOnly, mountSmall, whyNoMounts } from '../support/file-systems.js';

const noMounts = whyNoMounts();
if (noMounts !== null) console.log(`A full and a read-only disk are not tried: ${noMounts}.`);

const MODEL = bpmnXml({
  id: 'late',
  nodes: [
    { type: 'startEvent', id: 'start' },
    serviceTask('work'),
    { type: 'intermediateCatchEvent', id: 'wait', content: [timer('timeDuration', 'PT0.1S')] },
    { type: 'endEvent', id: 'end' },
  ],
  flows: chain('start', 'work', 'wait', 'end'),
});

const undo: (() => unknown)[] = [];
let database: string;
let runtime: Runtime;

async function open(database: string): Promise<void> {
  const errors: unknown[] = [];
  runtime = await openRuntime({ database, onError: (error) => errors.push(error) });
  undo.push(async () => {
    await runtime.shutdown();
    const { differences } = await checkJournal(database);
    // What nobody waited for was told to come back, like everybody else.
    expect(errors.filter((error) => !(error instanceof Error && isAboutTheDatabase(error)))).toEqual([]);
    expect(differences).toEqual([]);
  });
  const deployed = await runtime.deploy({
    resources: [{ name: 'late.bpmn', content: MODEL }],
    actor: 'user:demo',
  });
  if (!deployed.ok) throw new Error(JSON.stringify(deployed.problems));
}

const isAboutTheDatabase = (error: Error): boolean => error instanceof Unavailable || 'errcode' in error;

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-disk-'));
  undo.push(() => rmSync(folder, { recursive: true }));
  database = join(folder, 'test.db');
});
afterEach(async () => {
  for (const call of undo.splice(0).reverse()) await call();
});

async function create(text = ''): Promise<Key> {
  const created = await runtime.createInstance({ processId: 'late', variables: { text } }, 'client:shop');
  if (!created.ok) throw new Error(created.rejection.reason);
  return created.processInstanceKey;
}

async function completeOne(text = ''): Promise<void> {
  const lease = { type: 'work', worker: 'w', timeoutMs: 600_000, maxJobs: 1, requestTimeoutMs: 60_000 };
  const [{ jobKey }] = await runtime.activateJobs(lease);
  await runtime.execute({ type: 'complete job', jobKey, variables: { text } }, 'worker:w');
}

const count = (state: string): number =>
  runtime.store.connection.prepare('select key from process_instance where state = ?').all(state).length;

/** Fulfilled when so many instances have ended. */
function ended(instances: number): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (count('COMPLETED') < instances) return;
      stop();
      resolve();
    };
    const stop = runtime.live.subscribe(look);
    look();
  });
}

test.skipIf(noMounts !== null)('a full disk refuses work until there is room again', async () => {
  const disk = mountSmall(8);
  undo.push(() => disk.unmount());
  await open(join(disk.path, 'test.db'));
  let created = 0;
  for (let refused = 0; refused < 3;) {
    try {
      await create('x'.repeat(100_000));
      created += 1;
    } catch (error) {
      expect(error).toBeInstanceOf(Unavailable);
      refused += 1;
    }
  }
  expect(created).toBeGreaterThan(5);
  expect(count('ACTIVE')).toBe(created);
  disk.resize(64);
  for (let done = 0; done < created; done += 1) await completeOne();
  await ended(created);
  expect(count('ACTIVE')).toBe(0);
});

test.skipIf(noMounts !== null)('a database in a folder that cannot be written is not opened', async () => {
  await open(database);
  await create();
  await runtime.shutdown();
  const readOnly = mountReadOnly(dirname(database));
  try {
    await expect(openRuntime({ database: join(readOnly.path, 'test.db') })).rejects.toThrow(
      /cannot be written/,
    );
  } finally {
    readOnly.unmount();
  }
});

test('a database that another process holds refuses work, and goes on when it is let go', async () => {
  await open(database);
  runtime.store.connection.exec('pragma busy_timeout = 20');
  await create();
  await create();
  await completeOne();
  const script = `
    const { DatabaseSync } = require('@photostructure/sqlite');
    const database = new DatabaseSync(process.argv[1]);
    database.exec('begin immediate');
    console.log('held');
    process.stdin.on('data', () => process.exit(0));`;
  const holder = spawn(process.execPath, ['-e', script, database], { stdio: ['pipe', 'pipe', 'inherit'] });
  await new Promise((resolve) => holder.stdout.once('data', resolve));
  await expect(create()).rejects.toBeInstanceOf(Unavailable);
  await expect(runtime.probe()).rejects.toBeInstanceOf(Unavailable);
  const gone = new Promise((resolve) => holder.once('exit', resolve));
  holder.stdin.write('go');
  await gone;
  // Its timer fell due while nothing could be written.
  await ended(1);
  await completeOne();
  await ended(2);
  expect(count('ACTIVE')).toBe(0);
});
