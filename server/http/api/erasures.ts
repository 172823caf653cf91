/** `/api/erasures` and `/api/legal-holds`: what data protection asks for, and what forbids it. */
import { Router } from 'express';
import { z } from 'zod';
import { erase, planErasure } from '../../audit/erasure/erase.js';
import { openHolds } from '../../audit/holds/holds.js';
import type { ErasureParts } from '../../audit/erasure/erase.js';
import { findErasure, findErasures } from '../../store/erasure/records.js';
import { callerOf } from '../caller.js';
import { describeOperation } from '../openapi/described.js';
import { fromRejection, refuse } from '../problem.js';
import { keyField, readBody, readKey } from '../request.js';

const words = z.string().trim().min(3).max(2000);
const erasure = z
  .strictObject({
    persons: z.array(z.string().trim().min(1).max(256)).max(100).default([]),
    values: z.array(words).max(100).default([]),
    processInstanceKeys: z.array(keyField).max(10_000).default([]),
    legalGround: words,
    reason: words,
    dryRun: z.boolean().default(false),
    includeRunning: z.boolean().default(false),
  })
  .refine(
    ({ persons, values, processInstanceKeys }) =>
      persons.length + values.length + processInstanceKeys.length > 0,
    { message: 'name persons, values or processInstanceKeys: at least one of them' },
  );
const hold = z
  .strictObject({
    processId: z.string().min(1).optional(),
    processInstanceKey: keyField.optional(),
    reason: words,
  })
  .refine((body) => (body.processId === undefined) !== (body.processInstanceKey === undefined), {
    message: 'give a processId or a processInstanceKey, one of both',
  });

describeOperation('POST /api/erasures', { body: erasure });
describeOperation('POST /api/legal-holds', { body: hold });

/** The routes. */
export function erasureRoutes(parts: ErasureParts): Router {
  const { runtime } = parts;
  const routes = Router();
  const holds = openHolds(runtime);

  routes.post('/erasures', async (request, response) => {
    const { dryRun, ...asked } = readBody(request, erasure);
    if (dryRun) {
      response.json(shown(await planErasure(parts, asked)));
      return;
    }
    const result = await erase(parts, asked, callerOf(request).actor);
    if (!result.ok) throw refuse('INVALID_STATE', result.plan.obstacles.join(' '));
    response.status(201).json({ ...result.signed, areFilesRewritten: result.areFilesRewritten });
  });

  routes.get('/erasures', async (_request, response) => {
    response.json({ items: await findErasures(runtime.store.knex) });
  });

  routes.get('/erasures/:erasureKey/certificate', async (request, response) => {
    const erasureKey = readKey(request, 'erasureKey');
    const signed = await findErasure(runtime.store.knex, erasureKey);
    if (signed === null) throw refuse('NOT_FOUND', `No erasure has the key ${String(erasureKey)}.`);
    response.setHeader('Content-Disposition', `attachment; filename="erasure-${String(erasureKey)}.json"`);
    response.json(signed);
  });

  routes.get('/legal-holds', async (_request, response) => {
    const items = (await holds.list()).map((found) => ({
      ...found,
      key: String(found.key),
      rootKey: found.rootKey && String(found.rootKey),
    }));
    response.json({ items });
  });

  routes.post('/legal-holds', async (request, response) => {
    const set = await holds.set(readBody(request, hold), callerOf(request).actor);
    if (!set.ok) throw fromRejection(set.rejection);
    response.status(201).json({ key: String(set.hold.key) });
  });

  routes.delete('/legal-holds/:holdKey', async (request, response) => {
    const lifted = await holds.lift(readKey(request, 'holdKey'), callerOf(request).actor);
    if (!lifted.ok) throw fromRejection(lifted.rejection);
    response.sendStatus(204);
  });

  return routes;
}

function shown(plan: Awaited<ReturnType<typeof planErasure>>): unknown {
  return {
    ...plan,
    instances: plan.instances.map(String),
    runningInstances: plan.runningInstances.map(String),
  };
}
