/** Sessions of browsers. A token is stored as its hash. Times are milliseconds since the epoch. */
import type { Knex } from 'knex';

/** A session to store. */
export interface NewSession {
  readonly tokenHash: string;
  readonly username: string;
  readonly createdAt: number;
  readonly expiresAt: number;
}

/** Stores a session. */
export async function saveSession(knex: Knex, session: NewSession): Promise<void> {
  await knex('session').insert({
    token_hash: session.tokenHash,
    username: session.username,
    created_at: session.createdAt,
    expires_at: session.expiresAt,
  });
}

/** Whose session it is, and until when; null where there is none that has not expired. */
export async function findSession(
  knex: Knex,
  tokenHash: string,
  now: number,
): Promise<Pick<NewSession, 'username' | 'expiresAt'> | null> {
  const row = await knex('session')
    .where({ token_hash: tokenHash })
    .where('expires_at', '>', now)
    .first<Pick<NewSession, 'username' | 'expiresAt'> | undefined>({
      username: 'username',
      expiresAt: 'expires_at',
    });
  return row ?? null;
}

/** Ends a session. */
export async function deleteSession(knex: Knex, tokenHash: string): Promise<void> {
  await knex('session').where({ token_hash: tokenHash }).delete();
}

/** Removes what has expired. */
export async function deleteExpiredSessions(knex: Knex, now: number): Promise<void> {
  await knex('session').where('expires_at', '<=', now).delete();
}
