import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase } from '../../../test/support/databases.js';
import type { TestDatabase } from '../../../test/support/databases.js';
import { openStore } from '../store.js';
import type { Store } from '../store.js';
import { PROCESS_INSTANCES } from './process-instances.js';
import type { Knex } from 'knex';
import { EVERYTHING } from '../../access/grants/rights.js';
import { search } from './search.js';
import type { SearchPage, SearchRequest, Searchable } from './search-types.js';
import { USER_TASKS } from './user-tasks.js';
import { VARIABLES, visibleFrom } from './variables.js';

/** Searches as who sees everything. */
const searchAll = <Item>(knex: Knex, what: Searchable<Item>, request: SearchRequest) =>
  search(knex, what, request, EVERYTHING);

let database: TestDatabase;
let store: Store;

/** Twelve instances of one process: every third has ended, every fourth an incident, none a business id but the last. */
beforeAll(async () => {
  database = await createTestDatabase();
  store = await openStore(database.address);
  const { knex } = store;
  await knex('process_definition').insert({
    key: 1,
    process_id: 'order',
    version: 1,
    name: 'Order',
    deployment_key: 2,
    resource_key: 3,
    resource_name: 'order.bpmn',
    checksum: 'x',
  });
  for (let number = 1; number <= 12; number += 1) {
    await knex('process_instance').insert({
      key: 100 + number,
      root_key: 100 + number,
      process_definition_key: 1,
      state: number % 3 === 0 ? 'COMPLETED' : 'ACTIVE',
      started_at: 1000 * (number % 5),
      ended_at: number % 3 === 0 ? 9000 - number : null,
      incident_count: number % 4 === 0 ? 1 : 0,
      tags: number === 12 ? '["urgent","big"]' : null,
      business_id: number === 12 ? 'B_12' : null,
    });
    await knex('variable').insert({
      key: 200 + number,
      root_key: 100 + number,
      process_instance_key: 100 + number,
      scope_key: 100 + number,
      name: 'amount',
      value: String(number * 10),
    });
  }
  await insertRelated();
});

/** 101 to 103 have elements, an open incident or failed jobs; 101 was in a batch operation. */
async function insertRelated(): Promise<void> {
  const { knex } = store;
  const of = (number: number, key: number) => ({
    key,
    root_key: 100 + number,
    process_instance_key: 100 + number,
    process_definition_key: 1,
  });
  const element = (number: number, key: number, id: string, state: string, incident: number | null) => ({
    ...of(number, key),
    element_id: id,
    type: 'serviceTask',
    scope_key: 100 + number,
    state,
    started_at: 1,
    incident_key: incident,
  });
  await knex('element_instance').insert([
    element(1, 601, 'check', 'COMPLETED', null),
    element(1, 602, 'pay', 'ACTIVE', null),
    element(2, 603, 'check', 'ACTIVE', 701),
    element(2, 604, 'pay', 'COMPLETED', null),
    element(3, 605, 'pay', 'COMPLETED', null),
  ]);
  const incident = (number: number, key: number, message: string, state: string) => ({
    ...of(number, key),
    element_id: 'check',
    element_instance_key: 603,
    error_type: 'UNKNOWN',
    error_message: message,
    resume: '{}',
    state,
    created_at: 1,
  });
  await knex('incident').insert([
    incident(2, 701, 'hello', 'ACTIVE'),
    incident(3, 702, 'hello', 'RESOLVED'),
    incident(3, 703, 'polygenelubricants', 'ACTIVE'),
  ]);
  const job = (number: number, key: number, state: string, retries: number) => ({
    ...of(number, key),
    element_id: 'pay',
    element_instance_key: 602,
    kind: 'BPMN_ELEMENT',
    type: 'work',
    priority: 0,
    state,
    retries,
    created_at: 1,
    updated_at: 1,
  });
  await knex('job').insert([job(1, 801, 'FAILED', 2), job(2, 802, 'FAILED', 0), job(3, 803, 'CREATED', 3)]);
  await knex('batch_operation_item').insert({
    key: 901,
    batch_operation_key: 900,
    process_instance_key: 101,
    root_key: 101,
    state: 'COMPLETED',
  });
}

