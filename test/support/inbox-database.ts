/**
 * A database full of open user tasks, as many people and groups work on them. Its rows are written directly: they are
 * those of the projections alone, without a journal.
 */
import { openRuntime } from '@countersign/server';
import { isSqlite } from '../../server/store/migrations/columns.js';
import { openStore } from '../../server/store/store.js';
import type { Store } from '../../server/store/store.js';
import { bpmnXml, chain } from './bpmn-xml.js';

/** How much of everything. */
export interface InboxSize {
  readonly tasks: number;
  readonly people: number;
  readonly groups: number;
}

/** The name of a person by its number. */
export const personName = (index: number): string => `person-${index}`;
/** The name of a group by its number. */
export const groupName = (index: number): string => `group-${index}`;

/** Groups that each person is in. */
export const GROUPS_EACH = 5;

const MODEL = bpmnXml({
  id: 'approval',
  nodes: [
    { type: 'startEvent', id: 'start' },
    {
      type: 'userTask',
      id: 'approve',
      content: ['<bpmn:extensionElements><zeebe:userTask /></bpmn:extensionElements>'],
    },
    { type: 'endEvent', id: 'end' },
  ],
  flows: chain('start', 'approve', 'end'),
});

/** The first key of the rows: far above those that a server gives. */
const FIRST = 8_000_000_000_000_000;

/**
 * Fills the database at `address`, on which a server with demo accounts once ran, and adds the people, all with the password of the demo account `mary`. Of ten
 * tasks three have an assignee, and of the others each is offered to a group, every second to two, every tenth to a
 * person too.
 */
export async function fillInbox(
  address: string,
  size: InboxSize,
  say: (text: string) => void,
): Promise<void> {
  const runtime = await openRuntime({ database: address });
  const deployed = await runtime.deploy({
    resources: [{ name: 'approval.bpmn', content: MODEL }],
    actor: 'client:bench',
  });
  await runtime.shutdown();
  if (!deployed.ok) throw new Error(deployed.problems[0].message);
  const store = await openStore(address);
  try {
    await addPeople(store, size);
    say(`${size.people} people in ${size.groups} groups`);
    await addTasks(store, size, say);
  } finally {
    await store.close();
  }
}

/** The numbers from 0 below `count`, as a table `n` with a column `i`. */
function numbers({ knex }: Store, count: number): string {
  return isSqlite(knex)
    ? `with recursive n(i) as (select 0 union all select i + 1 from n where i < ${count - 1})`
    : `with n(i) as (select generate_series(0::bigint, ${count - 1}))`;
}

async function addPeople(store: Store, { people, groups }: InboxSize): Promise<void> {
  const { knex } = store;
  const into = (table: string, count: number, select: string): Promise<unknown> =>
    knex.raw(`insert into ${table} ${numbers(store, count)} ${select}`);
  await into(
    'account (username, name, password_hash, created_at)',
    people,
    `select 'person-' || i, 'Person ' || i, (select password_hash from account where username = 'mary'), 0 from n`,
  );
  await into(
    'member (container_type, container_id, member_type, member_id)',
    people,
    `select 'ROLE', 'task-worker', 'USER', 'person-' || i from n`,
  );
  await into('"group" (group_id, name)', groups, `select 'group-' || i, 'Group ' || i from n`);
  for (let place = 0; place < GROUPS_EACH; place += 1) {
    const group = `(i * 7 + ${place * 31}) % ${groups}`;
    await into(
      'member (container_type, container_id, member_type, member_id)',
      people,
      `select 'GROUP', 'group-' || (${group}), 'USER', 'person-' || i from n where true on conflict do nothing`,
    );
  }
}

async function addTasks(
  store: Store,
  { tasks, people, groups }: InboxSize,
  say: (text: string) => void,
): Promise<void> {
  const { knex } = store;
  const definition = '(select max(key) from process_definition)';
  const root = `${FIRST} + i * 4`;
  const startedAt = `${Date.now() - 90 * 86_400_000} + i * ${Math.max(1, Math.floor((90 * 86_400_000) / tasks))}`;
  const insert = async (table: string, columns: string, values: string): Promise<void> => {
    await knex.raw(`insert into ${table} (${columns}) ${numbers(store, tasks)} select ${values} from n`);
    say(`${tasks} rows of ${table}`);
  };
  await insert(
    'process_instance',
    'key, root_key, process_definition_key, state, started_at, incident_count',
    `${root}, ${root}, ${definition}, 'ACTIVE', ${startedAt}, 0`,
  );
  const place = 'root_key, process_instance_key, process_definition_key, element_id';
  const here = `${root}, ${root}, ${definition}, 'approve'`;
  await insert(
    'element_instance',
    `key, ${place}, type, scope_key, state, started_at`,
    `${root} + 1, ${here}, 'userTask', ${root}, 'ACTIVE', ${startedAt}`,
  );
  const second = `case when i % 2 = 0 then ',"group-' || ((i * 13 + 5) % ${groups}) || '"' else '' end`;
  await insert(
    'user_task',
    `key, ${place}, element_instance_key, name, state, assignee, candidate_groups, candidate_users, priority, created_at`,
    `${root} + 2, ${here}, ${root} + 1, 'Approve', 'CREATED',
       case when i % 10 < 3 then 'person-' || ((i * 17) % ${people}) end,
       '["group-' || (i % ${groups}) || '"' || ${second} || ']',
       case when i % 10 = 5 then '["person-' || ((i * 3) % ${people}) || '"]' else '[]' end,
       (i * 37) % 101, ${startedAt}`,
  );
  const stage = 'case when assignee is null then 1 else 2 end';
  for (const [kind, column] of [
    ['group', 'candidate_groups'],
    ['user', 'candidate_users'],
  ]) {
    const entries = isSqlite(knex)
      ? `json_each(${column}) as entry`
      : `jsonb_array_elements_text(${column}::jsonb) as entry(value)`;
    await knex.raw(
      `insert into user_task_candidate (key, kind, name, stage, created_at)
       select distinct user_task.key, '${kind}', entry.value, ${stage}, created_at from user_task, ${entries}`,
    );
  }
  say('their candidates');
  // PostgreSQL would by itself, in a minute; the embedded database never does.
  if (!isSqlite(knex)) await knex.raw('vacuum analyze');
}
