/** Tasks found by their candidates, on random tasks, against the same conditions said in JavaScript. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Key } from '@countersign/engine';
import { TASK_PROPERTIES } from '../../access/grants/permissions.js';
import { EVERYTHING, compileRights, namesCaller } from '../../access/grants/rights.js';
import { createTestDatabase } from '../../../test/support/databases.js';
import type { TestDatabase } from '../../../test/support/databases.js';
import { randomSource } from '../../../test/support/random-source.js';
import { openStore } from '../store.js';
import type { Store } from '../store.js';
import { createTables } from '../tables.js';
import type { UserTaskRow } from '../tables.js';
import { countPresent } from './overview.js';
import { search } from './search.js';
import type { SearchRequest } from './search-types.js';
import { USER_TASKS } from './user-tasks.js';

const NAMES = ['sales', 'Sales', 'a"b', 'accounting', 'it’s', 'null', '[]', 'umlaut ü'];

interface Task {
  readonly key: number;
  readonly createdAt: number;
  state: UserTaskRow['state'];
  assignee: string | null;
  groups: readonly string[];
  users: readonly string[];
}

let database: TestDatabase;
let store: Store;
const tasks: Task[] = [];

function row(task: Task): UserTaskRow {
  return {
    key: task.key as Key,
    root_key: 101 as Key,
    process_instance_key: 101 as Key,
    process_definition_key: 1 as Key,
    element_id: 'task',
    element_instance_key: 301 as Key,
    name: null,
    state: task.state,
    assignee: task.assignee,
    candidate_groups: JSON.stringify(task.groups),
    candidate_users: JSON.stringify(task.users),
    due_date: null,
    follow_up_date: null,
    priority: 50,
    form_key: null,
    external_form_reference: null,
    created_at: task.createdAt,
    completed_at: null,
  };
}

beforeAll(async () => {
  database = await createTestDatabase();
  store = await openStore(database.address);
  await store.knex('process_definition').insert({
    key: 1,
    process_id: 'order',
    version: 1,
    deployment_key: 2,
    resource_key: 3,
    resource_name: 'order.bpmn',
    checksum: 'x',
  });
  const random = randomSource(20_261_201);
  const some = (): string[] =>
    Array.from({ length: random.below(4) }, () => NAMES[random.below(NAMES.length)]);
  const { connection } = store;
  const tables = createTables(connection);
  const commit = async (): Promise<void> => {
    connection.begin();
    for (const table of Object.values(tables) as { flush(): void }[]) table.flush();
    await connection.commit();
  };
  for (let index = 0; index < 160; index += 1) {
    const task: Task = {
      key: 1000 + index,
      createdAt: 5000 + random.below(40),
      state: random.below(4) === 0 ? 'COMPLETED' : 'CREATED',
      assignee: random.below(3) === 0 ? 'mary' : null,
      groups: some(),
      users: some(),
    };
    tasks.push(task);
    tables.userTasks.insert(row(task));
    tables.candidates.offer(task.key as Key);
  }
  await commit();
  // Half of them change afterwards: offered to others, taken, done.
  for (const task of tasks.filter(({ key }) => key % 2 === 0)) {
    if (random.below(2) === 0) {
      task.groups = some();
      tables.candidates.offer(task.key as Key);
    }
    task.state = random.below(3) === 0 ? 'COMPLETED' : 'CREATED';
    task.assignee = random.below(2) === 0 ? 'emil' : null;
    const { candidate_groups, state, assignee } = row(task);
    tables.userTasks.update(task.key as Key, { candidate_groups, state, assignee });
    tables.candidates.move(task.key as Key);
  }
  await commit();
});

afterAll(async () => {
  await store.close();
  await database.remove();
});

async function find(request: SearchRequest): Promise<{ keys: number[]; total: number; end: string | null }> {
  const result = await search(store.knex, USER_TASKS, request, EVERYTHING);
  if (!result.ok) throw new Error(result.reason);
  const { items, page } = result.page;
  return {
    keys: items.map(({ userTaskKey }) => Number(userTaskKey)),
    total: page.totalItems,
    end: page.endCursor,
  };
}

const inOrder = (found: readonly Task[]): number[] =>
  [...found].sort((a, b) => a.createdAt - b.createdAt || a.key - b.key).map(({ key }) => key);
const any = (names: readonly string[], is: (name: string) => boolean): boolean => names.some(is);

describe('a condition on candidates', () => {
  it.each<[string, unknown, (names: readonly string[]) => boolean]>([
    ['a name', 'sales', (names) => names.includes('sales')],
    ['$eq', { $eq: 'a"b' }, (names) => names.includes('a"b')],
    ['$neq: nobody of that name', { $neq: 'sales' }, (names) => !names.includes('sales')],
    ['$in', { $in: ['sales', '[]'] }, (names) => any(names, (name) => ['sales', '[]'].includes(name))],
    ['$in of none', { $in: [] }, () => false],
    ['$notIn', { $notIn: ['sales', '[]'] }, (names) => !any(names, (name) => ['sales', '[]'].includes(name))],
    ['$exists', { $exists: true }, (names) => names.length > 0],
    ['$exists: false', { $exists: false }, (names) => names.length === 0],
    ['null: no condition', null, () => true],
    ['no operator: no condition', {}, () => true],
    ['$like, in any case', { $like: 's?les' }, (names) => any(names, (name) => /^s.les$/i.test(name))],
    ['$gte', { $gte: 'umlaut' }, (names) => names.includes('umlaut ü')],
    ['empty lists beside another', { $eq: 'null', $in: [], $notIn: [] }, (names) => names.includes('null')],
    [
      'several operators, each by itself',
      { $in: ['sales', 'null'], $neq: 'accounting' },
      (names) => any(names, (name) => ['sales', 'null'].includes(name)) && !names.includes('accounting'),
    ],
  ])('%s', async (_name, condition, holds) => {
    for (const [field, of] of [
      ['candidateGroup', ({ groups }: Task) => groups],
      ['candidateUser', ({ users }: Task) => users],
    ] as const) {
      const sort = [{ field: 'creationDate' }];
      const page = { limit: 1000 };
      const { keys, total } = await find({ filter: { [field]: condition }, sort, page });
      expect(keys).toEqual(inOrder(tasks.filter((task) => holds(of(task)))));
      expect(total).toBe(keys.length);
    }
  });

  it.each([
    [{ $eq: 1 }, 'filter.candidateGroup.$eq must be text.'],
    [{ $neq: {} }, 'filter.candidateGroup.$neq must be text.'],
    [{ $notIn: 'sales' }, 'filter.candidateGroup.$notIn must be a list.'],
    [{ $exists: 'yes' }, 'filter.candidateGroup.$exists must be true or false.'],
    [['sales'], 'filter.candidateGroup is a list. Write {"$in": [...]} for one of several values.'],
    [{ $near: 'sales' }, /\$near is not an operator/],
  ])('refuses %j', async (candidateGroup, reason) => {
    for (const filter of [{ candidateGroup }, { candidateGroup, state: 'CREATED' }]) {
      const result = await search(
        store.knex,
        USER_TASKS,
        { filter, sort: [{ field: 'creationDate' }] },
        EVERYTHING,
      );
      expect(result.ok ? null : result.reason).toEqual(
        typeof reason === 'string' ? reason : expect.stringMatching(reason),
      );
    }
  });
});

describe('open tasks of candidates', () => {
  const free = { state: 'created', assignee: { $exists: false } };
  const groups = { $in: ['sales', 'Sales', 'a"b', 'sales'], $notIn: [], $eq: undefined };
  const isFree = (task: Task): boolean => task.state === 'CREATED' && task.assignee === null;
  const isOffered = (task: Task): boolean => any(task.groups, (name) => groups.$in.includes(name));

  it.each<[string, SearchRequest['filter'], (task: Task) => boolean]>([
    ['that nobody has', { ...free, candidateGroup: groups }, (task) => isFree(task) && isOffered(task)],
    [
      'that somebody may have',
      { state: { $eq: 'CREATED' }, candidateGroup: groups },
      (task) => task.state === 'CREATED' && isOffered(task),
    ],
    [
      'of a person',
      { ...free, candidateUser: 'it’s' },
      (task) => isFree(task) && task.users.includes('it’s'),
    ],
    ['of nobody', { ...free, candidateUser: { $in: [] } }, () => false],
    [
      'with another condition beside',
      { ...free, candidateGroup: groups, priority: 50 },
      (task) => isFree(task) && isOffered(task),
    ],
  ])('%s, whole and page by page in both directions', async (_name, filter, belongs) => {
    const wanted = inOrder(tasks.filter(belongs));
    for (const order of ['ASC', 'DESC'] as const) {
      const expected = order === 'ASC' ? wanted : [...wanted].reverse();
      const sort = [{ field: 'creationDate', order }];
      const whole = await find({ filter, sort });
      expect(whole).toMatchObject({ keys: expected, total: expected.length });
      expect((await find({ filter, sort, page: { from: 2, limit: 3 } })).keys).toEqual(expected.slice(2, 5));
      const forward: number[] = [];
      for (let after: string | undefined; ;) {
        const page = await find({ filter, sort, page: { limit: 7, after } });
        forward.push(...page.keys);
        if (page.keys.length < 7) break;
        after = page.end ?? undefined;
      }
      expect(forward).toEqual(expected);
      const before = whole.end ?? undefined;
      if (before !== undefined)
        expect((await find({ filter, sort, page: { limit: 5, before } })).keys).toEqual(
          expected.slice(-6, -1),
        );
    }
    expect((await find({ filter, page: { limit: 1 } })).total).toBe(wanted.length);
  });

  it('are counted once for an account', async () => {
    const account = { username: 'null', name: 'Null', email: null, groups: ['sales', 'a"b'], roles: [] };
    const wanted = tasks.filter(
      (task) =>
        isFree(task) &&
        (task.users.includes('null') || any(task.groups, (name) => account.groups.includes(name))),
    );
    const { myGroupsTasks, openTasks, more } = await countPresent(store.knex, account, EVERYTHING);
    expect({ myGroupsTasks, more }).toEqual({ myGroupsTasks: wanted.length, more: [] });
    expect(openTasks).toBe(tasks.filter(({ state }) => state === 'CREATED').length);
  });

  it.each([
    [TASK_PROPERTIES, ['sales', 'a"b']],
    [['assignee'], ['sales']],
    [['candidateUsers', 'assignee'], []],
    [['candidateGroups'], ['Sales', '[]']],
  ] as const)('are found by who sees only the tasks that name them in %j', async (properties, groups) => {
    const names = { username: 'null', groups };
    const grants = properties.map((property) => ({
      ownerType: 'USER' as const,
      ownerId: 'null',
      resourceType: 'USER_TASK' as const,
      permissions: ['READ'] as const,
      scope: { property },
    }));
    const rights = compileRights(grants, names);
    const isSeen = (task: Task): boolean =>
      properties.some((property) =>
        namesCaller(
          { assignee: task.assignee, candidateUsers: task.users, candidateGroups: task.groups },
          property,
          names,
        ),
      );
    const asked: [SearchRequest['filter'], (task: Task) => boolean][] = [
      [{ state: 'CREATED' }, () => true],
      [{ state: 'CREATED', candidateGroup: 'Sales' }, (task) => task.groups.includes('Sales')],
      [{ state: 'CREATED', candidateUser: 'null' }, (task) => task.users.includes('null')],
      [{ state: 'CREATED', candidateUser: 'sales' }, (task) => task.users.includes('sales')],
    ];
    for (const [filter, belongs] of asked) {
      const wanted = tasks.filter((task) => task.state === 'CREATED' && isSeen(task) && belongs(task));
      // By creation the short way is taken, by key never.
      for (const field of ['creationDate', 'userTaskKey']) {
        const request = { filter, sort: [{ field }], page: { limit: 1000 } };
        const result = await search(store.knex, USER_TASKS, request, rights);
        if (!result.ok) throw new Error(result.reason);
        const { items, page } = result.page;
        const keys = items.map(({ userTaskKey }) => Number(userTaskKey));
        expect(new Set(keys)).toEqual(new Set(wanted.map(({ key }) => key)));
        expect([keys.length, page.totalItems]).toEqual([wanted.length, wanted.length]);
      }
    }
    const account = { ...names, name: 'Null', email: null, roles: [] };
    const waiting = tasks.filter((task) => task.state === 'CREATED' && isSeen(task));
    expect((await countPresent(store.knex, account, rights)).openTasks).toBe(waiting.length);
  });
});

it('an older database gets the rows of its tasks, also beside a list that cannot be read', async () => {
  const older = await createTestDatabase();
  try {
    const first = await openStore(older.address);
    const { knex } = first;
    const task = { ...row(tasks[0]), state: 'CREATED' };
    await knex('user_task').insert([
      { ...task, key: 1, assignee: null, candidate_groups: '["sales","sales","a"]', candidate_users: '[]' },
      { ...task, key: 2, assignee: 'mary', candidate_groups: '["sal', candidate_users: '["it’s"]' },
      { ...task, key: 3, state: 'CANCELED', candidate_groups: '[]', candidate_users: '["mary"]' },
    ]);
    await knex.schema.dropTable('user_task_candidate');
    await knex('migration').where('name', '0031-user-task-candidates').delete();
    await knex.raw('drop index user_task_completed');
    await first.close();
    const second = await openStore(older.address);
    const found = await second
      .knex('user_task_candidate')
      .orderBy(['key', 'kind', 'name'])
      .select<Record<'key' | 'kind' | 'name' | 'stage', string | number>[]>('key', 'kind', 'name', 'stage');
    expect(found.map((one) => [Number(one.key), one.kind, one.name, Number(one.stage)])).toEqual([
      [1, 'group', 'a', 1],
      [1, 'group', 'sales', 1],
      [2, 'user', 'it’s', 2],
      [3, 'user', 'mary', 0],
    ]);
    await second.close();
  } finally {
    await older.remove();
  }
});
