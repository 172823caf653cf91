/**
 * The figures of the home page: counted by indexes and up to a bound, so that they cost the same however much waits and
 * however long the history is.
 */
import type { Knex } from 'knex';
import { asVariables, readJson } from '@countersign/engine';
import type { JsonObject } from '@countersign/engine';
import type { Account } from '../../access/account.js';
import type { Rights } from '../../access/grants/rights.js';
import { STAGES } from '../candidates.js';
import { findRareData } from './audit-rows.js';
import { offeredTasks, openTasksNaming } from './candidates.js';
import { INCIDENTS } from './incidents.js';
import { PROCESS_INSTANCES } from './process-instances.js';
import { ownTasks, protect, seesAll } from './protected.js';
import type { Searchable } from './search-types.js';
import { countWalked } from './search-walk.js';
import { USER_TASKS } from './user-tasks.js';

/** What is counted of now at most, and of today: a count costs as much as the rows it counts. */
const MOST_NOW = 10_000;
const MOST_TODAY = 100_000;

/** What waits, what is stuck and what runs now. Of the figures named in `more` there is more than they say. */
export interface Present {
  readonly myTasks: number;
  readonly myGroupsTasks: number;
  readonly openTasks: number;
  readonly activeInstances: number;
  readonly incidents: number;
  readonly more: readonly string[];
}

/** What happened since midnight. Costs are in the currency of the first call that has one. */
export interface Today {
  readonly startedToday: number;
  readonly completedToday: number;
  readonly agentCallsToday: number;
  readonly simulatedCallsToday: number;
  readonly agentCostToday: { readonly amount: number; readonly currency: string };
  readonly more: readonly string[];
}

/** A query on what can be searched, less what the caller may not see; plain where it sees all. */
function seen(knex: Knex, what: Searchable<unknown>, plain: string, rights: Rights): Knex.QueryBuilder {
  if (seesAll(what, rights)) return knex(plain);
  const query = what.from(knex);
  protect(knex, query, what, rights);
  return query;
}

/** Counts what an account (null: nobody is signed in) should look at, of what it may see. */
export async function countPresent(knex: Knex, account: Account | null, rights: Rights): Promise<Present> {
  const open = (): Knex.QueryBuilder =>
    seen(knex, USER_TASKS, 'user_task as ut', rights).where('ut.state', 'CREATED');
  const instances = seen(knex, PROCESS_INSTANCES, 'process_instance as pi', rights);
  const incidents = seen(knex, INCIDENTS, 'incident as i', rights);
  const count = (query: Knex.QueryBuilder): Promise<number> => countUpTo(knex, query, MOST_NOW);
  const counts = {
    myTasks: account ? await count(open().where('ut.assignee', account.username)) : 0,
    myGroupsTasks: account ? await countOffered(knex, account) : 0,
    openTasks: await countOpen(knex, open, rights),
    activeInstances: await count(instances.where('pi.state', 'ACTIVE')),
    incidents: await count(incidents.where('i.state', 'ACTIVE')),
  };
  return bounded(counts, MOST_NOW);
}

/** Counts what happened since `midnight` (milliseconds), of what the caller may see; calls where it sees all. */
export async function countToday(knex: Knex, midnight: number, rights: Rights): Promise<Today> {
  const all = seesAll(PROCESS_INSTANCES, rights);
  const rows = all ? await findRareData(knex, 'model call finished', midnight) : [];
  const calls = rows.map((data) => readJson(data) as JsonObject);
  // By process, as the index of instances that ended has it.
  const ended = knex('process_definition as pd')
    .join('process_instance as pi', 'pi.process_definition_key', 'pd.key')
    .where({ 'pi.state': 'COMPLETED' })
    .where('pi.ended_at', '>=', midnight);
  protect(knex, ended, PROCESS_INSTANCES, rights);
  const started = seen(knex, PROCESS_INSTANCES, 'process_instance as pi', rights);
  const counts = {
    startedToday: await countUpTo(knex, started.where('pi.started_at', '>=', midnight), MOST_TODAY),
    completedToday: await countUpTo(knex, ended, MOST_TODAY),
  };
  return {
    ...bounded(counts, MOST_TODAY),
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

/** The open tasks that the caller may see: a walk of theirs where it sees no others. */
async function countOpen(knex: Knex, open: () => Knex.QueryBuilder, rights: Rights): Promise<number> {
  const own = ownTasks(USER_TASKS, rights);
  const ways = own ? openTasksNaming(knex, own) : [];
  return ways.length === 0
    ? countUpTo(knex, open(), MOST_NOW)
    : countWalked(knex, ways, ['ut.created_at', 'ut.key'], MOST_NOW + 1);
}

/** What nobody has yet and the account is a candidate of, itself or by a group. */
async function countOffered(knex: Knex, { username, groups }: Account): Promise<number> {
  const candidates = [
    { kind: 'user', name: username } as const,
    ...groups.map((name) => ({ kind: 'group', name }) as const),
  ];
  const ways = offeredTasks(knex, candidates, [STAGES.free]);
  return countWalked(knex, ways, ['ut.created_at', 'ut.key'], MOST_NOW + 1);
}

/** Counts rows up to one more than `most`. */
async function countUpTo(knex: Knex, query: Knex.QueryBuilder, most: number): Promise<number> {
  const some = query
    .select(knex.raw('1 as one'))
    .limit(most + 1)
    .as('some');
  const rows = await knex.from(some).count<{ total: number | string }[]>({ total: '*' });
  return Number(rows[0].total);
}

/** The counts as they are told: one above its bound is the bound, and its name stands under `more`. */
function bounded<Name extends string>(
  counts: Readonly<Record<Name, number>>,
  most: number,
): Record<Name, number> & { readonly more: Name[] } {
  const names = Object.keys(counts) as Name[];
  const told = Object.fromEntries(names.map((name) => [name, Math.min(counts[name], most)]));
  return { ...(told as Record<Name, number>), more: names.filter((name) => counts[name] > most) };
}