afterAll(async () => {
  await store.close();
  await database.remove();
});

async function find(request: SearchRequest): Promise<SearchPage<{ processInstanceKey: string }>['items']> {
  const result = await searchAll(store.knex, PROCESS_INSTANCES, request);
  if (!result.ok) throw new Error(result.reason);
  return result.page.items;
}

async function keys(filter: SearchRequest['filter']): Promise<number[]> {
  return (await find({ filter })).map((item) => Number(item.processInstanceKey) - 100);
}

describe('filters', () => {
  it.each<[string, SearchRequest['filter'], number[]]>([
    ['a plain value', { processInstanceKey: '103' }, [3]],
    ['words in any case', { state: 'completed' }, [3, 6, 9, 12]],
    ['$neq', { state: { $neq: 'ACTIVE' } }, [3, 6, 9, 12]],
    ['$in', { processInstanceKey: { $in: ['101', '112', '999'] } }, [1, 12]],
    ['an empty $in', { processInstanceKey: { $in: [] } }, []],
    ['empty lists beside another', { state: { $in: [], $eq: 'COMPLETED', $notIn: [] } }, [3, 6, 9, 12]],
    [
      'an empty $in beside $notIn',
      { processInstanceKey: { $in: [], $notIn: ['101'] }, hasIncident: true },
      [4, 8, 12],
    ],
    ['an empty $notIn beside $in', { processInstanceKey: { $in: ['102'], $notIn: [] } }, [2]],
    ['$notIn', { processInstanceKey: { $notIn: ['101', '102'] }, state: 'COMPLETED' }, [3, 6, 9, 12]],
    [
      'a range of times',
      { endDate: { $gte: '1970-01-01T00:00:08.991Z', $lt: '1970-01-01T00:00:08.997Z' } },
      [6, 9],
    ],
    ['$exists', { endDate: { $exists: true } }, [3, 6, 9, 12]],
    ['a flag', { hasIncident: true }, [4, 8, 12]],
    ['$like with a wildcard', { businessId: { $like: 'B?1*' } }, [12]],
    ['$like in other letter case', { businessId: { $like: 'b?1*' } }, [12]],
    ['$like where _ is itself', { businessId: { $like: 'B_2' } }, []],
    ['$exists: false', { businessId: { $exists: false }, hasIncident: true }, [4, 8]],
    ['null, which asks nothing', { state: null, businessId: null, hasIncident: true }, [4, 8, 12]],
    ['a key of another system', { processInstanceKey: { $in: ['101', '9223372036854775807'] } }, [1]],
    ['no key at all', { processInstanceKey: '-1' }, []],
    ['an element', { elementId: 'check' }, [1, 2]],
    ['one element and its state', { elementId: 'check', elementInstanceState: 'ACTIVE' }, [2]],
    ['the state of any element', { elementInstanceState: { $in: ['ACTIVE'] } }, [1, 2]],
    ['an incident of an element', { hasElementInstanceIncident: true }, [2]],
    ['an element without one', { hasElementInstanceIncident: false, elementInstanceState: 'ACTIVE' }, [1]],
    ['nothing of elements', { elementId: {}, elementInstanceState: null, processInstanceKey: '105' }, [5]],
    ['a message of an open incident', { errorMessage: { $like: 'hel*' } }, [2]],
    ['the hash code of one', { incidentErrorHashCode: 99162322 }, [2]],
    ['a hash code below 0', { incidentErrorHashCode: { $lt: 0, $in: [-2147483648] } }, [3]],
    [
      'a hash code in $or',
      { $or: [{ incidentErrorHashCode: -2147483648 }, { businessId: 'B_12' }] },
      [3, 12],
    ],
    ['a hash code that nothing has', { incidentErrorHashCode: { $eq: 1 } }, []],
    ['jobs that will be tried again', { hasRetriesLeft: true }, [1]],
    ['none of those', { hasRetriesLeft: false, processInstanceKey: { $in: ['101', '102', '103'] } }, [2, 3]],
    ['a batch operation', { batchOperationKey: '900' }, [1]],
    ['its former name', { batchOperationId: { $in: ['900', '901'] } }, [1]],
    ['a variable', { variables: [{ name: 'amount', value: '70' }] }, [7]],
    ['a variable by operator', { variables: [{ name: 'amount', value: { $in: ['10', '20'] } }] }, [1, 2]],
    ['tags', { tags: ['big', 'urgent'] }, [12]],
    ['$or', { $or: [{ processInstanceKey: '105' }, { state: 'COMPLETED', hasIncident: true }] }, [5, 12]],
    ['the definition', { processDefinitionId: 'order', processDefinitionVersion: { $gt: 1 } }, []],
  ])('by %s', async (_, filter, expected) => {
    expect(await keys(filter)).toEqual(expected);
  });

  it.each<[SearchRequest, string]>([
    [{ filter: { color: 'red' } }, 'filter.color is not known'],
    [{ filter: { processInstanceKey: 'abc' } }, 'filter.processInstanceKey.$eq must be a key'],
    [{ filter: { state: 'DONE' } }, 'filter.state.$eq must be one of ACTIVE'],
    [{ filter: { startDate: { $gt: 'yesterday' } } }, 'filter.startDate.$gt must be a date'],
    [
      { filter: { endDate: '2026-02-30T00:00:00Z' } },
      'must be a time that exists; 2026-02-30T00:00:00Z does',
    ],
    [{ filter: { startDate: { $in: ['2026-06-31T12:00:00+02:00'] } } }, 'must be a time that exists'],
    [{ filter: { state: { $eq: null } } }, 'filter.state.$eq must be one of ACTIVE'],
    [{ filter: { elementInstanceState: 'DONE' } }, 'filter.elementInstanceState.$eq must be one of ACTIVE'],
    [{ filter: { batchOperationKey: '1', batchOperationId: '1' } }, 'both batchOperationKey and batchOp'],
    [{ filter: { incidentErrorHashCode: '1' } }, 'filter.incidentErrorHashCode.$eq must be a whole number'],
    [{ filter: { incidentErrorHashCode: { $like: '1' } } }, 'is for texts'],
    [{ filter: { $or: [{ incidentErrorHashCode: 1.5 }] } }, 'filter.incidentErrorHashCode.$eq must be a'],
    [{ filter: { variables: [{ name: 'amount', value: null }] } }, 'the value of amount must be JSON text'],
    [{ filter: { tags: [null] } }, 'filter.tags must be a list of texts'],
    [{ page: { limit: 0 } }, 'page.limit must be from 1'],
    [{ filter: { businessId: { $regex: 'x' } } }, '$regex is not an operator'],
    [{ filter: { $or: [{ color: 'red' }] } }, 'filter.color is not known'],
    [{ filter: { ['constructor']: 'x' } }, 'filter.constructor is not known'],
    [{ sort: [{ field: 'color' }] }, 'sort.field "color"'],
    [{ page: { after: 'nonsense' } }, 'page.after'],
  ])('refuses %j', async (request, reason) => {
    const result = await searchAll(store.knex, PROCESS_INSTANCES, request);
    expect(result.ok ? 'accepted' : result.reason).toContain(reason);
  });
});

