/** `/v2/resources`: a deployed file by its key, or by the key of the process, form or decisions in it; and its end. */
import { Router } from 'express';
import type { Request } from 'express';
import { z } from 'zod';
import type { Actor, Key } from '@countersign/engine';
import { findFile } from '../../store/queries/resources.js';
import type { DeployedFile } from '../../store/queries/resources.js';
import type { Runtime } from '../../runtime/runtime.js';
import { callerOf } from '../caller.js';
import { describeOperation } from '../openapi/described.js';
import { fromRejection, refuse } from '../problem.js';
import { readBody, readKey, referenceField } from '../request.js';
import { TENANT } from './tenant.js';

const deletion = z.strictObject({
  deleteHistory: z.boolean().nullish(),
  operationReference: referenceField,
});

describeOperation('POST /v2/resources/:resourceKey/deletion', { body: deletion });

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

  routes.post('/resources/:resourceKey/deletion', async (request, response) => {
    const resourceKey = readKey(request, 'resourceKey');
    const { deleteHistory } = readBody(request, deletion);
    const { actor } = callerOf(request);
    const isGone = runtime.definitions.isDeleted(resourceKey) && deleteHistory === true;
    const deleted = isGone ? null : await runtime.deleteResource(resourceKey, actor, deleteHistory === true);
    if (deleted?.ok === false) throw fromRejection(deleted.rejection);
    const withHistory = deleteHistory === true && (deleted === null || deleted.kind === 'process');
    const batchOperation = withHistory ? await deleteInstances(resourceKey, actor) : null;
    response.json({ resourceKey: String(resourceKey), batchOperation });
  });

  /** Deletes the instances of a process version that have ended by now, as a batch operation. */
  async function deleteInstances(processDefinitionKey: Key, actor: Actor): Promise<object> {
    const type = 'DELETE_PROCESS_INSTANCE';
    const filter = { processDefinitionKey: String(processDefinitionKey) };
    const created = await runtime.batchOperations.create({ type, filter, plan: {} }, actor);
    if (!created.ok) throw fromRejection(created.rejection);
    return { batchOperationKey: String(created.key), batchOperationType: type };
  }

  async function find(request: Request): Promise<DeployedFile> {
    const key = readKey(request, 'resourceKey');
    const file = await findFile(runtime.store.knex, key);
    if (!file) throw refuse('NOT_FOUND', `No deployed resource has the key ${String(key)}.`);
    return file;
  }

  return routes;
}
