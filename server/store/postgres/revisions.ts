/** The revisions of trees in the database: by them a node notices that another changed what it has in memory. */
import type { Key } from '@countersign/engine';
import type { Database } from '../database.js';
import { arrayOfNumbers } from './sql.js';

/** Asks for many revisions at once; trees that there are not are left out. */
export function createRevisions(connection: Database): (rootKeys: readonly Key[]) => Map<Key, number> {
  const select = connection.prepare(
    `select root_key, (select max(sequence) from audit where audit.root_key = asked.root_key) as revision
     from unnest(?::bigint[]) as asked(root_key)`,
  );
  return (rootKeys) => {
    const rows = select.all(arrayOfNumbers(rootKeys)) as { root_key: Key; revision: number | null }[];
    return new Map(
      rows.flatMap(({ root_key: key, revision }) => (revision === null ? [] : [[key, revision]])),
    );
  };
}