describe('pages', () => {
  const sorts: NonNullable<SearchRequest['sort']>[] = [
    [],
    [{ field: 'startDate', order: 'DESC' }],
    [{ field: 'endDate' }],
    [{ field: 'endDate', order: 'DESC' }, { field: 'startDate' }],
    [{ field: 'businessId', order: 'DESC' }],
    [{ field: 'hasIncident', order: 'DESC' }, { field: 'businessId' }],
  ];

  it.each(sorts)('sorted by %j join to the whole, forward and backward', async (...sort) => {
    const whole = (await find({ sort })).map((item) => item.processInstanceKey);
    expect(whole).toHaveLength(12);

    const forward: string[] = [];
    let after: string | undefined;
    for (;;) {
      const result = await searchAll(store.knex, PROCESS_INSTANCES, { sort, page: { limit: 5, after } });
      if (!result.ok) throw new Error(result.reason);
      if (result.page.items.length === 0) break;
      forward.push(...result.page.items.map((item) => item.processInstanceKey));
      after = result.page.page.endCursor ?? undefined;
    }
    expect(forward).toEqual(whole);

    const backward: string[] = [];
    const last = await searchAll(store.knex, PROCESS_INSTANCES, { sort, page: { from: 11, limit: 1 } });
    let before = last.ok ? (last.page.page.startCursor ?? undefined) : undefined;
    for (;;) {
      const result = await searchAll(store.knex, PROCESS_INSTANCES, { sort, page: { limit: 5, before } });
      if (!result.ok) throw new Error(result.reason);
      if (result.page.items.length === 0) break;
      backward.unshift(...result.page.items.map((item) => item.processInstanceKey));
      before = result.page.page.startCursor ?? undefined;
    }
    expect([...backward, whole[11]]).toEqual(whole);
  });

  it('count all items, whatever the page', async () => {
    const result = await searchAll(store.knex, PROCESS_INSTANCES, {
      filter: { state: 'COMPLETED' },
      page: { limit: 1 },
    });
    expect(result.ok && result.page.page).toMatchObject({ totalItems: 4, hasMoreTotalItems: false });
  });
});

