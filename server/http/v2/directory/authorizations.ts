/** `/v2/authorizations`: what was granted to whom. */
import { Router } from 'express';
import { z } from 'zod';
import type { Key } from '@countersign/engine';
import { createGrant, deleteGrant, noGrant, updateGrant } from '../../../access/directory/authorizations.js';
import type { MakeChange } from '../../../access/directory/change.js';
import {
  ANY,
  OWNER_TYPES,
  PERMISSIONS,
  TASK_PROPERTIES,
  isPermissionOf,
} from '../../../access/grants/permissions.js';
import type { Grant, Permission, TaskProperty } from '../../../access/grants/permissions.js';
import type { Runtime } from '../../../runtime/runtime.js';
import { AUTHORIZATIONS } from '../../../store/queries/directory.js';
import { findByKey } from '../../../store/queries/search.js';
import { callerOf } from '../../caller.js';
import { describeOperation } from '../../openapi/described.js';
import { fromRejection } from '../../problem.js';
import { readBody, readKey } from '../../request.js';
import { runSearch } from '../../search.js';
import { amongVisible, ask, askToCreate, idField, made } from './asking.js';

const TYPES = Object.keys(PERMISSIONS) as (keyof typeof PERMISSIONS)[];
const WORDS = [...new Set(TYPES.flatMap((type): readonly string[] => PERMISSIONS[type]))].sort();

/** A word in any case, as everywhere in the API. */
function word<const Words extends readonly string[]>(words: Words) {
  return z
    .string()
    .transform((text) => text.toUpperCase())
    .pipe(z.enum(words))
    .meta({ enum: words });
}

const authorization = z
  .strictObject({
    ownerType: word(OWNER_TYPES),
    ownerId: idField,
    resourceType: word(TYPES),
    // The id of a process can have letters of any script.
    resourceId: z
      .string()
      .min(1)
      .max(256)
      .regex(/^\S+$/, { message: 'must have no spaces' })
      .optional()
      .describe('One resource, or * for all of the type.'),
    resourcePropertyName: z
      .enum(TASK_PROPERTIES)
      .optional()
      .describe('User tasks that name the owner there.'),
    permissionTypes: z.array(word(WORDS)).min(1).max(WORDS.length),
  })
  .superRefine(({ resourceType, resourceId, resourcePropertyName, permissionTypes }, context) => {
    const refuse = (path: string, message: string): void => {
      context.addIssue({ code: 'custom', path: [path], message });
    };
    if ((resourceId === undefined) === (resourcePropertyName === undefined))
      refuse('resourceId', 'give it or resourcePropertyName, one of both');
    if (resourcePropertyName !== undefined && resourceType !== 'USER_TASK')
      refuse('resourcePropertyName', 'is for the resource type USER_TASK alone: write a resourceId');
    const others = permissionTypes.filter((permission) => !isPermissionOf(resourceType, permission));
    if (others.length > 0) {
      const known: readonly string[] = PERMISSIONS[resourceType];
      refuse(
        'permissionTypes',
        `${others.join(', ')} cannot be granted for ${resourceType}; for it there are ${known.join(', ')}`,
      );
    }
  });

describeOperation('POST /v2/authorizations', { body: authorization });
describeOperation('PUT /v2/authorizations/:authorizationKey', { body: authorization });
describeOperation('POST /v2/authorizations/search', { search: AUTHORIZATIONS });

/** The routes. */
export function authorizationRoutes(runtime: Runtime, change: MakeChange): Router {
  const routes = Router();

  routes.post('/authorizations', async (request, response) => {
    const caller = callerOf(request);
    askToCreate(caller, 'AUTHORIZATION', ANY);
    const grant = grantOf(readBody(request, authorization));
    let key: Key | undefined;
    made(await change(caller, (work) => createGrant(work, (key = work.batch.nextKey()), grant)));
    response.status(201).json({ authorizationKey: String(key) });
  });

  routes.post('/authorizations/search', async (request, response) => {
    const own = amongVisible(callerOf(request), 'AUTHORIZATION', AUTHORIZATIONS);
    response.json(await runSearch(runtime, own, request));
  });

  routes.get('/authorizations/:authorizationKey', async (request, response) => {
    const key = readKey(request, 'authorizationKey');
    ask(callerOf(request), 'READ', 'AUTHORIZATION', String(key), noGrant(key).reason);
    const found = await findByKey(runtime.store.knex, AUTHORIZATIONS, key);
    if (!found) throw fromRejection(noGrant(key));
    response.json(found);
  });

  routes.put('/authorizations/:authorizationKey', async (request, response) => {
    const caller = callerOf(request);
    const key = readKey(request, 'authorizationKey');
    ask(caller, 'UPDATE', 'AUTHORIZATION', String(key), noGrant(key).reason);
    const grant = grantOf(readBody(request, authorization));
    made(await change(caller, (work) => updateGrant(work, key, grant)));
    response.sendStatus(204);
  });

  routes.delete('/authorizations/:authorizationKey', async (request, response) => {
    const caller = callerOf(request);
    const key = readKey(request, 'authorizationKey');
    ask(caller, 'DELETE', 'AUTHORIZATION', String(key), noGrant(key).reason);
    made(await change(caller, (work) => deleteGrant(work, key)));
    response.sendStatus(204);
  });

  return routes;
}

function grantOf(asked: z.output<typeof authorization>): Grant {
  const { ownerType, ownerId, resourceType, resourceId, resourcePropertyName, permissionTypes } = asked;
  return {
    ownerType,
    ownerId,
    resourceType,
    permissions: [...new Set(permissionTypes)].sort() as Permission[],
    scope: resourceId === undefined ? { property: resourcePropertyName as TaskProperty } : { resourceId },
  };
}
