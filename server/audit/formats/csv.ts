/**
 * CSV by RFC 4180, for spreadsheets and for programs. Every file of it is written here: a field that has a quote, a comma
 * or the end of a line in it stands in quotes, and what a spreadsheet would run as a formula is marked as text.
 */
import { writeJson } from '@countersign/engine';
import type { AuditRow } from '../../store/queries/audit-rows.js';
import { rowByRow } from './format.js';

const COLUMNS = [
  'position',
  'at',
  'actor',
  'type',
  'elementId',
  'elementInstanceKey',
  'flowId',
  'processInstanceKey',
  'rootProcessInstanceKey',
  'sequence',
  'processDefinitionKey',
  'data',
  'erased',
] as const satisfies readonly (keyof AuditRow)[];

type Cell = string | number | null;

/**
 * What makes a spreadsheet take a text for a formula: a sign at its beginning, also one of the wide forms of East Asia,
 * and also behind characters that importers drop (white space, and such as nobody sees).
 */
const FORMULA = /^[\s\p{Cc}\p{Cf}]*[=+\-@＝＋－＠]/u;
/** A tab or an end of a line at the beginning makes some of them look at what comes next. */
const LEADING_CONTROL = /^[\t\r\n]/;
const NEEDS_QUOTES = /[",\r\n]/;

/** A text that no spreadsheet runs: an apostrophe before it says that it is text. */
function defused(text: string): string {
  return FORMULA.test(text) || LEADING_CONTROL.test(text) ? `'${text}` : text;
}

function field(cell: Cell): string {
  if (cell === null) return '';
  // A number is none of a formula's texts: a minus before it stays what it is.
  if (typeof cell === 'number') return String(cell);
  const text = defused(cell);
  // White space at the ends is dropped by some readers where no quotes stand around it.
  if (!NEEDS_QUOTES.test(text) && text.trim() === text) return text;
  return `"${text.replaceAll('"', '""')}"`;
}

/** Records of CSV, each ended by CR LF. */
export function csvRecords(records: readonly (readonly Cell[])[]): string {
  return records.map((cells) => `${cells.map(field).join(',')}\r\n`).join('');
}

/** The first record, with the names of the columns. A byte order mark is what tells spreadsheets that this is UTF-8. */
export function csvHead(names: readonly string[]): string {
  return `\u{FEFF}${csvRecords([names])}`;
}

/** Comma-separated values with a line of names; `data` is JSON. */
export const csv = rowByRow({
  name: 'csv',
  extension: 'csv',
  mediaType: 'text/csv; charset=utf-8; header=present',
  head: csvHead(COLUMNS),
  chunk: (rows) => csvRecords(rows.map((row) => COLUMNS.map((name) => cellOf(row, name)))),
});

function cellOf(row: AuditRow, name: (typeof COLUMNS)[number]): Cell {
  if (name === 'data') return writeJson(row.data);
  return name === 'erased' ? String(row.erased) : row[name];
}