describe('visible variables', () => {
  it('are those of the nearest scope, up to the process instance', async () => {
    const { knex } = store;
    const element = {
      root_key: 101,
      process_instance_key: 101,
      process_definition_key: 1,
      type: 'userTask',
      state: 'ACTIVE',
      started_at: 1,
    };
    await knex('element_instance').insert([
      { ...element, key: 300, element_id: 'sub', scope_key: 101 },
      { ...element, key: 301, element_id: 'task', scope_key: 300 },
      { ...element, key: 302, element_id: 'other', scope_key: 101 },
    ]);
    const variable = { root_key: 101, process_instance_key: 101 };
    await knex('variable').insert([
      { ...variable, key: 400, scope_key: 300, name: 'amount', value: '"nearer"' },
      { ...variable, key: 401, scope_key: 301, name: 'local', value: 'true' },
      { ...variable, key: 402, scope_key: 302, name: 'elsewhere', value: '1' },
    ]);
    const seen = async (key: number): Promise<Record<string, string>> => {
      const result = await searchAll(knex, visibleFrom(key), {});
      if (!result.ok) throw new Error(result.reason);
      return Object.fromEntries(result.page.items.map(({ name, value }) => [name, value]));
    };
    expect(await seen(301)).toEqual({ amount: '"nearer"', local: 'true' });
    expect(await seen(302)).toEqual({ amount: '10', elsewhere: '1' });
    const all = await searchAll(knex, VARIABLES, { filter: { processInstanceKey: '101' } });
    expect(all.ok && all.page.items).toHaveLength(4);
  });
});

describe('user tasks', () => {
  it('are found by their due date in any zone', async () => {
    const { knex } = store;
    const task = {
      root_key: 101,
      process_instance_key: 101,
      process_definition_key: 1,
      element_id: 'task',
      element_instance_key: 301,
      state: 'CREATED',
      candidate_users: '[]',
      priority: 50,
      created_at: 1,
    };
    await knex('user_task').insert([
      {
        ...task,
        key: 500,
        candidate_groups: '[]',
        due_date: '2026-01-01T12:00:00+02:00',
      },
      { ...task, key: 501, candidate_groups: '[]', due_date: null },
    ]);
    const found = async (filter: SearchRequest['filter']): Promise<string[]> => {
      const result = await searchAll(knex, USER_TASKS, { filter });
      if (!result.ok) throw new Error(result.reason);
      return result.page.items.map((item) => item.userTaskKey);
    };
    expect(await found({ dueDate: { $lte: '2026-01-01T10:00:00Z' } })).toEqual(['500']);
    expect(await found({ dueDate: { $lt: '2026-01-01T10:00:00Z' } })).toEqual([]);
  });
});
