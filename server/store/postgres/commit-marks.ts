/**
 * Whether a commit happened whose answer was lost. Every commit that writes leaves its number in the row of its
 * server, in the same transaction; the next connection is made only when the lost one is over (`beginSession`), and
 * then the row says it.
 *
 * PostgreSQL's own `pg_xact_status` would not do: a number of a transaction that was under way when PostgreSQL crashed
 * can be given again to another one, which may then be committed.
 */
import type { Sent } from './protocol.js';

/** Marks of one server. */
export interface CommitMarks {
  /** The statement that a commit which writes ends with; each has the next number. */
  next(): Sent;
  /** Asks for the number of the last commit that happened. */
  readonly last: Sent;
  /** Whether the rows of `last` say that the commit with the latest mark happened. */
  happened(rows: readonly (readonly unknown[])[]): boolean;
}

/** Marks under the number `session`. */
export function createCommitMarks(session: number): CommitMarks {
  let number = 0;
  return {
    next() {
      number += 1;
      return { sql: MARK, values: [session, number] };
    },
    last: { sql: 'select number from commit_mark where session = $1', values: [session] },
    happened: (rows) => rows[0]?.[0] === number,
  };
}

const MARK = `insert into commit_mark (session, number, at) values ($1, $2, now())
  on conflict (session) do update set number = excluded.number, at = excluded.at`;
