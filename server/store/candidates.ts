/**
 * `user_task_candidate`: who user tasks are offered to, a row for each name. It is made from `user_task`, and holds what
 * the lists of an inbox are found and ordered by: whether the task waits, and since when it is there.
 */
import type { Key } from '@countersign/engine';
import type { Database } from './database.js';
import { arrayOf } from './postgres/sql.js';

/** Pending changes of `user_task_candidate`. Flush them after those of `user_task`. */
export interface Candidates {
  /** The task is new, or is offered to others than before. */
  offer(userTaskKey: Key): void;
  /** The task waits, or is somebody's, or neither, other than before. */
  move(userTaskKey: Key): void;
  flush(): void;
  clear(): void;
}

/** The columns, those first by which a row is known. */
export const CANDIDATE_COLUMNS = ['key', 'kind', 'name', 'stage', 'created_at'] as const;

/** Who can be a candidate. */
export type CandidateKind = 'user' | 'group';

/** Where a task of a row stands: it waits for whoever takes it, or for its assignee, or does not wait. */
export const STAGES = { over: 0, free: 1, taken: 2 } as const;

const STAGE = `case when ut.state <> 'CREATED' then ${STAGES.over} when ut.assignee is null then ${STAGES.free}
  else ${STAGES.taken} end`;

/** The candidates on `connection`. */
export function createCandidates(connection: Database): Candidates {
  const write = connection.dialect === 'postgres' ? writeTogether(connection) : writeEach(connection);
  const offered = new Set<Key>();
  const moved = new Set<Key>();
  const clear = (): void => {
    offered.clear();
    moved.clear();
  };
  return {
    offer: (key) => void offered.add(key),
    move: (key) => void moved.add(key),
    flush() {
      for (const key of offered) moved.delete(key);
      if (offered.size > 0) write.offer(offered);
      if (moved.size > 0) write.move(moved);
      clear();
    },
    clear,
  };
}

type Write = Readonly<Record<'offer' | 'move', (keys: ReadonlySet<Key>) => void>>;

function writeEach(connection: Database): Write {
  const of = (kind: CandidateKind, column: string): string =>
    `select distinct ut.key, '${kind}', cast(entry.value as text), ${STAGE}, ut.created_at
     from user_task ut, json_each(ut.${column}) as entry where ut.key = ? and entry.value is not null`;
  const remove = connection.prepare('delete from user_task_candidate where key = ?');
  const insert = connection.prepare(insertion(of));
  const move = connection.prepare(
    `update user_task_candidate set stage = (select ${STAGE} from user_task ut where ut.key = ?) where key = ?`,
  );
  return {
    offer(keys) {
      for (const key of keys) {
        remove.run(key);
        insert.run(key, key);
      }
    },
    move(keys) {
      for (const key of keys) move.run(key, key);
    },
  };
}

function writeTogether(connection: Database): Write {
  const of = (kind: CandidateKind, column: string): string =>
    `select distinct ut.key, '${kind}', entry.value, ${STAGE}, ut.created_at
     from user_task ut, jsonb_array_elements_text(ut.${column}::jsonb) as entry(value)
     where ut.key = any(?::bigint[]) and entry.value is not null`;
  const remove = connection.prepare('delete from user_task_candidate where key = any(?::bigint[])');
  const insert = connection.prepare(insertion(of));
  const move = connection.prepare(
    `update user_task_candidate c set stage = ${STAGE} from user_task ut
     where ut.key = c.key and c.key = any(?::bigint[])`,
  );
  return {
    offer(keys) {
      const list = arrayOf([...keys]);
      remove.run(list);
      insert.run(list, list);
    },
    move: (keys) => move.run(arrayOf([...keys])),
  };
}

function insertion(of: (kind: CandidateKind, column: string) => string): string {
  return `insert into user_task_candidate (${CANDIDATE_COLUMNS.join(', ')})
    ${of('group', 'candidate_groups')} union all ${of('user', 'candidate_users')}`;
}
