/** `/v2/groups`, `/v2/roles`, `/v2/tenants` and `/v2/mapping-rules`: make, search, get, change, delete. */
import { Router } from 'express';
import { z } from 'zod';
import { createEntry, deleteEntry, updateEntry } from '../../../access/directory/entries.js';
import type { MakeChange } from '../../../access/directory/change.js';
import { COLLECTIONS } from '../../../access/directory/operations.js';
import { notThere } from '../../../access/directory/words.js';
import type { Runtime } from '../../../runtime/runtime.js';
import type { EntryType, EntryValues } from '../../../store/access-rows.js';
import { GROUPS, MAPPING_RULES, ROLES, TENANTS } from '../../../store/queries/directory.js';
import { findByKey } from '../../../store/queries/search.js';
import type { Searchable } from '../../../store/queries/search-types.js';
import { callerOf } from '../../caller.js';
import { describeOperation } from '../../openapi/described.js';
import { refuse } from '../../problem.js';
import { readBody } from '../../request.js';
import { runSearch } from '../../search.js';
import {
  amongVisible,
  ask,
  askToCreate,
  descriptionField,
  idField,
  made,
  nameField,
  pathId,
  titleField,
} from './asking.js';

const named = z.strictObject({ name: titleField, description: descriptionField });
const claim = z.string().min(1).max(1024);
const mapping = z.strictObject({ name: titleField, claimName: claim, claimValue: claim });

interface Kind {
  readonly type: EntryType;
  readonly search: Searchable<unknown>;
  /** Its values, without its id. */
  readonly values: z.ZodObject;
  readonly id: z.ZodType<string>;
}

const KINDS: readonly Kind[] = [
  { type: 'GROUP', search: GROUPS, values: named, id: idField },
  { type: 'ROLE', search: ROLES, values: named, id: idField },
  { type: 'TENANT', search: TENANTS, values: named, id: nameField },
  { type: 'MAPPING_RULE', search: MAPPING_RULES, values: mapping, id: idField },
];

/** The routes. */
export function entryRoutes(runtime: Runtime, change: MakeChange): Router {
  const routes = Router();
  for (const kind of KINDS) addRoutes(routes, runtime, change, kind);
  return routes;
}

function addRoutes(routes: Router, runtime: Runtime, change: MakeChange, kind: Kind): void {
  const { type, search, values: update } = kind;
  const { path, id: name } = COLLECTIONS[type];
  const one = `/${path}/:${name}` as const;
  const creation = update.extend({ [name]: kind.id });

  describeOperation(`POST /v2/${path}`, { body: creation });
  routes.post(`/${path}`, async (request, response) => {
    const caller = callerOf(request);
    const { [name]: id, ...values } = readBody(request, creation) as Record<string, string>;
    askToCreate(caller, type, id);
    made(await change(caller, (work) => createEntry(work, type, id, values)));
    response.status(201).json({ [name]: id, ...values });
  });

  describeOperation(`POST /v2/${path}/search`, { search });
  routes.post(`/${path}/search`, async (request, response) => {
    const own = amongVisible(callerOf(request), type, search);
    response.json(await runSearch(runtime, own, request));
  });

  routes.get(one, async (request, response) => {
    const id = pathId(request, name);
    ask(callerOf(request), 'READ', type, id, notThere(type, id));
    const found = await findByKey(runtime.store.knex, search, id);
    if (found === null) throw refuse('NOT_FOUND', notThere(type, id));
    response.json(found);
  });

  describeOperation(`PUT /v2${one}`, { body: update });
  routes.put(one, async (request, response) => {
    const caller = callerOf(request);
    const id = pathId(request, name);
    ask(caller, 'UPDATE', type, id, notThere(type, id));
    const values = readBody(request, update) as EntryValues;
    made(await change(caller, (work) => updateEntry(work, type, id, values)));
    response.json({ [name]: id, ...values });
  });

  routes.delete(one, async (request, response) => {
    const caller = callerOf(request);
    const id = pathId(request, name);
    ask(caller, 'DELETE', type, id, notThere(type, id));
    made(await change(caller, (work) => deleteEntry(work, type, id)));
    response.sendStatus(204);
  });
}
