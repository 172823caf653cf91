/**
 * Somebody who looks hard for an erased person: in the bytes of every file, in the log, and in every export in every
 * format. Every proof from before and after holds.
 */
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunningServer } from '@countersign/server';
import { parseVerifierKey, verifyBundle } from '@countersign/engine';
import { openBundle } from '../../server/audit/bundle/open-bundle.js';
import { FORMAT_NAMES, REPORT_FORMATS, TEMPLATE_NAMES } from '../../server/audit/formats/index.js';
import { nodeJournalPort as port } from '../../server/audit/journal-port.js';
import { checkJournal } from '../../server/store/check-journal.js';
import { textColumns, treatmentOf } from '../../server/store/erasure/texts.js';
import { entriesOf } from '../support/zip-entries.js';
import { pdfText } from './pdf-text.js';
import { NAME, STREET, USERNAME, VALUES, WORDS } from './planted-person.js';
import type { Call } from './planted-person.js';
import { startPlanted } from './planted-server.js';
import type { Planted } from './planted-server.js';

let folder: string;
let server: RunningServer;
let planted: Planted;
let keys: string[];
let running: string;
let before: Buffer;

const administrator: Call = (...asked) => planted.administrator(...asked);

async function file(path: string): Promise<Buffer> {
  const credentials = Buffer.from('demo:demo').toString('base64');
  const response = await fetch(server.url + path, { headers: { Authorization: `Basic ${credentials}` } });
  if (response.status !== 200)
    throw new Error(`${path}: ${String(response.status)} ${await response.text()}`);
  return Buffer.from(await response.arrayBuffer());
}

/** The ways in which a word can stand in a file. */
function spellings(word: string): string[] {
  const json = JSON.stringify(word).slice(1, -1);
  const ascii = json.replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  const twice = JSON.stringify(json).slice(1, -1);
  const xml = word.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return [word, json, ascii, twice, xml, xml.replaceAll('"', '&quot;'), encodeURIComponent(word)];
}

/** Where words stand in bytes, with what is around them. */
function leaks(where: string, bytes: Buffer | string): string[] {
  const buffer = Buffer.from(bytes as string);
  const lower = Buffer.from(buffer.toString('latin1').toLowerCase(), 'latin1');
  return WORDS.flatMap((word) =>
    [...new Set(spellings(word))].flatMap((spelling) => {
      const needle = Buffer.from(Buffer.from(spelling).toString('latin1').toLowerCase(), 'latin1');
      const at = lower.indexOf(needle);
      if (at < 0) return [];
      return [`${where}: ${buffer.subarray(Math.max(0, at - 80), at + 80).toString()}`];
    }),
  );
}

function fileLeaks(): string[] {
  return readdirSync(folder).flatMap((name) => leaks(name, readFileSync(join(folder, name))));
}

async function verified(bundle: Buffer): Promise<boolean> {
  const path = join(tmpdir(), `countersign-traces-${process.pid}.zip`);
  writeFileSync(path, bundle);
  const open = await openBundle(path);
  try {
    const key = parseVerifierKey(port, keys[0]);
    if (!key) throw new Error('The log has no key.');
    return (await verifyBundle(port, open, { key })).isGenuine;
  } finally {
    open.close();
    rmSync(path);
  }
}

const request = {
  persons: [USERNAME],
  values: VALUES,
  legalGround: 'GDPR article 17 (1) b',
  reason: 'asked for',
};
let certificate: { remaining: { table: string; column: string }[]; rows: unknown[] };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-traces-'));
  planted = await startPlanted(`sqlite:${join(folder, 'test.db')}`, folder);
  ({ server, running } = planted);
  const { items } = (await administrator('GET', '/api/audit/keys')) as { items: { key: string }[] };
  keys = items.map(({ key }) => key);
  before = await file('/api/audit/bundle');
}, 120_000);
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await Promise.resolve();
});

