/** Reports: each answers its question from the journal, and says the same in every format. */
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseNote, parseVerifierKey, verifyNote } from '@countersign/engine';
import { nodeJournalPort } from '../../server/audit/journal-port.js';
import { startExampleTrail } from './example-trail.js';
import type { ExampleTrail } from './example-trail.js';
import { pdfText } from './pdf-text.js';
import { pdfaFindings } from './pdfa.js';

interface Report {
  readonly lines: readonly Record<string, string | number | null>[];
  readonly totals: Readonly<Record<string, string | number>>;
}
let trail: ExampleTrail;

/** A text of a worker that tears a table apart and begins a formula, if it can. */
const TORN = 'boom\n=1+1\r\n"quoted", and\rmore';
/** The end of the period in which everything happened: exports add rows themselves. */
let until: string;

beforeAll(async () => {
  trail = await startExampleTrail();
  const created = await trail.call('POST', '/v2/process-instances', { processDefinitionId: 'order' });
  expect(created.status).toBe(200);
  const activation = { type: 'look', timeout: 60_000, maxJobsToActivate: 9, worker: 'looker' };
  const { body } = await trail.call('POST', '/v2/jobs/activation', activation);
  for (const { jobKey } of body.jobs as { jobKey: string }[]) {
    await trail.call('POST', `/v2/jobs/${jobKey}/failure`, { retries: 0, errorMessage: TORN });
  }
  const last = await trail.call('GET', '/api/audit?order=desc&limit=1');
  const end = Date.parse((last.body.items as { at: string }[])[0].at) + 1;
  until = new Date(end).toISOString();
  // How long something has waited is the same in all of them then.
  expect((await trail.call('PUT', '/v2/clock', { timestamp: end })).status).toBe(204);
});
afterAll(() => trail.server.close());

async function bytes(report: string, format: string, query = ''): Promise<Buffer> {
  const response = await trail.get(`/api/audit/exports?report=${report}&format=${format}${query}`, 'carlos');
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}

const lineOf = ({ lines }: Report, name: string): Report['lines'][number] | undefined =>
  lines.find(({ source }) => source === name);

async function read(report: string, query = ''): Promise<Report> {
  return JSON.parse((await bytes(report, 'json', query)).toString()) as Report;
}

