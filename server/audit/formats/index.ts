/** Every format of rows, by the name it is asked for. */
import { cloudEventLines, cloudEvents } from './cloudevents.js';
import { csv } from './csv.js';
import type { ExportFormat } from './format.js';
import { jsonl } from './jsonl.js';
import { ocel } from './ocel.js';
import { pdf } from './pdf.js';
import { xes } from './xes.js';

const FORMATS: readonly ExportFormat[] = [csv, jsonl, cloudEvents, cloudEventLines, xes, ocel, pdf];

/** The names of the formats. */
export const FORMAT_NAMES: readonly string[] = FORMATS.map(({ name }) => name);

/** The format of a name; undefined where there is none. */
export function findFormat(name: string): ExportFormat | undefined {
  return FORMATS.find((format) => format.name === name);
}

export type { ExportFormat, ExportSource } from './format.js';
export { ExportTooLarge } from './pdf.js';
export { REPORT_FORMATS, findReportFormat } from './reports.js';
export { TEMPLATE_NAMES } from '../report/templates/index.js';