describe('a person who is looked for by somebody who looks hard', () => {
  test('is everywhere before', () => {
    const found = fileLeaks();
    for (const word of [NAME, STREET, USERNAME]) expect(found.join('\n')).toContain(word);
  });

  test('is not erased while an instance about her runs', async () => {
    const refused = await administrator('POST', '/api/erasures', request, [409]);
    expect(refused['detail']).toContain('still run');
  });

  test('is nowhere in the files after', async () => {
    const plan = await administrator('POST', '/api/erasures', { ...request, dryRun: true });
    expect(plan).toMatchObject({ runningInstances: [running] });
    const signed = await administrator('POST', '/api/erasures', { ...request, includeRunning: true });
    expect(signed).toMatchObject({ areFilesRewritten: true });
    certificate = signed['certificate'] as typeof certificate;
    expect(certificate.rows).toHaveLength(Number(plan['rows']));
    expect(fileLeaks()).toEqual([]);
    expect(certificate.remaining).toEqual([]);
  });

  test('is nowhere in the log', () => {
    expect(planted.log()).toContain('/api/erasures');
    expect(leaks('log', planted.log())).toEqual([]);
  });

  test.each(FORMAT_NAMES)('is in no export as %s', async (format) => {
    const bytes = await file(`/api/audit/exports?format=${format}`);
    expect(bytes.length).toBeGreaterThan(500);
    expect(leaks(format, format === 'pdf' ? pdfText(bytes) : bytes)).toEqual([]);
  });

  test.each(TEMPLATE_NAMES.flatMap((report) => REPORT_FORMATS.map((format) => [report, format] as const)))(
    'is not in the report %s as %s',
    async (report, format) => {
      const bytes = await file(`/api/audit/exports?report=${report}&format=${format}`);
      expect(leaks(report, format === 'pdf' ? pdfText(bytes) : bytes)).toEqual([]);
    },
  );

  test('is in no bundle, and all bundles verify: those from before and those from after', async () => {
    const after = await file('/api/audit/bundle');
    for (const [name, bytes] of await entriesOf(after)) expect(leaks(name, bytes)).toEqual([]);
    expect(leaks('before', (await entriesOf(before)).get('contents.jsonl') ?? '')).not.toEqual([]);
    expect([await verified(before), await verified(after)]).toEqual([true, true]);
  });

  test('is in no answer of the API, and the instance that runs comes to its end', async () => {
    const asked = [
      ['POST', '/v2/process-instances/search'],
      ['POST', '/v2/variables/search'],
      ['POST', '/v2/user-tasks/search'],
      ['POST', '/v2/jobs/search'],
      ['POST', '/v2/incidents/search'],
      ['POST', '/v2/decision-instances/search'],
      ['POST', '/api/batch-operations/search'],
      ['POST', '/api/batch-operation-items/search'],
      ['GET', '/api/retention'],
      ['GET', '/api/legal-holds'],
      ['GET', '/api/models'],
      ['GET', '/api/users'],
      ['GET', '/api/erasures'],
      ['GET', '/api/audit?limit=1000'],
    ] as const;
    for (const [method, path] of asked) {
      const answer = await administrator(method, path, method === 'POST' ? {} : undefined);
      expect(leaks(path, JSON.stringify(answer))).toEqual([]);
    }
    await administrator('POST', `/api/process-instances/${running}/resumption`, undefined, [200, 204]);
    const { items } = await administrator('POST', '/v2/user-tasks/search', {
      filter: { processInstanceKey: running },
    });
    const { userTaskKey } = (items as { userTaskKey: string }[])[0];
    await administrator('POST', `/v2/user-tasks/${userTaskKey}/completion`, {});
    await administrator('POST', `/v2/process-instances/${running}/cancellation`, {});
  });

  test('does not come back when the server stops and writes what it had in memory; the journal replays', async () => {
    await server.close();
    expect(fileLeaks()).toEqual([]);
    expect((await checkJournal(join(folder, 'test.db'))).differences).toEqual([]);
  });
});

test('every text column is declared: what an erasure does about it', async () => {
  const { openStore } = await import('../../server/store/store.js');
  const store = await openStore(':memory:');
  const columns = await textColumns(store.knex);
  await store.close();
  expect(columns.filter((column) => treatmentOf(column) === undefined)).toEqual([]);
});