describe.each(['approvals', 'ai-activity', 'duty-separation', 'open-incidents', 'access-changes'])(
  'the report %s',
  (name) => {
    it('has the same lines and totals as JSON, CSV and PDF/A', async () => {
      const period = `&to=${until}`;
      const { lines, totals } = await read(name, period);
      const csv = await bytes(name, 'csv', period);
      const records = parse<Record<string, string>>(csv, {
        bom: true,
        columns: true,
        record_delimiter: '\r\n',
      });
      expect(
        records.flatMap((record) => Object.values(record)).filter((value) => /^[=+\-@\t\r\n]/.test(value)),
      ).toEqual([]);
      // An apostrophe before what a spreadsheet would run is the only difference.
      const plain = records.map((record) =>
        Object.fromEntries(
          Object.entries(record).map(([key, value]) => [key, value.replace(/^'(?=[=+\-@])/, '')]),
        ),
      );
      const asText = (value: string | number | null): string => (value === null ? '' : String(value));
      const texts = lines.map((line) =>
        Object.entries(line).map(([key, value]) => [key, asText(value)] as const),
      );
      expect(plain).toEqual(texts.map((line) => Object.fromEntries(line)));
      const pdf = await bytes(name, 'pdf', period);
      expect(pdfaFindings(pdf)).toEqual([]);
      const text = pdfText(pdf).replaceAll('\f', '\n');
      for (const [total, value] of Object.entries(totals)) expect(text).toContain(`${total}\n${value}\n`);
    });
  },
);

describe('reports', () => {
  it('keep what a worker says in one field, whatever it says', async () => {
    const { lines } = await read('open-incidents');
    expect(lines.flatMap((line) => Object.values(line))).toContain(TORN);
    const records = parse<Record<string, string>>(await bytes('open-incidents', 'csv'), {
      bom: true,
      columns: true,
      record_delimiter: '\r\n',
    });
    expect(records).toHaveLength(lines.length);
    expect(records.flatMap((record) => Object.values(record))).toContain(TORN);
  });

  it('list approvals and refusals with their reasons', async () => {
    const { lines, totals } = await read('approvals');
    expect(lines).toMatchObject([
      { processInstanceKey: trail.approved, who: 'Mia Lindqvist (mia)', outcome: 'approved', reason: null },
      { processInstanceKey: trail.refused, outcome: 'refused', reason: 'Too expensive, =really' },
    ]);
    expect(totals).toEqual({
      Decisions: 2,
      Approved: 1,
      Refused: 1,
      'Without a question': 0,
      Signed: 0,
      People: 1,
    });
    expect((await read('approvals', `&processInstanceKey=${trail.refused}`)).totals.Decisions).toBe(1);
  });

  it('find who approved in a case of their own', async () => {
    expect((await read('duty-separation')).totals).toEqual({
      'Cases looked at': 4,
      'Cases with approvals': 1,
      Conflicts: 0,
    });
    const created = await trail.call('POST', '/v2/process-instances', {
      processDefinitionId: 'order',
      variables: {},
    });
    const key = String(created.body.processInstanceKey);
    const jobs = await trail.call('POST', '/v2/jobs/activation', {
      type: 'look',
      timeout: 60_000,
      maxJobsToActivate: 1,
    });
    const [{ jobKey }] = jobs.body.jobs as [{ jobKey: string }];
    await trail.call('POST', `/v2/jobs/${jobKey}/completion`, {});
    const tasks = await trail.call('POST', '/v2/user-tasks/search', { filter: { processInstanceKey: key } });
    const [{ userTaskKey }] = tasks.body.items as [{ userTaskKey: string }];
    await trail.call('POST', `/v2/user-tasks/${userTaskKey}/assignment`, { assignee: 'demo' });
    await trail.call('POST', `/v2/user-tasks/${userTaskKey}/completion`, { variables: { approved: true } });
    const { lines, totals } = await read('duty-separation');
    expect(totals.Conflicts).toBe(1);
    expect(lines).toMatchObject([{ case: key, who: 'Dana Demo (demo)', approved: 'Approve order' }]);
    expect(lines[0].also).toBe('started the case, deployed the version that ran');
  });

  it('list incidents that are open, and no others', async () => {
    const jobs = await trail.call('POST', '/v2/process-instances', {
      processDefinitionId: 'check-order',
      variables: {},
    });
    const key = String(jobs.body.processInstanceKey);
    const active = await trail.call('POST', '/v2/jobs/activation', {
      type: 'look',
      timeout: 60_000,
      maxJobsToActivate: 1,
    });
    const [{ jobKey }] = active.body.jobs as [{ jobKey: string }];
    await trail.call('POST', `/v2/jobs/${jobKey}/failure`, { retries: 0, errorMessage: '=broken, "badly"' });
    const { lines, totals } = await read('open-incidents');
    expect(totals).toEqual({ Created: 2, Resolved: 0, Open: 2 });
    expect(lines).toMatchObject([
      { kind: 'JOB_NO_RETRIES', message: TORN },
      { processInstanceKey: key, kind: 'JOB_NO_RETRIES', message: '=broken, "badly"' },
    ]);
    await trail.call('POST', `/v2/process-instances/${key}/cancellation`, {});
    expect((await read('open-incidents')).totals).toEqual({ Created: 2, Resolved: 1, Open: 1 });
  });

  it('list what was done to the house', async () => {
    const { lines } = await read('access-changes');
    expect(lines.map(({ what }) => what)).toContain('deployment created');
    expect(lines.map(({ detail }) => detail)).toContain(
      'The role "operator" that comes with the server was written.',
    );
    expect(lines.filter(({ what }) => what === 'audit exported').length).toBeGreaterThan(5);
    expect(lines.every(({ what }) => !String(what).startsWith('element'))).toBe(true);
  });

  it('keep the pages of a long table as wide as its first one', async () => {
    const text = (await bytes('access-changes', 'pdf')).toString('latin1');
    const [cover, ...table] = [...text.matchAll(/\/MediaBox \[0 0 ([\d.]+) [\d.]+\]/g)].map(([, width]) =>
      Math.round(Number(width)),
    );
    expect(cover).toBe(595);
    expect(table.length).toBeGreaterThan(1);
    expect(new Set(table)).toEqual(new Set([842]));
  });

  it('state that no row is missing, by the newest checkpoint and under the signature of the log', async () => {
    const report = await read('completeness');
    const { totals } = report;
    expect(totals).toMatchObject({
      'Positions skipped': 0,
      'Rows missing in trees': 0,
      'Rows removed after they were recorded': 0,
      'Rows changed after they were recorded': 0,
    });
    expect(totals['Rows that fit the filter']).toBe(totals['Rows of the journal']);
    expect(lineOf(report, 'Positions of the journal')?.finding).toMatch(/^1 to \d+, none skipped$/);
    const size = lineOf(report, 'Newest checkpoint')?.rows;
    expect(lineOf(report, 'Rows that are what was recorded')?.rows).toBe(size);
    const { body } = await trail.call('GET', `/api/audit/proof/inclusion?position=1&size=${String(size)}`);
    const [, signed, root] = String(body.checkpoint).split('\n');
    expect(Number(signed)).toBe(size);
    expect(lineOf(report, 'Newest checkpoint')?.finding).toContain(`root ${root}`);

    const { items } = (await trail.call('GET', '/api/audit/keys')).body as { items: { key: string }[] };
    const key = parseVerifierKey(nodeJournalPort, items[0].key);
    const note = parseNote(String(lineOf(report, 'Statement: complete')?.finding));
    if (!key || !note) throw new Error('There is no key or no note.');
    expect(verifyNote(nodeJournalPort, note, [key]).signed).toEqual([key]);
    expect(note.text.split('\n')).toEqual(
      expect.arrayContaining([`checkpoint ${size} ${root}`, `recorded ${size}`, 'removed 0', 'complete']),
    );
    expect(pdfaFindings(await bytes('completeness', 'pdf'))).toEqual([]);
    const last = await trail.call('GET', '/api/audit?type=audit exported&order=desc&limit=1');
    expect((last.body.items as { data: object }[])[0].data).toMatchObject({
      report: 'completeness',
      format: 'pdf',
    });
  });

  it('come in the formats of reports alone', async () => {
    const { status, body } = await trail.call('GET', '/api/audit/exports?report=approvals&format=xes');
    expect(status).toBe(400);
    expect(body.detail).toContain('pdf, csv, json');
  });
});
