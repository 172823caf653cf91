/**
 * Exports of the journal, streamed: a million rows take the memory of one page. CSV by RFC 4180 for
 * spreadsheets, JSON lines for pipelines; both have the same rows as a search with the same filter.
 */
import { findAuditRows, lastAuditPosition } from '../store/queries/audit-rows.js';
import type { AuditFilter, AuditRow } from '../store/queries/audit-rows.js';
import type { Store } from '../store/store.js';

const PAGE = 1000;

/** The formats there are. */
export type ExportFormat = 'csv' | 'jsonl';

/** The media type of a format. */
export const MEDIA_TYPES: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv; charset=utf-8; header=present',
  jsonl: 'application/jsonl; charset=utf-8',
};

const COLUMNS = [
  'position',
  'at',
  'actor',
  'type',
  'elementId',
  'elementInstanceKey',
  'flowId',
  'processInstanceKey',
  'processDefinitionKey',
  'data',
] as const satisfies readonly (keyof AuditRow)[];

/** The text of an export, a page of rows at a time, oldest first; rows written after its start stay out. */
export async function* exportAudit(
  { knex }: Store,
  filter: AuditFilter,
  format: ExportFormat,
): AsyncGenerator<string> {
  const until = await lastAuditPosition(knex);
  if (format === 'csv') yield `${COLUMNS.join(',')}\r\n`;
  let after: number | undefined;
  for (;;) {
    const rows = await findAuditRows(knex, filter, { limit: PAGE, after, until, order: 'asc' });
    if (rows.length > 0) yield rows.map(format === 'csv' ? csvLine : jsonLine).join('');
    if (rows.length < PAGE) return;
    after = rows[rows.length - 1].position;
  }
}

function jsonLine(row: AuditRow): string {
  return `${JSON.stringify(row)}\n`;
}

/** One record of CSV, ended by CR LF. */
export function csvLine(row: AuditRow): string {
  return `${COLUMNS.map((column) => csvField(column === 'data' ? JSON.stringify(row.data) : row[column])).join(',')}\r\n`;
}

/** A text that a spreadsheet would run as a formula is marked as text by an apostrophe. */
function csvField(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
