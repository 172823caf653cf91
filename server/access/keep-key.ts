/**
 * The key under which a browser keeps what somebody typed and has not sent. The server gives it to that person alone, so
 * that nobody else at the same browser can read it; it is made from a secret of the database and opens nothing else.
 */
import { createHmac, randomBytes } from 'node:crypto';
import type { Knex } from 'knex';
import { writeSetting } from '../store/queries/settings.js';

const SETTING = 'keep-secret';

/** Gives keys by user name: 32 bytes in base64, the same on every server of a database. */
export function keepKeys(knex: Knex): (username: string) => Promise<string> {
  let secret: Promise<string> | undefined;
  const read = (): Promise<string> => writeSetting(knex, SETTING, randomBytes(32).toString('base64'));
  return async (username) => {
    secret ??= read().catch((error: unknown) => {
      secret = undefined;
      throw error;
    });
    return createHmac('sha256', Buffer.from(await secret, 'base64'))
      .update(username)
      .digest('base64');
  };
}
