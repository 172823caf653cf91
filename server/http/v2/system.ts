/** `/v2` about the server itself: topology, status, licence, who one is, the clock. */
import { Router } from 'express';
import type { Request } from 'express';
import { z } from 'zod';
import { ANY } from '../../access/grants/permissions.js';
import { visible } from '../../access/grants/rights.js';
import type { Runtime } from '../../runtime/runtime.js';
import { serverEvent } from '../../store/journal-events.js';
import { findTenants } from '../../store/queries/directory.js';
import { callerOf } from '../caller.js';
import { describeOperation } from '../openapi/described.js';
import { RequestRefused, refuse } from '../problem.js';
import { timeField } from '../number-fields.js';
import { readBody } from '../request.js';
import { TENANT } from './tenant.js';

const pinning = z.strictObject({ timestamp: timeField });

/** What the routes tell about the server. */
export interface ServerFacts {
  readonly version: string;
  readonly host: string;
  readonly port: number;
  /** Whether somebody can sign out: there are sessions. */
  readonly canLogout: boolean;
  /** Whether callers may pin the clock. */
  readonly canPinClock: boolean;
}

describeOperation('PUT /v2/clock', { body: pinning });

/** The routes; `facts` are asked for at each request, since the port is known only when it listens. */
export function systemRoutes(runtime: Runtime, facts: () => ServerFacts): Router {
  const routes = Router();
  const requireControl = (): void => {
    if (facts().canPinClock) return;
    const detail =
      'The clock is that of the system. Start the server with COUNTERSIGN_CLOCK=controlled to pin it, for tests.';
    throw refuse('FORBIDDEN', detail);
  };

  routes.get('/topology', (_request, response) => {
    const { version, host, port } = facts();
    response.json({
      brokers: [
        {
          nodeId: 0,
          host,
          port,
          partitions: [{ partitionId: 1, role: 'leader', health: 'healthy' }],
          version,
        },
      ],
      clusterId: null,
      clusterSize: 1,
      partitionsCount: 1,
      replicationFactor: 1,
      gatewayVersion: version,
      lastCompletedChangeId: '',
    });
  });

  routes.get('/status', (_request, response) => {
    if (!runtime.isOpen())
      throw new RequestRefused({ status: 503, title: 'UNAVAILABLE', detail: 'The server is stopping.' });
    response.sendStatus(204);
  });

  routes.get('/license', (_request, response) => {
    response.json({ validLicense: true, licenseType: 'MIT', isCommercial: false, expiresAt: null });
  });

  routes.get('/authentication/me', async (request, response) => {
    const { account, rights, tenants } = callerOf(request);
    const components = visible(rights, 'ACCESS', 'COMPONENT');
    response.json({
      username: account?.username ?? 'anonymous',
      displayName: account?.name ?? null,
      email: account?.email ?? null,
      authorizedComponents: components.all ? [ANY] : components.ids,
      // Everybody is in the tenant of those who name none.
      tenants: await findTenants(runtime.store.knex, [TENANT, ...tenants]),
      groups: account?.groups ?? [],
      roles: account?.roles ?? [],
      salesPlanType: null,
      c8Links: {},
      canLogout: facts().canLogout,
    });
  });

  /** Moves the clock; what it showed before, and shows from now on, is in the audit trail. */
  const setClock = async (request: Request, time: number | null): Promise<void> => {
    requireControl();
    const { clock } = runtime;
    const before = { before: new Date(clock.now()).toISOString(), wasPinned: clock.isPinned() };
    if (time === null) clock.reset();
    else clock.pin(time);
    const after = time === null ? null : new Date(time).toISOString();
    await runtime.record(serverEvent('clock set', { ...before, after }), callerOf(request).actor);
  };

  routes.put('/clock', async (request, response) => {
    await setClock(request, readBody(request, pinning).timestamp);
    response.sendStatus(204);
  });

  routes.post('/clock/reset', async (request, response) => {
    await setClock(request, null);
    response.sendStatus(204);
  });

  return routes;
}
