/** Proofs that somebody gave the password again for one task. Stored as hashes; times in milliseconds since the epoch. */
import type { Knex } from 'knex';

/** Whose proof it is, and for which user task. */
export interface ProofOwner {
  readonly tokenHash: string;
  readonly username: string;
  readonly userTaskKey: number;
}

/** Stores a proof; those that are over go. */
export async function saveProof(
  knex: Knex,
  { tokenHash, username, userTaskKey }: ProofOwner,
  expiresAt: number,
  now: number,
): Promise<void> {
  await knex('signing_proof').where('expires_at', '<=', now).delete();
  await knex('signing_proof').insert({
    token_hash: tokenHash,
    username,
    user_task_key: userTaskKey,
    expires_at: expiresAt,
  });
}

/** Takes a proof away: whether it was there for this person and this task, and is not over. */
export async function takeProof(
  knex: Knex,
  { tokenHash, username, userTaskKey }: ProofOwner,
  now: number,
): Promise<boolean> {
  const taken = await knex('signing_proof')
    .where({ token_hash: tokenHash, username, user_task_key: userTaskKey })
    .where('expires_at', '>', now)
    .delete();
  return taken > 0;
}
