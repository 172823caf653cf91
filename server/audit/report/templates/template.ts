/** What a report template is: a question that auditors ask again and again, answered as a table with its totals. */
import type { ExportSource } from '../../formats/format.js';

/** A column of a report; `key` names it in CSV and JSON, `share` is its width beside the others on paper. */
export interface ReportColumn {
  readonly key: string;
  readonly name: string;
  readonly share: number;
  readonly right?: boolean;
}

/** A line of a report by the keys of its columns. */
export type ReportLine = Readonly<Record<string, string | number | null>>;

/** Totals by name, in the order in which they were first named. */
export interface Totals {
  add(name: string, amount?: number): void;
  /** Sets a total that is no sum. */
  set(name: string, value: number | string): void;
  all(): readonly (readonly [name: string, value: number | string])[];
}

/** A question with its answer. */
export interface ReportTemplate {
  readonly name: string;
  readonly title: string;
  readonly lead: string;
  readonly columns: readonly ReportColumn[];
  readonly notes: readonly string[];
  /** Whether it tells of the signed tree. */
  readonly tellsOfTree?: boolean;
  /** The lines, in the same order each time they are read; what they come to is added to `totals`. */
  lines(source: ExportSource, totals: Totals): AsyncGenerator<ReportLine>;
}

/** No totals yet. */
export function createTotals(): Totals {
  const totals = new Map<string, number | string>();
  return {
    add(name, amount = 1) {
      const before = totals.get(name);
      totals.set(name, (typeof before === 'number' ? before : 0) + amount);
    },
    set: (name, value) => void totals.set(name, value),
    all: () => [...totals],
  };
}

/** The columns that say where in a process a line belongs. */
export const PLACE_COLUMNS: readonly ReportColumn[] = [
  { key: 'process', name: 'Process', share: 17 },
  { key: 'processInstanceKey', name: 'Instance', share: 11 },
  { key: 'element', name: 'Element', share: 17 },
];

/** The values of `PLACE_COLUMNS` for a row. */
export async function placeOf(
  row: { processDefinitionKey: string | null; processInstanceKey: string | null; elementId: string | null },
  { findProcess }: ExportSource,
): Promise<ReportLine> {
  const process = await findProcess(row.processDefinitionKey);
  const element = row.elementId === null ? undefined : process?.element(row.elementId);
  return {
    process: process ? `${process.name}, version ${process.version}` : null,
    processInstanceKey: row.processInstanceKey,
    element: element?.name ?? row.elementId,
  };
}
