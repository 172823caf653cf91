/** `/v2/users`: make, search, get, change, delete; and `/v2/setup/user`, which makes the first administrator. */
import { Router } from 'express';
import { z } from 'zod';
import type { Access } from '../../../access/access.js';
import type { MakeChange } from '../../../access/directory/change.js';
import { giveBackTasks } from '../../../access/directory/open-tasks.js';
import {
  createAccount,
  createFirstAdministrator,
  deleteAccount,
  updateAccount,
} from '../../../access/directory/people.js';
import type { NewAccount } from '../../../access/directory/people.js';
import { notThere } from '../../../access/directory/words.js';
import type { Runtime } from '../../../runtime/runtime.js';
import { USERS } from '../../../store/queries/directory.js';
import { findByKey } from '../../../store/queries/search.js';
import { callerOf } from '../../caller.js';
import { describeOperation } from '../../openapi/described.js';
import { RequestRefused, refuse } from '../../problem.js';
import { readBody } from '../../request.js';
import { runSearch } from '../../search.js';
import { amongVisible, ask, askToCreate, made, nameField, pathId } from './asking.js';

/** As long as a sign-in takes. */
const MOST_PASSWORD = 1024;

const name = z.string().trim().max(256);
const email = z
  .string()
  .trim()
  .max(320)
  .regex(/^([^\s@]+@[^\s@]+)?$/, { message: 'must be an e-mail address' });
const password = z.string().max(MOST_PASSWORD);
const creation = z.strictObject({
  username: nameField,
  password: password.min(1),
  name: name.nullish(),
  email: email.nullish(),
});
/** What is absent stays as it is, and so does the password where it is blank. */
const update = z.strictObject({
  password: password.nullish(),
  name: name.nullish(),
  email: email.nullish(),
});

describeOperation('POST /v2/users', { body: creation });
describeOperation('POST /v2/setup/user', { body: creation });
describeOperation('PUT /v2/users/:username', { body: update });
describeOperation('POST /v2/users/search', { search: USERS });

/** The routes. */
export function userRoutes(runtime: Runtime, access: Access, change: MakeChange): Router {
  const routes = Router();

  const accountOf = async (asked: z.output<typeof creation>): Promise<NewAccount> => ({
    username: asked.username,
    name: textOrNull(asked.name),
    email: textOrNull(asked.email),
    passwordHash: await hashed(access, asked.password),
  });

  routes.post('/users', async (request, response) => {
    const caller = callerOf(request);
    const asked = readBody(request, creation);
    askToCreate(caller, 'USER', asked.username);
    const account = await accountOf(asked);
    made(await change(caller, (work) => createAccount(work, account)));
    response.status(201).json(shown(account));
  });

  routes.post('/setup/user', async (request, response) => {
    const asked = readBody(request, creation);
    const account = await accountOf(asked);
    made(await change(callerOf(request), (work) => createFirstAdministrator(work, account)));
    response.status(201).json(shown(account));
  });

  routes.post('/users/search', async (request, response) => {
    const own = amongVisible(callerOf(request), 'USER', USERS);
    response.json(await runSearch(runtime, own, request));
  });

  routes.get('/users/:username', async (request, response) => {
    const username = pathId(request, 'username');
    ask(callerOf(request), 'READ', 'USER', username, notThere('USER', username));
    const found = await findByKey(runtime.store.knex, USERS, username);
    if (!found) throw refuse('NOT_FOUND', notThere('USER', username));
    response.json(found);
  });

  routes.put('/users/:username', async (request, response) => {
    const caller = callerOf(request);
    const username = pathId(request, 'username');
    ask(caller, 'UPDATE', 'USER', username, notThere('USER', username));
    const asked = readBody(request, update);
    const isNew = typeof asked.password === 'string' && asked.password !== '';
    const changes = {
      ...(typeof asked.name === 'string' && { name: asked.name }),
      ...(typeof asked.email === 'string' && { email: asked.email }),
      ...(isNew && { passwordHash: await hashed(access, asked.password ?? '') }),
    };
    made(await change(caller, (work) => updateAccount(work, username, changes)));
    response.json(await findByKey(runtime.store.knex, USERS, username));
  });

  routes.delete('/users/:username', async (request, response) => {
    const caller = callerOf(request);
    const username = pathId(request, 'username');
    ask(caller, 'DELETE', 'USER', username, notThere('USER', username));
    made(await change(caller, (work) => deleteAccount(work, username)));
    await giveBackTasks(runtime, username, caller.actor);
    response.sendStatus(204);
  });

  return routes;
}

/** The hash of a password; refused with 503 where too many others wait for theirs. */
async function hashed(access: Access, text: string): Promise<string> {
  const hash = access.hash(text);
  if (hash) return hash;
  const detail = 'Too many passwords are looked at just now. Try again in a moment.';
  throw new RequestRefused({ status: 503, title: 'RESOURCE_EXHAUSTED', detail, retryAfter: 1 });
}

function textOrNull(text: string | null | undefined): string | null {
  return text === undefined || text === '' ? null : text;
}

function shown({ username, name: called, email: address }: NewAccount) {
  return { username, name: called, email: address };
}
