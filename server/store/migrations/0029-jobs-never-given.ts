/** Jobs whose model writes no retries were never given to a worker. They are given once, as every new job is. */
import type { Knex } from 'knex';

/** Those that nobody has taken yet and that no incident keeps back; what a suspended tree keeps back waits for it. */
const NEVER_GIVEN = `retries <= 0 and state = 'CREATED' and available_at is null and ended_at is null
  and deadline is null and key not in (select job_key from incident where state = 'ACTIVE' and job_key is not null)`;

/** Makes them available from when they were created. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(
    `update held set at = (select created_at from job where job.key = held.key)
     where at is null and key in (select key from job where ${NEVER_GIVEN})`,
  );
  await knex.raw(
    `update job set available_at = created_at where ${NEVER_GIVEN} and key not in (select key from held)`,
  );
}
