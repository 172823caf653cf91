/**
 * What a batch on PostgreSQL reads before it begins, in one question: whether anything was deployed, and for
 * everything that its commands name the tree and the tree's revision.
 */
import type { Key } from '@countersign/engine';
import type { Database } from '../database.js';
import type { Addressed, FindRoot, Found, Hint, Roots } from '../roots.js';
import { arrayOfNumbers } from './sql.js';

interface Row {
  readonly what: Addressed | 'deployments';
  readonly key: Key;
  readonly root_key: Key | null;
  readonly over: number | null;
  readonly worker: string | null;
  readonly revision: number | null;
}

/** Where each thing is looked up; a process instance can be named as an element instance. */
const TABLES: readonly (readonly [what: Addressed, table: string, over: string])[] = [
  ['process instance', 'process_instance', 'ended_at'],
  ['element instance', 'element_instance', 'ended_at'],
  ['element instance', 'process_instance', 'ended_at'],
  ['job', 'job', 'ended_at'],
  ['user task', 'user_task', 'completed_at'],
  ['timer', 'timer', 'null::bigint'],
  ['signal subscription', 'signal_subscription', 'null::bigint'],
  ['incident', 'incident', 'resolved_at'],
];

const NAMED = TABLES.map(
  ([what, table, over]) =>
    `select '${what}' as what, key, root_key, ${over} as over,
       ${what === 'job' ? 'worker' : 'null::text'} as worker
     from ${table} where key = any(?::bigint[])`,
).join(' union all ');

const SQL = `with named as (${NAMED})
  select what, key, root_key, over, worker,
    (select max(sequence) from audit where audit.root_key = named.root_key) as revision from named
  union all select 'deployments', value, null, null, null, null from counter where name = 'deployments'`;

/** The lookups on `connection`; `findOne` finds what a batch did not say that it would ask for. */
export function createLookAhead(connection: Database, findOne: FindRoot): Roots {
  const statement = connection.prepare(SQL);
  /** What was asked for, found or not. */
  const asked = new Map<Addressed, Map<Key, Found | undefined>>();

  const ask = (hints: readonly Hint[]): string[] => {
    asked.clear();
    for (const { what, key } of hints) {
      const keys = asked.get(what) ?? new Map<Key, Found | undefined>();
      asked.set(what, keys.set(key, undefined));
    }
    return TABLES.map(([what]) => arrayOfNumbers([...(asked.get(what)?.keys() ?? [])]));
  };

  return {
    find(what, key) {
      const found = asked.get(what);
      return found?.has(key) ? found.get(key) : findOne(what, key);
    },
    lookAhead(hints) {
      const revisions = new Map<Key, number>();
      let deployments = 0;
      for (const row of statement.all(...ask(hints)) as Row[]) {
        if (row.what === 'deployments') deployments = row.key;
        else if (row.root_key !== null) {
          const found = { rootKey: row.root_key, isOver: row.over !== null, worker: row.worker };
          asked.get(row.what)?.set(row.key, found);
          if (row.revision !== null) revisions.set(row.root_key, row.revision);
        }
      }
      return { deployments, revisions };
    },
  };
}
