/** `/v2/resources`: a deployed file by its key, or by the key of the process, form or decisions in it. */
import { Router } from 'express';
import type { Request } from 'express';
import { findFile } from '../../store/queries/resources.js';
import type { DeployedFile } from '../../store/queries/resources.js';
import type { Runtime } from '../../runtime/runtime.js';
import { refuse } from '../problem.js';
import { readKey } from '../request.js';
import { TENANT } from './tenant.js';

/** The routes. */
export function resourceRoutes(runtime: Runtime): Router {
  const routes = Router();

  routes.get('/resources/:resourceKey', async (request, response) => {
    const { content: _content, ...resource } = await find(request);
    response.json({ ...resource, tenantId: TENANT });
  });

  routes.get('/resources/:resourceKey/content', async (request, response) => {
    const { content } = await find(request);
    // Text alone, so that no browser runs what somebody deployed.
    response.type('text/plain').send(content);
  });

  async function find(request: Request): Promise<DeployedFile> {
    const key = readKey(request, 'resourceKey');
    const file = await findFile(runtime.store.knex, key);
    if (!file) throw refuse('NOT_FOUND', `No deployed resource has the key ${String(key)}.`);
    return file;
  }

  return routes;
}
