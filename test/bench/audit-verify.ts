/**
 * How long it takes to verify a bundle of BENCH_ROWS rows (1,000,000 when absent), a tenth of them with content, and
 * how much memory. The limit is 15 seconds of one core: what counts is processor time, of all threads together.
 */
import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  checkpointText,
  createFrontier,
  formatVerifierKey,
  keyStatementText,
  leafOf,
} from '@countersign/engine';
import { writeBundle } from '../../server/audit/bundle/write-bundle.js';
import type { BundleSource, CheckedLeaf, ShownLeaf } from '../../server/audit/bundle/source.js';
import { nodeJournalPort as port } from '../../server/audit/journal-port.js';
import { verify } from '../../server/cli/verify.js';
import { MARY, ORIGIN, newRow, noteBy, testSigner } from '../support/audit-log.js';
import type { Content } from '../support/audit-log.js';

const ROWS = Number(process.env['BENCH_ROWS'] ?? 1_000_000);
const LIMIT = 15;
const CHUNK = 1000;

const signer = testSigner('first key');

function leafAt(index: number): CheckedLeaf & ShownLeaf {
  const contents = new Map<number, Content>();
  const row = newRow(index + 1, MARY.pseudonym, contents);
  const found = contents.get(row.position);
  const content = found ? { content: found.content, salt: found.salt.toString('hex') } : null;
  const { position } = row;
  return { index, recorded: leafOf(port, row).hash, position, row, content, isShown: () => true };
}

/** All leaves, a chunk at a time. */
async function* leavesOf(count: number): AsyncGenerator<(CheckedLeaf & ShownLeaf)[]> {
  for (let from = 0; from < count; from += CHUNK) {
    const length = Math.min(CHUNK, count - from);
    yield await Promise.resolve(Array.from({ length }, (_, at) => leafAt(from + at)));
  }
}

/** The rows are made as they are asked for: a million of them would not fit beside what is measured. */
function sourceOf(count: number): BundleSource {
  const tree = createFrontier(port.sha256);
  for (let index = 0; index < count; index += 1) tree.append(leafAt(index).recorded);
  const head = checkpointText({ origin: ORIGIN, size: count, root: tree.root() });
  const statement = { origin: ORIGIN, number: 1, key: signer.key, size: 0, at: '2026-01-31T09:00:00.000Z' };
  return {
    origin: ORIGIN,
    filter: {},
    range: { from: 0, to: count },
    checkpoint: { size: count, note: noteBy(head, signer) },
    earlier: [],
    timeStamps: [],
    keyStatements: [noteBy(keyStatementText(statement), signer)],
    subtree: () => Promise.reject(new Error('All rows are shown.')),
    leaves: () => leavesOf(count),
    shown: () => leavesOf(count),
    person: () => Promise.resolve(undefined),
    models: () => Promise.resolve([]),
    sign: (text) => noteBy(text, signer),
    now: () => 0,
  };
}

const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'));
try {
  const path = join(folder, 'bundle.zip');
  const writing = performance.now();
  await pipeline(Readable.from(writeBundle(sourceOf(ROWS))), createWriteStream(path));
  const written = (performance.now() - writing) / 1000;

  const before = process.cpuUsage();
  const began = performance.now();
  const resident = process.memoryUsage.rss();
  let most = resident;
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, 50);
  let out = '';
  const code = await verify(
    { bundle: path, key: formatVerifierKey(signer.key) },
    {
      out: (text) => void (out += text),
      err: () => undefined,
      environment: {},
      isWatched: false,
      readInput: () => Promise.resolve(''),
    },
  );
  clearInterval(watch);
  const { user, system } = process.cpuUsage(before);
  const cpu = (user + system) / 1e6;
  const wall = (performance.now() - began) / 1000;
  if (code !== 0) throw new Error(`The bundle does not verify:\n${out}`);

  const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0);
  console.log(out);
  console.log(
    `bundle of ${ROWS} rows      ${megabytes(statSync(path).size)} MB, written in ${written.toFixed(1)} s`,
  );
  console.log(`verified               ${wall.toFixed(1)} s, ${cpu.toFixed(1)} s of processor time`);
  console.log(`memory grew by         ${megabytes(most - resident)} MB`);
  console.log(`of the ${LIMIT} s allowed     ${(cpu / LIMIT).toFixed(2)}`);
  console.log(
    `RESULT ${JSON.stringify({ rows: ROWS, cpuSeconds: cpu, wallSeconds: wall, limitRatio: cpu / LIMIT, memoryMegabytes: Math.round((most - resident) / 1e6) })}`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
