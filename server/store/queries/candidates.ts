/**
 * Conditions on the candidates of user tasks, and the short way to the tasks that are offered to somebody: each name has
 * its tasks in the order of the inbox, so that a page and a count look at no more rows than they give.
 */
import type { Knex } from 'knex';
import { STAGES } from '../candidates.js';
import type { CandidateKind } from '../candidates.js';
import { addCondition, asksNothing, operatorsOf } from './conditions.js';
import type { OwnTasks, SearchRequest, SpecialFilter, Walk } from './search-types.js';

const NAME = { sql: 'c.name', kind: 'text' } as const;

/** Operators that hold where no candidate meets the other one. */
const OPPOSITES: Readonly<Record<string, string>> = { $neq: '$eq', $notIn: '$in' };

/**
 * Holds where one candidate meets each operator. `$neq` and `$notIn` hold where no candidate is one of the named, and
 * `$exists` says whether there is any candidate of this kind.
 */
export function candidateFilter(name: string, kind: CandidateKind): SpecialFilter {
  return (query, given, knex) => {
    const ofKind = (): Knex.QueryBuilder =>
      knex('user_task_candidate as c').select('c.key').where('c.kind', kind);
    const ofTask = (): Knex.QueryBuilder => ofKind().whereRaw('c.key = ut.key');
    if (typeof given !== 'object' || given === null || Array.isArray(given)) {
      const found = ofKind();
      const reason = addCondition(found, name, NAME, given);
      if (reason === null) query.whereIn('ut.key', found);
      return reason;
    }
    for (const [operator, value] of operatorsOf(given)) {
      const found = ofKind();
      const reason = addCondition(found, name, NAME, { [operator]: value });
      if (reason !== null) return reason;
      const opposite = Object.hasOwn(OPPOSITES, operator) ? OPPOSITES[operator] : undefined;
      if (operator === '$exists') {
        if (value === true) query.whereExists(ofTask());
        else query.whereNotExists(ofTask());
      } else if (opposite !== undefined) {
        const excluded = ofTask();
        addCondition(excluded, name, NAME, { [opposite]: value });
        query.whereNotExists(excluded);
      } else query.whereIn('ut.key', found);
    }
    return null;
  };
}

/** One who can be offered a task. */
export interface Candidate {
  readonly kind: CandidateKind;
  readonly name: string;
}

/** Names that are followed side by side; what asks for more of them is found otherwise. */
const MOST_NAMES = 60;

/** That a task waits, when it is read. */
const HOLDS = "case when ut.state = 'CREATED' then 1 end = 1";

type Stage = (typeof STAGES)[keyof typeof STAGES];

/** The tasks at these stages that are offered to one of `candidates`: for each name and stage the rows in their order. */
export function offeredTasks(
  knex: Knex,
  candidates: readonly Candidate[],
  stages: readonly Stage[],
): Knex.QueryBuilder[] {
  return candidates.flatMap(({ kind, name }) =>
    // As `ut`, with the columns of `user_task` that the order of the inbox is by.
    stages.map((stage) =>
      knex('user_task_candidate as ut').where({ 'ut.kind': kind, 'ut.name': name, 'ut.stage': stage }),
    ),
  );
}

/** The open tasks that somebody sees because they name them, at all stages: assigned, or offered to them. */
export function openTasksNaming(knex: Knex, own: OwnTasks): Knex.QueryBuilder[] {
  const { username, groups, properties } = own;
  const assigned =
    username !== null && properties.includes('assignee')
      ? [knex('user_task as ut').where({ 'ut.assignee': username, 'ut.state': 'CREATED' })]
      : [];
  const candidates = [
    ...(username === null ? [] : [{ kind: 'user', name: username } as const]),
    ...groups.map((name) => ({ kind: 'group', name }) as const),
  ].filter(({ kind }) => properties.includes(PROPERTY_OF[kind]));
  return [...assigned, ...offeredTasks(knex, candidates, [STAGES.free, STAGES.taken])];
}

const PROPERTY_OF = { user: 'candidateUsers', group: 'candidateGroups' } as const;

/** Whether somebody sees the tasks that are offered to each of the names because they are theirs. */
function areOwn(own: OwnTasks, kind: CandidateKind, names: readonly string[]): boolean {
  const theirs = kind === 'user' ? [own.username] : own.groups;
  return own.properties.includes(PROPERTY_OF[kind]) && names.every((name) => theirs.includes(name));
}

/**
 * The short way, where a filter asks for open tasks of named candidates and for nothing else, in the order of their
 * creation or in none; and for all open tasks, where the caller sees those that name it.
 */
export const walkOffered: Walk = (knex, filter, sort, own) => {
  const asked = Object.entries(filter).filter(([, value]) => !asksNothing(value));
  const { state, assignee, candidateGroup, candidateUser, ...others } = Object.fromEntries(asked);
  if (Object.keys(others).length > 0 || !isInboxOrder(sort)) return null;
  const states = namesIn(state);
  if (states?.length !== 1 || states[0].toUpperCase() !== 'CREATED') return null;
  const isFree = assignee !== undefined;
  if (isFree && !asksForNone(assignee)) return null;
  if (own !== null && assignee === undefined && candidateGroup === undefined && candidateUser === undefined) {
    const queries = openTasksNaming(knex, own);
    return queries.length === 0 || queries.length > MOST_NAMES ? null : { queries, holds: HOLDS };
  }
  if ((candidateGroup === undefined) === (candidateUser === undefined)) return null;
  const names = namesIn(candidateGroup ?? candidateUser);
  if (names === null || names.length === 0 || names.length > MOST_NAMES) return null;
  const kind = candidateGroup === undefined ? 'user' : 'group';
  if (own !== null && !areOwn(own, kind, names)) return null;
  const candidates = [...new Set(names)].map((name) => ({ kind, name }) as const);
  return {
    queries: offeredTasks(knex, candidates, isFree ? [STAGES.free] : [STAGES.free, STAGES.taken]),
    holds: `case when ut.state = 'CREATED' ${isFree ? 'and ut.assignee is null' : ''} then 1 end = 1`,
  };
};

/** By creation, and then by key in the same direction, whether that is said or not. */
function isInboxOrder(sort: NonNullable<SearchRequest['sort']>): boolean {
  const fields = sort.map(({ field }) => field).join();
  const isOneWay = sort.every(({ order = 'ASC' }) => order === (sort[0].order ?? 'ASC'));
  return isOneWay && (fields === 'creationDate' || fields === 'creationDate,userTaskKey');
}

/** The texts that a condition lets through; null where it is not a plain list of them. */
function namesIn(condition: unknown): readonly string[] | null {
  if (typeof condition === 'string') return [condition];
  const one = onlyOperator(condition);
  if (one === null) return null;
  const [operator, value] = one;
  const list: unknown = operator === '$eq' ? [value] : operator === '$in' ? value : null;
  return Array.isArray(list) && list.every((entry): entry is string => typeof entry === 'string')
    ? list
    : null;
}

function asksForNone(condition: unknown): boolean {
  const one = onlyOperator(condition);
  return one !== null && one[0] === '$exists' && one[1] === false;
}

function onlyOperator(condition: unknown): [string, unknown] | null {
  if (typeof condition !== 'object' || condition === null) return null;
  const operators = operatorsOf(condition);
  return operators.length === 1 ? operators[0] : null;
}
