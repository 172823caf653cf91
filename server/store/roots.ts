/** From the key that a command names to the tree that it is for. */
import type { Key } from '@countersign/engine';
import type { Database, Statement } from './database.js';
import { createLookAhead } from './postgres/look-ahead.js';

/** What a command can name. */
export type Addressed =
  | 'process instance'
  | 'element instance'
  | 'job'
  | 'user task'
  | 'timer'
  | 'signal subscription'
  | 'incident';

/** The tree of something, and whether the thing is over: then no command can concern it any more. */
export interface Found {
  readonly rootKey: Key;
  readonly isOver: boolean;
  /** For a job: the worker that has leased it, or did last; null where none did. */
  readonly worker: string | null;
}

/** Finds trees by what is in them. */
export type FindRoot = (what: Addressed, key: Key) => Found | undefined;

/** What a piece of work is about, as far as its caller knows. */
export interface Hint {
  readonly what: Addressed;
  readonly key: Key;
}

/** What a batch on a shared database begins with. */
export interface Ahead {
  /** How many deployments there were: other nodes deploy too. */
  readonly deployments: number;
  /** The revisions of the trees that the batch is about. */
  readonly revisions: ReadonlyMap<Key, number>;
}

/** Finds trees, many at once where every question is a way over the network. */
export interface Roots {
  readonly find: FindRoot;
  /** Fetches what a batch is about. Null where nobody else writes to the database. */
  lookAhead(hints: readonly Hint[]): Ahead | null;
}

const SQL: Readonly<Record<Addressed, string>> = {
  'process instance': 'select root_key, ended_at as over from process_instance where key = ?',
  'element instance': 'select root_key, ended_at as over from element_instance where key = ?',
  job: 'select root_key, ended_at as over, worker from job where key = ?',
  'user task': 'select root_key, completed_at as over from user_task where key = ?',
  timer: 'select root_key, null as over from timer where key = ?',
  'signal subscription': 'select root_key, null as over from signal_subscription where key = ?',
  incident: 'select root_key, resolved_at as over from incident where key = ?',
};

interface StoredRoot {
  readonly root_key: Key | null;
  readonly over: number | null;
  readonly worker?: string | null;
}

/** The lookups on `connection`. A process instance is also found as an element instance. */
export function createRoots(connection: Database): Roots {
  const statements = new Map<Addressed, Statement>();
  for (const [what, sql] of Object.entries(SQL)) statements.set(what as Addressed, connection.prepare(sql));

  const find: FindRoot = (what, key) => {
    const row = statements.get(what)?.get(key) as StoredRoot | undefined;
    if (row && row.root_key !== null) {
      return { rootKey: row.root_key, isOver: row.over !== null, worker: row.worker ?? null };
    }
    return what === 'element instance' ? find('process instance', key) : undefined;
  };
  if (connection.dialect === 'postgres') return createLookAhead(connection, find);
  return { find, lookAhead: () => null };
}
