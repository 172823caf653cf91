/**
 * What a route does with a request, apart from how the request came: through Express, or by the fast lane
 * (`fast-lane.ts`), which carries those that starters and workers send most.
 */
import type { RequestHandler } from 'express';
import type { Caller } from '../access/account.js';
import { callerOf } from './caller.js';

/** One request, as an action sees it. */
export interface Call {
  /** The JSON it brought, not checked yet; undefined without a body. */
  readonly body: unknown;
  /** What stands at the named places of the path. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly caller: Caller;
  /** Calls `leave` when the answer was sent or the caller has gone: whether it was all sent. */
  onClose(leave: (isSent: boolean) => void): void;
}

/** Answers a request with a JSON object; null where there is nothing to say (204). Throws `RequestRefused`. */
export type Action = (call: Call) => Promise<object | null>;

/** An action as a route of Express. */
export function asRoute(action: Action): RequestHandler {
  return async (request, response) => {
    const { body, params } = request as { body: unknown; params: Record<string, unknown> };
    const onClose: Call['onClose'] = (leave) =>
      void response.once('close', () => leave(response.writableFinished));
    const answer = await action({ body, params, caller: callerOf(request), onClose });
    if (answer === null) response.sendStatus(204);
    else response.json(answer);
  };
}
