/**
 * What an export of a large journal takes: rows a second and memory, for each format, with BENCH_ROWS rows (1,000,000
 * when absent) that the runtime itself has written and the sequencer has put into the tree. Each format runs in a
 * process of its own, which does nothing else; memory is how much its resident set grew at most over what it had when
 * the server had opened the database, everything included. Rows a second are told by the clock and by the processor
 * time that was used: on a machine that does other things as well, only the second one is about the export.
 * BENCH_DATABASE names a file that the journal is kept in, and that is used again where it is there already.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openRuntime } from '@countersign/server';
import { openExport } from '../../server/audit/export.js';
import { findFormat } from '../../server/audit/formats/index.js';
import { openAuditTrail, trailFiles } from '../../server/audit/trail.js';
import { bpmnXml, chain } from '../support/bpmn-xml.js';

const ROWS = Number(process.env['BENCH_ROWS'] ?? 1_000_000);
const FORMATS = ['csv', 'jsonl', 'cloudevents', 'cloudevents-lines', 'xes', 'ocel'];
const CALLERS = 400;

const STRAIGHT = bpmnXml({
  id: 'straight',
  nodes: [
    { type: 'startEvent', id: 'start' },
    { type: 'task', id: 'first' },
    { type: 'manualTask', id: 'second' },
    { type: 'endEvent', id: 'end' },
  ],
  flows: chain('start', 'first', 'second', 'end'),
});

interface Figures {
  readonly format: string;
  readonly rows: number;
  readonly bytes: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly megabytes: number;
}

/** Writes at least so many rows. */
async function fill(database: string): Promise<void> {
  const runtime = await openRuntime({ database });
  const deployed = await runtime.deploy({
    resources: [{ name: 'straight.bpmn', content: STRAIGHT }],
    actor: 'client:bench',
  });
  if (!deployed.ok) throw new Error(deployed.problems[0].message);
  let number = 0;
  let isFull = false;
  const caller = async (): Promise<void> => {
    while (!isFull) {
      number += 1;
      const variables = { customer: `Customer ${number}`, amount: number / 8, order: { lines: [number] } };
      const created = await runtime.createInstance({ processId: 'straight', variables }, 'user:mary');
      if (!created.ok) throw new Error(created.rejection.reason);
      if (number % 500 === 0) {
        const [{ rows }] = (await runtime.store.knex('audit').max({ rows: 'position' })) as [
          { rows: number },
        ];
        isFull ||= rows >= ROWS;
      }
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
  const trail = await openAuditTrail(runtime, trailFiles(database), {
    onError(error, what) {
      console.error(what, error);
    },
  });
  await trail.catchUp();
  await trail.close();
  await runtime.shutdown();
}

/** Exports everything in one format, as the child process. */
async function measure(database: string, name: string): Promise<Figures> {
  const format = findFormat(name);
  if (!format) throw new Error(`There is no format ${name}`);
  const runtime = await openRuntime({ database });
  const trail = await openAuditTrail(runtime, trailFiles(database), { onError: console.error });
  globalThis.gc?.();
  const cpuBefore = process.cpuUsage();
  const before = process.memoryUsage().rss;
  const started = performance.now();
  const file = openExport(runtime, {
    filter: {},
    format,
    report: null,
    actor: 'user:bench',
    trail,
    schedule: null,
  });
  let bytes = 0;
  for await (const piece of file.bytes) bytes += piece.length;
  const seconds = (performance.now() - started) / 1000;
  const megabytes = process.resourceUsage().maxRSS / 1024 - before / 1024 / 1024;
  const rows = file.result()?.rows ?? 0;
  const cpu = process.cpuUsage(cpuBefore);
  const cpuSeconds = (cpu.user + cpu.system) / 1e6;
  await trail.close();
  await runtime.shutdown();
  return { format: name, rows, bytes, seconds, cpuSeconds, megabytes };
}

const [, , asked, path] = process.argv;
if (asked !== undefined) {
  console.log(JSON.stringify(await measure(path, asked)));
} else {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'));
  try {
    const kept = process.env['BENCH_DATABASE'];
    const database = kept ?? join(folder, 'journal.db');
    if (!existsSync(database)) await fill(database);
    console.log('format                   rows  of journal rows/s   rows/cpu-s      MB/s   memory MB');
    const all: Figures[] = [];
    for (const name of FORMATS) {
      const child = spawnSync(
        process.execPath,
        ['--expose-gc', fileURLToPath(import.meta.url), name, database],
        { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
      );
      if (child.status !== 0) throw new Error(`The export as ${name} failed`);
      const figures = JSON.parse(child.stdout.trim().split('\n').at(-1) ?? '') as Figures;
      all.push(figures);
      const { rows, bytes, seconds, cpuSeconds, megabytes } = figures;
      const cells = [
        name.padEnd(18),
        String(rows).padStart(11),
        (ROWS / seconds).toFixed(0).padStart(19),
        (ROWS / cpuSeconds).toFixed(0).padStart(13),
        (bytes / 1e6 / seconds).toFixed(1).padStart(10),
        megabytes.toFixed(0).padStart(12),
      ];
      console.log(cells.join(''));
    }
    const of = (name: string): Figures | undefined => all.find(({ format }) => format === name);
    console.log('');
    console.log(
      `RESULT ${JSON.stringify({
        benchmark: 'export',
        journalRows: ROWS,
        csvRowsPerCpuSecond: Math.round((of('csv')?.rows ?? 0) / (of('csv')?.cpuSeconds ?? 1)),
        jsonlRowsPerCpuSecond: Math.round((of('jsonl')?.rows ?? 0) / (of('jsonl')?.cpuSeconds ?? 1)),
        csvRowsPerSecond: Math.round((of('csv')?.rows ?? 0) / (of('csv')?.seconds ?? 1)),
        jsonlRowsPerSecond: Math.round((of('jsonl')?.rows ?? 0) / (of('jsonl')?.seconds ?? 1)),
        mostMegabytes: Math.round(Math.max(...all.map(({ megabytes }) => megabytes))),
      })}`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
