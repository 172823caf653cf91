/** A report template as a file: CSV for spreadsheets, JSON for programs, PDF/A for people; all with the same lines and totals. */
import { writeJson } from '@countersign/engine';
import { TEMPLATES } from '../report/templates/index.js';
import { createTotals } from '../report/templates/template.js';
import type { ReportTemplate } from '../report/templates/template.js';
import { toQuery } from '../filter.js';
import { csvHead, csvRecords } from './csv.js';
import type { ExportFormat } from './format.js';

/** The formats that reports come in. */
export const REPORT_FORMATS: readonly string[] = ['pdf', 'csv', 'json'];

/** The format that writes a template; undefined where there is no such template or format. */
export function findReportFormat(report: string, format: string): ExportFormat | undefined {
  const template = TEMPLATES.find(({ name }) => name === report);
  const writer = template && WRITERS[format]?.(template);
  return writer && { ...writer, tellsOfTree: template.tellsOfTree };
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
      yield `${writeJson(head).slice(0, -1)},"lines":[`;
      let first = true;
      for await (const line of template.lines(source, totals)) {
        yield `${first ? '\n' : ',\n'}${writeJson(line)}`;
        first = false;
      }
      yield `\n],"totals":${writeJson(Object.fromEntries(totals.all()))}}\n`;
    },
  }),
  pdf: (template) => ({
    name: 'pdf',
    extension: 'pdf',
    mediaType: 'application/pdf',
    async *write(source) {
      // Typesetting is large: it is loaded when the first such report is written.
      const { writeReportPdf } = await import('./report-pdf.js');
      yield* writeReportPdf(template, source);
    },
  }),
};
