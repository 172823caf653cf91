/** A report template as a file: CSV for spreadsheets, JSON for programs, PDF/A for people; all with the same lines and totals. */
import { setCover } from '../report/cover.js';
import { facts, heading, paragraph } from '../report/parts.js';
import { createSheet } from '../report/sheet.js';
import type { Paging } from '../report/sheet.js';
import { beginTable } from '../report/table.js';
import { TEMPLATES } from '../report/templates/index.js';
import { createTotals } from '../report/templates/template.js';
import type { ReportColumn, ReportLine, ReportTemplate, Totals } from '../report/templates/template.js';
import { countText } from '../report/values.js';
import { describeFilter, toQuery } from '../filter.js';
import { csvHead, csvRecords } from './csv.js';
import type { ExportFormat, ExportSource } from './format.js';

/** The formats that reports come in. */
export const REPORT_FORMATS: readonly string[] = ['pdf', 'csv', 'json'];

/** The format that writes a template; undefined where there is no such template or format. */
export function findReportFormat(report: string, format: string): ExportFormat | undefined {
  const template = TEMPLATES.find(({ name }) => name === report);
  return template && WRITERS[format]?.(template);
}

const WRITERS: Readonly<Record<string, ((template: ReportTemplate) => ExportFormat) | undefined>> = {
  csv: (template) => ({
    name: 'csv',
    extension: 'csv',
    mediaType: 'text/csv; charset=utf-8; header=present',
    async *write(source) {
      yield csvHead(template.columns.map(({ key }) => key));
      for await (const line of template.lines(source, createTotals())) {
        yield csvRecords([template.columns.map(({ key }) => line[key])]);
      }
    },
  }),
  json: (template) => ({
    name: 'json',
    extension: 'json',
    mediaType: 'application/json; charset=utf-8',
    async *write(source) {
      const { name, title, columns } = template;
      const totals = createTotals();
      const head = {
        report: name,
        title,
        madeAt: new Date(source.now).toISOString(),
        madeFor: source.actor,
        origin: source.origin,
        query: toQuery(source.filter),
        journalUntil: source.rows.until,
        columns: columns.map(({ key, name: column }) => ({ key, name: column })),
      };
      yield `${JSON.stringify(head).slice(0, -1)},"lines":[`;
      let first = true;
      for await (const line of template.lines(source, totals)) {
        yield `${first ? '\n' : ',\n'}${JSON.stringify(line)}`;
        first = false;
      }
      yield `\n],"totals":${JSON.stringify(Object.fromEntries(totals.all()))}}\n`;
    },
  }),
  pdf: (template) => ({
    name: 'pdf',
    extension: 'pdf',
    mediaType: 'application/pdf',
    async *write(source) {
      const totals = createTotals();
      // Rows are counted once, though they are read three times: for the totals, the pages, and the file.
      const counting = template.lines(source, totals);
      for (let line = await counting.next(); line.done !== true;) line = await counting.next();
      const again = { ...source, count: () => undefined };
      const first = set(template, again, totals, null);
      let step = await first.next();
      while (step.done !== true) step = await first.next();
      yield* set(template, again, totals, step.value);
    },
  }),
};

/** Columns that say when: an ISO time with its zone is written without it under a head that names the zone. */
const TIMES = /\(UTC\)$/;

async function* set(
  template: ReportTemplate,
  source: ExportSource,
  totals: Totals,
  paging: Paging | null,
): AsyncGenerator<Uint8Array, Paging> {
  const { title, lead, notes, columns } = template;
  const sheet = createSheet({ title, subject: source.origin, at: source.now, author: 'Countersign' }, paging);
  const sums = totals
    .all()
    .map(([name, value]) => [name, typeof value === 'number' ? numberText(value) : value] as const);
  const words = { title, lead, notes, madeFor: await source.nameActor(source.actor) };
  setCover(
    sheet,
    source,
    words,
    sums.slice(0, 4).map(([name, figure]) => ({ name, figure })),
  );
  heading(sheet, 'Totals', 2);
  facts(sheet, sums);
  sheet.turn('landscape');
  sheet.part(
    title,
    describeFilter(source.filter)
      .map(([, value]) => value)
      .join(', '),
  );
  heading(sheet, title, 1);
  const table = beginTable(sheet, columns);
  let lines = 0;
  for await (const line of template.lines(source, createTotals())) {
    lines += 1;
    table.row(columns.map((column) => cellText(column, line)));
    if (lines % 50 === 0) yield* sheet.take();
  }
  if (lines === 0) paragraph(sheet, 'There is nothing to list.', true);
  const { bytes, paging: found } = sheet.end();
  yield* bytes;
  return found;
}

function cellText({ key, name }: ReportColumn, line: ReportLine): string {
  const value = line[key];
  if (value === null || value === undefined || value === '') return '–';
  if (typeof value === 'number') return key === 'position' ? String(value) : numberText(value);
  return TIMES.test(name) ? value.slice(0, 19).replace('T', ' ') : value;
}

function numberText(value: number): string {
  return Number.isInteger(value) ? countText(value) : value.toFixed(6).replace(/0+$/, '');
}
