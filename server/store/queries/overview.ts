/**
 * The figures of the home page. What happened today is counted by indexes on
 * time, so that it costs the same however long the history is.
 */
import type { Knex } from 'knex';
import { asVariables, readJson } from '@countersign/engine';
import type { JsonObject } from '@countersign/engine';
import type { Account } from '../../access/account.js';
import { isSqlite } from '../migrations/columns.js';
import { findRareData } from './audit-rows.js';

/** What waits, what is stuck and what runs now. */
export interface Present {
  readonly myTasks: number;
  readonly myGroupsTasks: number;
  readonly openTasks: number;
  readonly activeInstances: number;
  readonly incidents: number;
}

/** What happened since midnight. Costs are in the currency of the first call that has one. */
export interface Today {
  readonly startedToday: number;
  readonly completedToday: number;
  readonly agentCallsToday: number;
  readonly simulatedCallsToday: number;
  readonly agentCostToday: { readonly amount: number; readonly currency: string };
}

/** Counts what an account (null: nobody is signed in) should look at. */
export async function countPresent(knex: Knex, account: Account | null): Promise<Present> {
  const open = (): Knex.QueryBuilder => knex('user_task as ut').where('ut.state', 'CREATED');
  return {
    myTasks: account ? await count(open().where('ut.assignee', account.username)) : 0,
    myGroupsTasks: account ? await count(offeredTo(open(), knex, account)) : 0,
    openTasks: await count(open()),
    activeInstances: await count(knex('process_instance').where('state', 'ACTIVE')),
    incidents: await count(knex('incident').where('state', 'ACTIVE')),
  };
}

/** Counts what happened since `midnight` (milliseconds). */
export async function countToday(knex: Knex, midnight: number): Promise<Today> {
  const rows = await findRareData(knex, 'model call finished', midnight);
  const calls = rows.map((data) => readJson(data) as JsonObject);
  // By process, as the index of instances that ended has it.
  const ended = knex('process_definition as pd')
    .join('process_instance as pi', 'pi.process_definition_key', 'pd.key')
    .where({ 'pi.state': 'COMPLETED' })
    .where('pi.ended_at', '>=', midnight);
  return {
    startedToday: await count(knex('process_instance').where('started_at', '>=', midnight)),
    completedToday: await count(ended),
    agentCallsToday: calls.length,
    simulatedCallsToday: calls.filter((call) => call.simulated === true).length,
    agentCostToday: sumCosts(calls),
  };
}

function sumCosts(calls: readonly JsonObject[]): Today['agentCostToday'] {
  const costs = calls.map((call) => asVariables(call.cost)).filter((cost) => cost !== null);
  const currency = typeof costs[0]?.currency === 'string' ? costs[0].currency : 'USD';
  let amount = 0;
  for (const cost of costs) {
    if (cost.currency === currency && typeof cost.amount === 'number') amount += cost.amount;
  }
  return { amount, currency };
}

/** What nobody has yet and the account is a candidate of, itself or by a group. */
function offeredTo(query: Knex.QueryBuilder, knex: Knex, { username, groups }: Account): Knex.QueryBuilder {
  const entries = (column: string): string =>
    isSqlite(knex)
      ? `json_each(coalesce(${column}, '[]')) as entry`
      : `jsonb_array_elements_text(coalesce(${column}, '[]')::jsonb) as entry(value)`;
  const holds = (column: string, marks: string): string =>
    `exists (select 1 from ${entries(column)} where entry.value in (${marks}))`;
  return query.whereNull('ut.assignee').where((either) => {
    either.whereRaw(holds('ut.candidate_users', '?'), [username]);
    if (groups.length > 0)
      either.orWhereRaw(holds('ut.candidate_groups', groups.map(() => '?').join(', ')), [...groups]);
  });
}

async function count(query: Knex.QueryBuilder): Promise<number> {
  const rows = await query.count<{ total: number | string }[]>({ total: '*' });
  return Number(rows[0].total);
}
