/**
 * `/api/audit/exports`: the rows of a filter, or a report on them, as a file. The file is streamed; a caller that goes
 * away ends the work. Every export is a row of the journal itself.
 */
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { Router } from 'express';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { bundleFormat } from '../../audit/bundle/format.js';
import { openExport } from '../../audit/export.js';
import { filterShape, toFilter } from '../../audit/filter.js';
import {
  ExportTooLarge,
  FORMAT_NAMES,
  REPORT_FORMATS,
  TEMPLATE_NAMES,
  findFormat,
  findReportFormat,
} from '../../audit/formats/index.js';
import type { ExportFormat } from '../../audit/formats/index.js';
import type { AuditTrail } from '../../audit/trail.js';
import type { Runtime } from '../../runtime/runtime.js';
import { callerOf } from '../caller.js';
import { describeOperation } from '../openapi/described.js';
import { refuse } from '../problem.js';
import { readBody, readQuery } from '../request.js';

const exportFields = filterShape({
  format: z.enum([...FORMAT_NAMES, 'bundle', 'json']).optional(),
  report: z.enum(TEMPLATE_NAMES).optional(),
});

describeOperation('GET /api/audit/exports', { query: exportFields });
describeOperation('POST /api/audit/exports', { body: exportFields });

/** The routes. */
export function auditExportRoutes(runtime: Runtime, trail: AuditTrail): Router {
  const routes = Router();

  const send = async (
    request: Request,
    response: Response,
    { format: name, report, ...fields }: z.output<typeof exportFields>,
  ): Promise<void> => {
    const { actor } = callerOf(request);
    const rowFormat = (): ExportFormat | undefined =>
      name === 'bundle' ? bundleFormat(runtime.store, trail) : findFormat(name ?? 'csv');
    const format = report === undefined ? rowFormat() : findReportFormat(report, name ?? REPORT_FORMATS[0]);
    if (!format) {
      const names = report === undefined ? [...FORMAT_NAMES, 'bundle'] : REPORT_FORMATS;
      throw refuse(
        'INVALID_ARGUMENT',
        `format: must be ${names.join(', ')}${report === undefined ? '' : ' for a report'}.`,
      );
    }
    const file = openExport(runtime, {
      filter: toFilter(fields),
      format,
      report: report ?? null,
      actor,
      trail,
      schedule: null,
    });
    // The first piece is there before the answer begins, so that what fails at once is answered as a problem.
    const first = await file.bytes.next().catch(asRefusal);
    response.setHeader('Content-Type', file.mediaType);
    response.setHeader('Content-Disposition', `attachment; filename="${file.fileName}"`);
    await pipeline(Readable.from(withFirst(first, file.bytes)), response);
  };

  routes.get('/audit/exports', (request, response) =>
    send(request, response, readQuery(request, exportFields)),
  );
  routes.post('/audit/exports', (request, response) =>
    send(request, response, readBody(request, exportFields)),
  );
  return routes;
}

function asRefusal(error: unknown): never {
  throw error instanceof ExportTooLarge ? refuse('INVALID_ARGUMENT', error.message) : error;
}

async function* withFirst(
  first: IteratorResult<Uint8Array>,
  rest: AsyncGenerator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    if (first.done !== true) yield first.value;
    // Not `yield*`: the stream throws into a generator whose reader has gone, which must not look like our failure.
    for await (const piece of rest) yield piece;
  } finally {
    // A caller that goes away before the second piece has to end the export as well.
    await rest.return(undefined);
  }
}
