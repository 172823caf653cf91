/** `/api/audit`: the journal by filter, a page at a time. */
import { Router } from 'express';
import { z } from 'zod';
import { createFindProcess } from '../../audit/definitions.js';
import { digits } from '../../audit/digits.js';
import { filterFields, filterShape, toFilter } from '../../audit/filter.js';
import { findRowPage } from '../../audit/rows.js';
import { findAuditTypes } from '../../store/queries/audit-rows.js';
import type { Runtime } from '../../runtime/runtime.js';
import { describeOperation } from '../openapi/described.js';
import { readQuery } from '../request.js';

const pageQuery = filterShape({
  limit: digits(1, 1000).optional(),
  after: filterFields.processInstanceKey,
  order: z.enum(['asc', 'desc']).optional(),
});

describeOperation('GET /api/audit', { query: pageQuery });

/** The routes. */
export function auditRoutes(runtime: Runtime): Router {
  const routes = Router();
  const findProcess = createFindProcess(runtime.definitions);

  routes.get('/audit', async (request, response) => {
    const { limit = 100, after, order = 'asc', ...fields } = readQuery(request, pageQuery);
    const page = { limit: limit + 1, after, order };
    const rows = await findRowPage(runtime.store, toFilter(fields), page, findProcess);
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    response.json({
      items,
      page: { limit, next: rows.length > limit && last ? String(last.position) : null },
    });
  });

  routes.get('/audit/types', async (_request, response) => {
    response.json({ items: await findAuditTypes(runtime.store.knex) });
  });

  return routes;
}
