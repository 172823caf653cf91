/** CSV by RFC 4180, for spreadsheets: what a spreadsheet would run as a formula is marked as text. */
import { stringify } from 'csv-stringify/sync';
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

/** Records of CSV, each ended by CR LF. */
export function csvRecords(records: readonly (readonly Cell[])[]): string {
  return stringify(records as Cell[][], { record_delimiter: '\r\n', escape_formulas: true });
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
