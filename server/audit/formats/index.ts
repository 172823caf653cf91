/** Every format of rows, by the name it is asked for. */
import { cloudEventLines, cloudEvents } from './cloudevents.js';
import { csv } from './csv.js';
import type { ExportFormat } from './format.js';
import { jsonl } from './jsonl.js';
import { ocel } from './ocel.js';
import { xes } from './xes.js';

/** The report on instances. What sets it is large, and loaded when the first is written: a start need not wait for it. */
const pdf: ExportFormat = {
  name: 'pdf',
  extension: 'pdf',
  mediaType: 'application/pdf',
  async *write(source) {
    const { writeInstances } = await import('./pdf.js');
    yield* writeInstances(source);
  },
};

const FORMATS: readonly ExportFormat[] = [csv, jsonl, cloudEvents, cloudEventLines, xes, ocel, pdf];

/** The names of the formats. */
export const FORMAT_NAMES: readonly string[] = FORMATS.map(({ name }) => name);

/** What files of rows and of reports are; a report is written as one of these too. */
export const MEDIA_TYPES: readonly string[] = [
  ...new Set(FORMATS.map(({ mediaType }) => mediaType.split(';')[0])),
];

/** The format of a name; undefined where there is none. */
export function findFormat(name: string): ExportFormat | undefined {
  return FORMATS.find((format) => format.name === name);
}

export type { ExportFormat, ExportSource } from './format.js';
export { ExportTooLarge } from './export-too-large.js';
export { REPORT_FORMATS, findReportFormat } from './reports.js';
export { TEMPLATE_NAMES } from '../report/templates/index.js';
