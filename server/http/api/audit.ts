/** `/api/audit`: the journal by filter, a page at a time, and as a file. */
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { Router } from 'express';
import { z } from 'zod';
import { parseKey } from '@countersign/engine';
import { MEDIA_TYPES, exportAudit } from '../../audit/export.js';
import { findAuditRows, findAuditTypes } from '../../store/queries/audit-rows.js';
import type { AuditFilter } from '../../store/queries/audit-rows.js';
import type { Runtime } from '../../runtime/runtime.js';
import { readQuery } from '../request.js';

const time = z.string().transform((text, context): number => {
  const value = Date.parse(text);
  if (!Number.isNaN(value)) return value;
  context.addIssue({
    code: 'custom',
    message: 'must be a date or time such as 2026-01-31 or 2026-01-31T12:00:00Z',
  });
  return z.NEVER;
});
const key = z.string().transform((text, context): number => {
  const value = parseKey(text);
  if (value !== null) return value;
  context.addIssue({ code: 'custom', message: 'must be a string of digits' });
  return z.NEVER;
});
/** An empty field of a form counts as absent. */
const optional = <Shape extends z.ZodType>(shape: Shape) =>
  z.preprocess((value) => (value === '' ? undefined : value), shape.optional());

const filterFields = {
  processInstanceKey: optional(key),
  elementId: optional(z.string()),
  type: optional(z.union([z.string(), z.array(z.string())])),
  actor: optional(z.string()),
  from: optional(time),
  to: optional(time),
};
const pageQuery = z.object({
  ...filterFields,
  limit: optional(z.coerce.number().int().min(1).max(1000)),
  after: optional(key),
  order: optional(z.enum(['asc', 'desc'])),
});
const exportQuery = z.object({ ...filterFields, format: z.enum(['csv', 'jsonl']).default('csv') });

/** The routes. */
export function auditRoutes(runtime: Runtime): Router {
  const routes = Router();
  const knex = runtime.store.knex;

  routes.get('/audit', async (request, response) => {
    const query = readQuery(request, pageQuery);
    const limit = query.limit ?? 100;
    const rows = await findAuditRows(knex, toFilter(query), {
      limit: limit + 1,
      after: query.after,
      order: query.order ?? 'asc',
    });
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    response.json({
      items,
      page: { limit, next: rows.length > limit && last ? String(last.position) : null },
    });
  });

  routes.get('/audit/types', async (_request, response) => {
    response.json({ items: await findAuditTypes(knex) });
  });

  routes.get('/audit/export', async (request, response) => {
    const query = readQuery(request, exportQuery);
    const name = `audit-${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}.${query.format}`;
    response.setHeader('Content-Type', MEDIA_TYPES[query.format]);
    response.setHeader('Content-Disposition', `attachment; filename="${name}"`);
    await pipeline(Readable.from(exportAudit(runtime.store, toFilter(query), query.format)), response);
  });

  return routes;
}

function toFilter(query: z.output<typeof exportQuery> | z.output<typeof pageQuery>): AuditFilter {
  const types = [query.type ?? []].flat().flatMap((type) => type.split(',').map((word) => word.trim()));
  return {
    processInstanceKey: query.processInstanceKey,
    elementId: query.elementId,
    types: types.length > 0 ? types : undefined,
    actor: query.actor,
    from: query.from,
    to: query.to,
  };
}
