/** Exports that run by themselves: at their time by the clock, once for what was missed, into their folder and no other. */
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeExportFile } from '../../server/audit/schedules/export-folder.js';
import { periodBefore } from '../../server/audit/schedules/period.js';
import { createRunExport } from '../../server/audit/schedules/run-export.js';
import { startExportSchedules } from '../../server/audit/schedules/schedules.js';
import type { ExportSchedules, ScheduleRequest } from '../../server/audit/schedules/schedules.js';
import { openLeafWork } from '../../server/audit/sequencer/leaves.js';
import { openAuditTrail, trailFiles } from '../../server/audit/trail.js';
import type { AuditTrail } from '../../server/audit/trail.js';
import type { ExportSchedule } from '../../server/store/queries/export-schedules.js';
import { RUNTIME_START, openTestRuntime } from '../support/runtime.js';
import type { TestRuntime } from '../support/runtime.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const time = (at: number): string => new Date(at).toISOString();

describe('the period before a moment', () => {
  it.each([
    ['day', '2026-03-01T02:00:00Z', '2026-02-28T00:00:00.000Z', '2026-03-01T00:00:00.000Z'],
    ['day', '2026-03-01T00:00:00Z', '2026-02-28T00:00:00.000Z', '2026-03-01T00:00:00.000Z'],
    ['week', '2026-03-01T23:59:59Z', '2026-02-16T00:00:00.000Z', '2026-02-23T00:00:00.000Z'],
    ['week', '2026-03-02T00:00:00Z', '2026-02-23T00:00:00.000Z', '2026-03-02T00:00:00.000Z'],
    ['month', '2026-01-31T12:00:00Z', '2025-12-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'],
  ] as const)('is the %s before %s', (period, at, from, to) => {
    const span = periodBefore(period, Date.parse(at));
    expect([time(span.from), time(span.to)]).toEqual([from, to]);
  });
});

describe('the export folder', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'countersign-exports-'));
  });
  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });
  async function* bytes(text: string): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(Buffer.from(text));
  }

  it('gets whole files, and none is overwritten', async () => {
    const file = { folder: 'a/b', name: 'trail.csv' };
    expect(await writeExportFile(root, file, bytes('first'))).toBe(join('a', 'b', 'trail.csv'));
    expect(await writeExportFile(root, file, bytes('second'))).toBe(join('a', 'b', 'trail-2.csv'));
    expect(readdirSync(join(root, 'a/b'))).toEqual(['trail-2.csv', 'trail.csv']);
    expect(readFileSync(join(root, 'a/b/trail.csv'), 'utf8')).toBe('first');
  });

  it('keeps nothing of a file that broke off', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield* bytes('half');
      throw new Error('broke off');
    }
    await expect(writeExportFile(root, { folder: '', name: 'trail.csv' }, broken())).rejects.toThrow(
      'broke off',
    );
    expect(readdirSync(root)).toEqual([]);
  });

  it.each(['..', '../x', 'a/../../x', '/etc', 'a//b', '.hidden', 'a/', 'a\\b', 'a\0b', 'x'.repeat(500)])(
    'is not left for "%s"',
    async (folder) => {
      await expect(writeExportFile(root, { folder, name: 'trail.csv' }, bytes('x'))).rejects.toThrow(
        'no name',
      );
    },
  );

  it('is not left through a link', async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'countersign-elsewhere-'));
    symlinkSync(elsewhere, join(root, 'out'));
    await expect(writeExportFile(root, { folder: 'out', name: 'trail.csv' }, bytes('x'))).rejects.toThrow(
      /leads out of the export folder/,
    );
    expect(readdirSync(elsewhere)).toEqual([]);
    rmSync(elsewhere, { recursive: true });
  });
});

