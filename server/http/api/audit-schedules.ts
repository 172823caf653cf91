/** `/api/audit/schedules`: exports of the audit trail that run by themselves, into a folder of the server. */
import { Router } from 'express';
import type { Request } from 'express';
import { z } from 'zod';
import { filterShape, toFilter, toQuery } from '../../audit/filter.js';
import { FORMAT_NAMES, REPORT_FORMATS, TEMPLATE_NAMES } from '../../audit/formats/index.js';
import { PERIODS } from '../../audit/schedules/period.js';
import { NO_FOLDER } from '../../audit/schedules/run-export.js';
import type { ExportSchedules } from '../../audit/schedules/schedules.js';
import type { ExportSchedule, LastRun } from '../../store/queries/export-schedules.js';
import { callerOf } from '../caller.js';
import { describeOperation } from '../openapi/described.js';
import { refuse } from '../problem.js';
import { readBody, readKey } from '../request.js';

const scheduleFields = z.strictObject({
  name: z.string().trim().min(1).max(200),
  cycle: z.string().min(1).max(200),
  period: z.enum(PERIODS).nullish(),
  format: z.enum([...FORMAT_NAMES, 'bundle', 'json']).optional(),
  report: z.enum(TEMPLATE_NAMES).nullish(),
  folder: z.string().max(400).optional(),
  filter: filterShape({}).optional(),
});

describeOperation('POST /api/audit/schedules', { body: scheduleFields });

/** The routes; `folder` is where exports go, null where nothing can be scheduled. */
export function auditScheduleRoutes(schedules: ExportSchedules, folder: string | null): Router {
  const routes = Router();

  routes.get('/audit/schedules', async (request, response) => {
    callerOf(request);
    response.json({ items: (await schedules.list()).map(toJson), isAvailable: folder !== null });
  });

  routes.post('/audit/schedules', async (request, response) => {
    const { actor } = callerOf(request);
    const { period, format = 'csv', report, filter, ...fields } = readBody(request, scheduleFields);
    if (folder === null) throw refuse('INVALID_STATE', NO_FOLDER);
    const formats = !report ? [...FORMAT_NAMES, 'bundle'] : REPORT_FORMATS;
    if (!formats.includes(format)) {
      throw refuse(
        'INVALID_ARGUMENT',
        `format: must be ${formats.join(', ')}${report ? ' for a report' : ''}.`,
      );
    }
    const wanted = toFilter(filter ?? {});
    if (period && (wanted.from !== undefined || wanted.to !== undefined)) {
      throw refuse(
        'INVALID_ARGUMENT',
        'period: leave it out where the filter has "from" or "to", or leave out those.',
      );
    }
    const made = await schedules.set(
      {
        name: fields.name,
        cycle: fields.cycle,
        folder: fields.folder ?? '',
        period: period ?? null,
        report: report ?? null,
        format,
        filter: toQuery(wanted),
      },
      actor,
    );
    if ('wrong' in made) throw refuse('INVALID_ARGUMENT', made.wrong);
    response.status(201).json(toJson(made));
  });

  for (const [action, isPaused] of [
    ['pause', true],
    ['resumption', false],
  ] as const) {
    routes.post(`/audit/schedules/:scheduleKey/${action}`, async (request, response) => {
      const { actor } = callerOf(request);
      if (!(await schedules.setPaused(readKey(request, 'scheduleKey'), isPaused, actor)))
        throw unknown(request);
      response.sendStatus(204);
    });
  }

  routes.post('/audit/schedules/:scheduleKey/run', async (request, response) => {
    const { actor } = callerOf(request);
    const run = await schedules.runNow(readKey(request, 'scheduleKey'), actor);
    if (!run) throw unknown(request);
    response.json(toRun(run));
  });

  routes.delete('/audit/schedules/:scheduleKey', async (request, response) => {
    const { actor } = callerOf(request);
    if (!(await schedules.remove(readKey(request, 'scheduleKey'), actor))) throw unknown(request);
    response.sendStatus(204);
  });
  return routes;
}

function unknown(request: Request): Error {
  return refuse('NOT_FOUND', `No schedule has the key ${String(request.params['scheduleKey'])}.`);
}

function toJson({ key, next, tryAt, setAt, last, attempts, ...schedule }: ExportSchedule): object {
  const time = (at: number | null | undefined) =>
    typeof at === 'number' ? new Date(at).toISOString() : null;
  return {
    scheduleKey: String(key),
    ...schedule,
    setAt: time(setAt),
    nextAt: time(next?.dueAt),
    tryAt: time(tryAt),
    failures: attempts,
    last: last && toRun(last),
  };
}

function toRun({ at, ...run }: LastRun): object {
  return { at: new Date(at).toISOString(), ...run };
}
