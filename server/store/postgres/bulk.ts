/**
 * Many rows in one statement: each column is an array, and PostgreSQL puts them side by side. The statement
 * is the same for any number of rows, so that it is prepared once.
 */
import type { Key } from '@countersign/engine';
import type { BulkChange, ColumnChanges } from '../bulk-change.js';
import type { BulkInsert } from '../bulk-insert.js';
import type { Database, SqlValue, Statement } from '../database.js';
import { readColumnTypes } from './column-types.js';
import { arrayOf } from './sql.js';

/** Insertion into `columns` of `table`. */
export function createArrayInsert(
  connection: Database,
  table: string,
  columns: readonly string[],
): BulkInsert {
  const width = columns.length;
  const types = readColumnTypes(connection, table);
  const arrays = columns.map((name) => `?::${types(name)}[]`).join(', ');
  const insert = connection.prepare(
    `insert into ${table} (${columns.join(', ')}) select * from unnest(${arrays})`,
  );
  return {
    insert(values) {
      const parameters: string[] = [];
      for (let column = 0; column < width; column += 1) {
        const list: SqlValue[] = [];
        for (let index = column; index < values.length; index += width) list.push(values[index]);
        parameters.push(arrayOf(list));
      }
      insert.run(...parameters);
    },
  };
}

/** Changes of rows of `table`: those that change the same columns in one statement. */
export function createArrayChange(connection: Database, table: string): BulkChange {
  const types = readColumnTypes(connection, table);
  const remove = connection.prepare(`delete from ${table} where key = any(?::bigint[])`);
  const updates = new Map<string, Statement>();

  const updateOf = (signature: string, names: readonly string[]): Statement => {
    let statement = updates.get(signature);
    if (!statement) {
      const arrays = ['?::bigint[]', ...names.map((name) => `?::${types(name)}[]`)].join(', ');
      const assignments = names.map((name, index) => `${name} = given.c${index}`).join(', ');
      const aliases = names.map((_, index) => `c${index}`).join(', ');
      statement = connection.prepare(
        `update ${table} set ${assignments} from unnest(${arrays}) as given(k, ${aliases})
         where ${table}.key = given.k`,
      );
      updates.set(signature, statement);
    }
    return statement;
  };

  return {
    update(changes) {
      const groups = new Map<string, [Key, ColumnChanges][]>();
      for (const entry of changes) {
        const signature = Object.keys(entry[1]).join();
        const group = groups.get(signature);
        if (group) group.push(entry);
        else groups.set(signature, [entry]);
      }
      for (const [signature, group] of groups) {
        const names = signature.split(',');
        const lists = names.map((name) => arrayOf(group.map(([, columns]) => columns[name])));
        updateOf(signature, names).run(arrayOf(group.map(([key]) => key)), ...lists);
      }
    },
    remove: (keys) => remove.run(arrayOf([...keys])),
  };
}
