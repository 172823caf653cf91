/** `/api/session`: sign in, sign out, and what a page must know before anybody has. */
import { Router } from 'express';
import type { CookieOptions } from 'express';
import { z } from 'zod';
import type { Actor } from '@countersign/engine';
import { SESSION_LENGTH } from '../../access/access.js';
import type { Access } from '../../access/access.js';
import { refusedActs } from '../../access/permissions.js';
import { DEMO_ACCOUNTS } from '../../access/demo-accounts.js';
import type { RefusalRecords } from '../../audit/refusals.js';
import { serverEvent } from '../../store/journal-events.js';
import type { ServerEvent } from '../../store/journal-events.js';
import type { Settings } from '../../settings/settings.js';
import { SESSION_COOKIE, maybeCaller, sessionToken } from '../caller.js';
import { describeOperation } from '../openapi/described.js';
import { RequestRefused, notLookedAt } from '../problem.js';
import { readBody } from '../request.js';

const COOKIE: CookieOptions = { httpOnly: true, sameSite: 'strict', path: '/' };
const signIn = z.strictObject({ username: z.string().min(1).max(256), password: z.string().max(1024) });

/** Whose browser it is where nobody signs in. */
const ANONYMOUS = 'anonymous';

describeOperation('POST /api/session', { body: signIn });

/** Where it is recorded who came in, and who was not let in. */
export interface SignInRecords {
  record(event: ServerEvent, actor: Actor): Promise<void>;
  readonly refusals: Pick<RefusalRecords, 'signIn'>;
}

/** The routes; open to everybody. */
export function sessionRoutes(
  access: Access,
  settings: Settings,
  version: string,
  { record, refusals }: SignInRecords,
  keepKey: (username: string) => Promise<string>,
): Router {
  const routes = Router();

  routes.get('/session', async (request, response) => {
    const caller = maybeCaller(request);
    const account = caller?.account ?? null;
    const keeper = account?.username ?? (settings.authentication === 'none' ? ANONYMOUS : null);
    response.json({
      /** Under which the browser keeps what this person typed; null for nobody. */
      keepKey: keeper === null ? null : await keepKey(keeper),
      /** What this person may not do, with the reason. */
      refused: caller?.account ? refusedActs(caller) : {},
      user: account && {
        username: account.username,
        name: account.name,
        email: account.email,
        groups: account.groups,
        roles: account.roles,
      },
      authentication: settings.authentication,
      ...(settings.authentication === 'demo' && {
        demoAccounts: DEMO_ACCOUNTS.map(({ username, password, name, role }) => ({
          username,
          password,
          name,
          role,
        })),
      }),
      version,
      environment: settings.environment,
      simulated: settings.allowSimulated && settings.model === null,
    });
  });

  routes.post('/session', async (request, response) => {
    const { username, password } = readBody(request, signIn);
    const result = await access.signIn(username, password, request.socket.remoteAddress ?? '');
    if (!result.ok) {
      if (!result.isCrowd) refusals.signIn(username, request.socket.remoteAddress ?? '');
      if (result.retryAfter > 0) throw notLookedAt(result);
      const detail = 'The user name or the password is wrong.';
      throw new RequestRefused({ status: 401, title: 'UNAUTHENTICATED', detail });
    }
    await record(serverEvent('signed in', { username }), result.caller.actor);
    response.cookie(SESSION_COOKIE, result.token, { ...COOKIE, maxAge: SESSION_LENGTH }).sendStatus(204);
  });

  routes.delete('/session', async (request, response) => {
    const token = sessionToken(request);
    if (token !== null) {
      const caller = await access.bySession(token);
      await access.signOut(token);
      if (caller?.account) {
        await record(serverEvent('signed out', { username: caller.account.username }), caller.actor);
      }
    }
    response.clearCookie(SESSION_COOKIE, COOKIE).sendStatus(204);
  });

  return routes;
}
