/** The character U+0000: JSON and addresses can bring it, PostgreSQL stores no text that has it, so it is refused everywhere. */
import type { RequestHandler } from 'express';
import { refuse } from './problem.js';

const NULL = '\0';

/** Refuses a request whose address has it. */
export const plainAddress: RequestHandler = (request, _response, next) => {
  if (request.url.includes('%00'))
    throw refuse('INVALID_ARGUMENT', 'The address has the character U+0000 (%00). Leave it out.');
  next();
};

/** Refuses a text that has it; `what` begins the sentence, such as `The name of a file`. */
export function refuseNull(text: string, what: string): void {
  if (text.includes(NULL))
    throw refuse('INVALID_ARGUMENT', `${what} has the character U+0000. Leave it out.`);
}
