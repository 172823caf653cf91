/**
 * The servers on one database, and leases for work that one of them does at a time. Times are PostgreSQL's
 * own, so that no node's clock matters. On SQLite there is one server, and it holds every lease.
 *
 * A lease has a token that grows whenever another node takes it over. A node that was paused may still
 * believe that it holds a lease; so it asks in the very transaction that its work is written in, and there it is told.
 */
import type { Knex } from 'knex';
import type { Database } from './database.js';

/** The other nodes, as this one knows them. */
export interface OtherNodes {
  readonly count: number;
  /** Whether any of them has pages that watch. */
  readonly areWatching: boolean;
  /** The time of the database, milliseconds since the epoch; null where there can be no other node. */
  readonly time: number | null;
}

/** A node's place among the others. */
export interface Nodes {
  /** Says that the node lives, and whether pages watch it. Answers who else does. */
  beat(isWatching: boolean): Promise<OtherNodes>;
  /** Takes a lease or keeps it, for so many milliseconds; null where another node has it. */
  takeLease(name: string, ms: number): Promise<number | null>;
  /** Gives a lease up, so that another node can take it at once. */
  giveLease(name: string): Promise<void>;
  /** In a batch: whether the lease is still this node's, and stays so until the batch is committed. */
  holdsLease(name: string, token: number): boolean;
  /** Gives up leases and the node's place. */
  leave(): Promise<void>;
}

/** Milliseconds after which a node that says nothing counts as gone. */
const GONE_AFTER = 10_000;

/** Milliseconds that a node's word may take: then its connection is given up. */
const PATIENCE = 10_000;

const NOW = `(extract(epoch from clock_timestamp()) * 1000)::bigint`;

/** The place of the node `id`. */
export function createNodes(knex: Knex, connection: Database, id: string): Nodes {
  if (connection.dialect === 'sqlite') return createOnlyNode();
  const held = connection.prepare(
    'select token from lease where name = ? and node = ? and token = ? for share',
  );
  return {
    async beat(isWatching) {
      await knex
        .raw(
          `insert into node (id, started_at, seen_at, watches) values (?, ${NOW}, ${NOW}, ?)
           on conflict (id) do update set seen_at = excluded.seen_at, watches = excluded.watches`,
          [id, isWatching ? 1 : 0],
        )
        .timeout(PATIENCE);
      await knex.raw(`delete from node where seen_at < ${NOW} - ?`, [100 * GONE_AFTER]);
      const { rows } = await knex.raw<{ rows: { count: number; watching: number; time: number }[] }>(
        `select count(*) as count, coalesce(sum(watches), 0) as watching, ${NOW} as time from node
         where id <> ? and seen_at > ${NOW} - ?`,
        [id, GONE_AFTER],
      );
      const [{ count, watching, time }] = rows;
      return { count, areWatching: watching > 0, time };
    },
    async takeLease(name, ms) {
      const { rows } = await knex
        .raw<{ rows: { token: number }[] }>(
          `insert into lease (name, node, until, token) values (?, ?, ${NOW} + ?, 1)
           on conflict (name) do update set node = excluded.node, until = excluded.until,
             token = lease.token + case when lease.node = excluded.node then 0 else 1 end
           where lease.node = excluded.node or lease.until < ${NOW}
           returning token`,
          [name, id, ms],
        )
        .timeout(PATIENCE);
      return rows[0]?.token ?? null;
    },
    async giveLease(name) {
      await knex('lease').where({ name, node: id }).update({ until: 0 }).timeout(PATIENCE);
    },
    holdsLease: (name, token) => held.get(name, id, token) !== undefined,
    async leave() {
      await knex('lease').where({ node: id }).update({ until: 0 });
      await knex('node').where({ id }).delete();
    },
  };
}

function createOnlyNode(): Nodes {
  return {
    beat: () => Promise.resolve({ count: 0, areWatching: false, time: null }),
    takeLease: () => Promise.resolve(1),
    giveLease: () => Promise.resolve(),
    holdsLease: () => true,
    leave: () => Promise.resolve(),
  };
}
