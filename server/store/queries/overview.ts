/** The figures of the home page. */
import type { Knex } from 'knex';
import { isSqlite } from '../migrations/columns.js';
import { asVariables } from '@countersign/engine';
import type { JsonObject } from '@countersign/engine';
import type { Account } from '../../access/account.js';

/** What waits, what is stuck, what runs, what happened since `since`. */
export interface Overview {
  readonly myTasks: number;
  readonly myGroupsTasks: number;
  readonly openTasks: number;
  readonly activeInstances: number;
  readonly incidents: number;
  readonly completedToday: number;
  readonly startedToday: number;
}

/** Counts for an account (null: nobody is signed in); `since` in milliseconds. */
export async function countOverview(knex: Knex, account: Account | null, since: number): Promise<Overview> {
  const open = (): Knex.QueryBuilder => knex('user_task as ut').where('ut.state', 'CREATED');
  return {
    myTasks: account ? await count(open().where('ut.assignee', account.username)) : 0,
    myGroupsTasks:
      account && account.groups.length > 0 ? await count(forGroups(open(), knex, account.groups)) : 0,
    openTasks: await count(open()),
    activeInstances: await count(knex('process_instance').where('state', 'ACTIVE')),
    incidents: await count(knex('incident').where('state', 'ACTIVE')),
    completedToday: await count(
      knex('process_instance').where('state', 'COMPLETED').where('ended_at', '>=', since),
    ),
    startedToday: await count(knex('process_instance').where('started_at', '>=', since)),
  };
}

/** The model calls of agents since a time, as the journal has them. */
export interface CallFigures {
  readonly agentCallsToday: number;
  readonly simulatedCallsToday: number;
  /** Costs in the currency of the first call that has one. */
  readonly agentCostToday: { readonly amount: number; readonly currency: string };
}

/** Counts the model calls that were answered since `since` (milliseconds) and adds up what they cost. */
export async function countModelCalls(knex: Knex, since: number): Promise<CallFigures> {
  const rows = (await knex('audit')
    .where('type', 'model call finished')
    .where('at', '>=', since)
    .pluck('data')) as string[];
  const calls = rows.map((data) => JSON.parse(data) as JsonObject);
  const costs = calls.map((call) => asVariables(call.cost)).filter((cost) => cost !== null);
  const currency = typeof costs[0]?.currency === 'string' ? costs[0].currency : 'USD';
  let amount = 0;
  for (const cost of costs)
    if (cost.currency === currency && typeof cost.amount === 'number') amount += cost.amount;
  return {
    agentCallsToday: calls.length,
    simulatedCallsToday: calls.filter((call) => call.simulated === true).length,
    agentCostToday: { amount, currency },
  };
}

function forGroups(query: Knex.QueryBuilder, knex: Knex, groups: readonly string[]): Knex.QueryBuilder {
  const marks = groups.map(() => '?').join(', ');
  const list = isSqlite(knex)
    ? 'json_each(ut.candidate_groups) as entry'
    : 'jsonb_array_elements_text(ut.candidate_groups::jsonb) as entry(value)';
  return query
    .whereNull('ut.assignee')
    .whereRaw(`exists (select 1 from ${list} where entry.value in (${marks}))`, [...groups]);
}

async function count(query: Knex.QueryBuilder): Promise<number> {
  const rows = await query.count<{ total: number | string }[]>({ total: '*' });
  return Number(rows[0].total);
}
