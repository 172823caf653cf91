/** What a conversion reports: each thing of Camunda 7 that was found in the file, and what became of it. */

/**
 * What became of a thing: `mapped` has the same meaning here; `decide` needs a choice or work by a person before
 * the process can run as it did; `none` has no counterpart, and nothing is left to do for it.
 */
export type ConversionOutcome = 'mapped' | 'decide' | 'none';

/** One thing that was found. */
export interface ConversionEntry {
  readonly outcome: ConversionOutcome;
  /** The element it belongs to; null for the file as a whole. */
  readonly elementId: string | null;
  readonly elementName: string | null;
  /** As in the file, such as `camunda:assignee`; or a problem code where deployment would refuse the result. */
  readonly found: string;
  /** Its value as in the file; empty where it has none. */
  readonly value: string;
  /** What stands for it in the converted file; empty where nothing does. */
  readonly becomes: string;
  /** A sentence: what it means here, or what is to be chosen and why. */
  readonly message: string;
  /** For `decide`, what would mostly be right; else empty. */
  readonly suggestion: string;
}

/** How many things have each outcome. */
export type ConversionCounts = Readonly<Record<ConversionOutcome, number>>;

/** Counts a report. */
export function countOutcomes(report: readonly ConversionEntry[]): ConversionCounts {
  const counts = { mapped: 0, decide: 0, none: 0 };
  for (const { outcome } of report) counts[outcome] += 1;
  return counts;
}

const COLUMNS = [
  'outcome',
  'elementId',
  'elementName',
  'found',
  'value',
  'becomes',
  'message',
  'suggestion',
] as const;

/**
 * A report as CSV (RFC 4180): a head, then a line for each entry. A field that a spreadsheet would take for a
 * formula begins with an apostrophe.
 */
export function reportAsCsv(report: readonly ConversionEntry[]): string {
  const lines = report.map((entry) => COLUMNS.map((column) => csvField(entry[column] ?? '')).join(','));
  return [COLUMNS.join(','), ...lines].map((line) => `${line}\r\n`).join('');
}

function csvField(value: string): string {
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
