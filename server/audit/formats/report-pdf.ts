/** A report template as PDF/A, for people: a cover with the totals, and the lines as a table. */
import { setCover } from '../report/cover.js';
import { facts, heading, paragraph } from '../report/parts.js';
import { createSheet, setTwice } from '../report/sheet.js';
import type { Paging } from '../report/sheet.js';
import { beginTable } from '../report/table.js';
import { createTotals } from '../report/templates/template.js';
import type { ReportColumn, ReportLine, ReportTemplate, Totals } from '../report/templates/template.js';
import { countText } from '../report/values.js';
import { describeFilter } from '../filter.js';
import type { ExportSource } from './format.js';

/** Writes the lines of a template; gives the bytes of the file as pages are finished. */
export async function* writeReportPdf(
  template: ReportTemplate,
  source: ExportSource,
): AsyncGenerator<Uint8Array> {
  const totals = createTotals();
  // Rows are counted once, though they are read three times: for the totals, the pages, and the file.
  const counting = template.lines(source, totals);
  for (let line = await counting.next(); line.done !== true;) line = await counting.next();
  const again = { ...source, count: () => undefined };
  yield* setTwice((paging) => set(template, again, totals, paging));
}

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
