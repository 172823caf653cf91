/** The size of variables at the doors that no instance stands behind: messages, signals and conditions. */
import { whyTooLarge } from '@countersign/engine';
import type { Actor, JsonObject } from '@countersign/engine';
import type { Refused } from './runtime.js';

/** Refuses requests that bring a variable of more than `limit` characters of JSON; the others go on to `take`. */
export function withSmallVariables<Request extends { readonly variables: JsonObject }, Answer>(
  limit: number,
  take: (request: Request, actor: Actor) => Promise<Answer>,
): (request: Request, actor: Actor) => Promise<Answer | Refused> {
  return (request, actor) => {
    const reason = whyTooLarge(request.variables, limit);
    if (reason === undefined) return take(request, actor);
    return Promise.resolve({ ok: false, rejection: { type: 'INVALID_ARGUMENT', reason } });
  };
}
