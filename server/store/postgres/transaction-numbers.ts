/**
 * The numbers of transactions that order the journal on PostgreSQL. A cluster counts its own: in a database that was
 * restored from a dump of another one the rows may bear numbers that this cluster comes to in years. New rows would then
 * sort before those that are in the tree, and never come into it. So numbers are counted on from where the rows are.
 */
import type { Knex } from 'knex';

const NAME = 'transactions before';

/** What the cluster's numbers are raised by for the rows of this database. */
const RAISED = `coalesce((select value from counter where name = '${NAME}'), 0)`;

/** The number below which every transaction is over, as rows of `audit` bear it. */
export const OLDEST_RUNNING = `(pg_snapshot_xmin(pg_current_snapshot())::text::bigint + ${RAISED})::text::xid8`;

const NEWEST =
  'select transaction_id::text::bigint as newest from audit order by transaction_id desc limit 1';

/** How many numbers this cluster is behind the newest row; never more than 0 while it is the one that wrote it. */
const BEHIND = `select newest + 1 - pg_snapshot_xmax(pg_current_snapshot())::text::bigint - ${RAISED} as behind,
  newest + 1 - pg_snapshot_xmin(pg_current_snapshot())::text::bigint as raise from (${NEWEST}) as last`;

interface Behind {
  readonly behind: number;
  readonly raise: number;
}

/** Looks, before anything is written, whether rows come from a cluster that is further, and counts on from there. */
export async function countOnTransactions(knex: Knex): Promise<void> {
  const look = async (on: Knex): Promise<Behind | undefined> =>
    (await on.raw<{ rows: Behind[] }>(BEHIND)).rows.find(({ behind }) => behind > 0);
  if (!(await look(knex))) return;
  await knex.transaction(async (on) => {
    // Another node that starts looks after this one is done.
    await on.raw('lock table audit in access exclusive mode');
    const found = await look(on);
    if (!found) return;
    const raise = Math.trunc(found.raise);
    await on('counter').insert({ name: NAME, value: raise }).onConflict('name').merge();
    await on.raw(`alter table audit alter column transaction_id
      set default ((pg_current_xact_id()::text::bigint + ${raise})::text::xid8)`);
  });
}
