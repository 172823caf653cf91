/** `/api/audit`: how far the proof of the audit trail is, and the change of its signing key. */
import { Router } from 'express';
import type { AuditTrail } from '../../audit/trail.js';
import { callerOf } from '../caller.js';

/** The routes. */
export function auditTrailRoutes(trail: AuditTrail): Router {
  const routes = Router();

  routes.get('/audit/sequencer', (_request, response) => {
    const { checkpointAt, ...figures } = trail.figures();
    const { differing, first, since } = trail.alarm.figures();
    response.json({
      origin: trail.origin,
      ...figures,
      checkpointAt: checkpointAt === null ? null : new Date(checkpointAt).toISOString(),
      alarm: since === null ? null : { differing, first, since: new Date(since).toISOString() },
    });
  });

  routes.post('/audit/keys', async (request, response) => {
    const { number, key } = await trail.rotateKey(callerOf(request).actor);
    response.status(201).json({ number, key });
  });

  return routes;
}