describe('a schedule', () => {
  let open: TestRuntime;
  let trail: AuditTrail;
  let folder: string;
  let schedules: ExportSchedules;
  const failures: unknown[] = [];

  const start = (root: string | null): ExportSchedules =>
    startExportSchedules({
      runtime: open.runtime,
      runExport: createRunExport(open.runtime, trail, root),
      onError: (error) => failures.push(error),
    });

  beforeEach(async () => {
    failures.length = 0;
    folder = mkdtempSync(join(tmpdir(), 'countersign-schedules-'));
    open = await openTestRuntime();
    trail = await openAuditTrail(open.runtime, trailFiles(open.path, join(folder, 'trail')), {
      onError: (error) => open.errors.push(error),
      work: await openLeafWork(open.path),
      interval: 3_600_000,
    });
    mkdirSync(join(folder, 'exports'));
    schedules = start(join(folder, 'exports'));
  });
  afterEach(async () => {
    await schedules.close();
    await trail.close();
    await open.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const tick = (name: string): Promise<unknown> =>
    open.runtime.broadcastSignal({ name, variables: {} }, 'client:test');
  const files = (): string[] => readdirSync(join(folder, 'exports')).sort();
  const read = (name: string): string => readFileSync(join(folder, 'exports', name), 'utf8');
  const only = async (): Promise<ExportSchedule> => (await schedules.list())[0];
  async function set(request: Partial<ScheduleRequest> = {}): Promise<ExportSchedule> {
    const made = await schedules.set(
      {
        name: 'Daily: Prüfpfad',
        cycle: '0 2 * * *',
        filter: { type: ['signal broadcast'] },
        period: 'day',
        format: 'jsonl',
        report: null,
        folder: '',
        ...request,
      },
      'user:mia',
    );
    if ('wrong' in made) throw new Error(made.wrong);
    return made;
  }

  it('gives the day before, every day at its time, and says so in the trail', async () => {
    const { key } = await set();
    await tick('today');
    await schedules.apply();
    expect(files()).toEqual([]);

    open.clock.pin(RUNTIME_START + 17 * HOUR);
    await tick('tomorrow');
    await schedules.apply();
    expect(files()).toEqual(['daily-prufpfad-2030-01-02T02-00-00.jsonl']);
    const text = read(files()[0]);
    expect(text).toContain('"name":"today"');
    expect(text).not.toContain('"name":"tomorrow"');
    await schedules.apply();
    expect(files()).toHaveLength(1);
    expect(await only()).toMatchObject({
      next: { dueAt: Date.UTC(2030, 0, 3, 2) },
      attempts: 0,
      last: { outcome: 'complete', file: files()[0], error: null, at: RUNTIME_START + 17 * HOUR },
    });
    const [{ data, actor }] = open.rows<{ data: string; actor: string }>(
      `select data, actor from audit where type = 'audit exported'`,
    );
    expect(JSON.parse(data)).toMatchObject({ rows: 1, outcome: 'complete', schedule: key, format: 'jsonl' });
    expect(actor).toBe('system');
  });

  it('catches up once for all it missed, without a gap and without an overlap', async () => {
    await set();
    for (const day of [0, 1, 2, 3]) {
      open.clock.pin(RUNTIME_START + day * DAY);
      await tick(`day ${day}`);
    }
    await schedules.apply();
    expect(files()).toEqual(['daily-prufpfad-2030-01-04T09-00-00.jsonl']);
    expect(read(files()[0]).match(/"name":"day \d"/g)).toEqual([
      '"name":"day 0"',
      '"name":"day 1"',
      '"name":"day 2"',
    ]);
    open.clock.pin(RUNTIME_START + 4 * DAY);
    await schedules.apply();
    expect(read(files()[1]).match(/"name":"day \d"/g)).toEqual(['"name":"day 3"']);
  });

  it('that fails says why, and is tried again later each time, for the same period', async () => {
    await schedules.close();
    writeFileSync(join(folder, 'file'), '');
    schedules = start(join(folder, 'file'));
    await set();
    await tick('today');
    const due = Date.UTC(2030, 0, 2, 2);
    open.clock.pin(due);
    await schedules.apply();
    expect(await only()).toMatchObject({
      attempts: 1,
      tryAt: due + 60_000,
      next: { dueAt: due },
      last: { outcome: 'failed', file: null, error: expect.stringMatching(/EEXIST|ENOTDIR/) as string },
    });
    expect(failures).toHaveLength(1);
    await schedules.apply();
    expect(await only()).toMatchObject({ attempts: 1 });
    open.clock.pin(due + 60_000);
    await schedules.apply();
    expect(await only()).toMatchObject({ attempts: 2, tryAt: due + 180_000 });

    await schedules.close();
    schedules = start(join(folder, 'exports'));
    open.clock.pin(due + 180_000);
    await schedules.apply();
    expect(read(files()[0])).toContain('"name":"today"');
    expect(await only()).toMatchObject({ attempts: 0, last: { outcome: 'complete' } });
  });

  it('rests while it is paused, and is gone when it is removed', async () => {
    const { key } = await set();
    expect(await schedules.setPaused(key, true, 'user:mia')).toBe(true);
    open.clock.pin(RUNTIME_START + DAY);
    await schedules.apply();
    expect(files()).toEqual([]);
    await schedules.setPaused(key, false, 'user:mia');
    await schedules.apply();
    expect(files()).toHaveLength(1);
    expect(await schedules.remove(key, 'user:mia')).toBe(true);
    expect(await schedules.list()).toEqual([]);
    expect(await schedules.remove(key, 'user:mia')).toBe(false);
    expect(await schedules.runNow(key, 'user:mia')).toBeUndefined();
    const told = open.rows<{ type: string }>(
      `select type from audit where type like 'export schedule%' order by position`,
    );
    expect(told.map(({ type }) => type)).toEqual([
      'export schedule set',
      ...Array<string>(3).fill('export schedule changed'),
    ]);
  });

  it('runs now where it is asked, and its occurrences stay as they are', async () => {
    const { key, next } = await set({
      period: null,
      report: 'completeness',
      format: 'pdf',
      folder: 'reports/daily',
    });
    await tick('today');
    expect(await schedules.runNow(key, 'user:mia')).toMatchObject({ outcome: 'complete', error: null });
    expect(readdirSync(join(folder, 'exports/reports/daily'))).toEqual([
      'daily-prufpfad-2030-01-01T09-00-00.pdf',
    ]);
    expect(await only()).toMatchObject({ next });
  });

  it.each([
    [{ cycle: 'every day' }, /no cycle/],
    [{ cycle: 'R/PT0S' }, /no cycle/],
    [{ folder: '../out' }, /no folder below the export folder/],
  ])('that says %j is refused', async (request, why) => {
    await expect(set(request)).rejects.toThrow(why);
  });

  it('ends after its repetitions', async () => {
    await set({ cycle: 'R2/PT1H', period: null });
    for (const hour of [1, 2, 3]) {
      open.clock.pin(RUNTIME_START + hour * HOUR);
      await schedules.apply();
    }
    expect(files()).toHaveLength(2);
    expect(await only()).toMatchObject({ next: null, tryAt: null });
  });
});
