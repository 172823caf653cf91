/** Leaves out of a search what its caller may not see, by the grants that decide about a single row, too. */
import type { Knex } from 'knex';
import { visible } from '../../access/grants/rights.js';
import type { TaskProperty } from '../../access/grants/permissions.js';
import type { Rights } from '../../access/grants/rights.js';
import type { OwnTasks, Searchable } from './search-types.js';

/** Whether the caller sees every row there is. */
export function seesAll({ guards }: Pick<Searchable<unknown>, 'guards'>, rights: Rights): boolean {
  if (guards === null || rights.everything) return true;
  return guards.some(({ type, permission }) => visible(rights, permission, type).all);
}

/** Whom the tasks name that the caller sees, where it sees them by that alone; null where it sees more, or nothing. */
export function ownTasks({ guards }: Pick<Searchable<unknown>, 'guards'>, rights: Rights): OwnTasks | null {
  if (guards === null || rights.everything) return null;
  const properties: TaskProperty[] = [];
  for (const { type, permission, named } of guards) {
    const may = visible(rights, permission, type);
    if (may.all || may.ids.length > 0) return null;
    if (named) properties.push(...may.properties);
  }
  return properties.length === 0 ? null : { ...rights.names, properties };
}

/** Adds the condition to a query on the tables of `what`. */
export function protect(
  knex: Knex,
  query: Knex.QueryBuilder,
  what: Pick<Searchable<unknown>, 'guards'>,
  rights: Rights,
): void {
  if (seesAll(what, rights)) return;
  query.where((either: Knex.QueryBuilder) => {
    // Where nothing was granted, nothing is found.
    either.whereRaw('1 = 0');
    for (const { type, permission, id, named } of what.guards ?? []) {
      const may = visible(rights, permission, type);
      if (may.all) continue;
      if (may.ids.length > 0)
        either.orWhereRaw(`${id} in (${may.ids.map(() => '?').join(', ')})`, [...may.ids]);
      for (const property of may.properties)
        either.orWhere((task: Knex.QueryBuilder) => {
          if (named) named[property](task, rights.names, knex);
          else task.whereRaw('1 = 0');
        });
    }
  });
}
