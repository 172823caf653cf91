/** Conditions on columns that hold a JSON list of texts, such as tags. */
import type { Knex } from 'knex';
import { isSqlite } from '../migrations/columns.js';
import { addCondition } from './conditions.js';
import type { SpecialFilter } from './search-types.js';

/** Holds where one entry of the list meets the condition. */
function anyEntry(name: string, column: string): SpecialFilter {
  return (query, value, knex) => {
    const entries = entriesOf(knex, column);
    const reason = addCondition(entries, name, { sql: 'entry.value', kind: 'text' }, value);
    if (reason === null) query.whereExists(entries);
    return reason;
  };
}

/** Holds where the list has every one of the given texts. */
export function allEntries(name: string, column: string): SpecialFilter {
  return (query, value, knex) => {
    if (!Array.isArray(value)) return `filter.${name} must be a list.`;
    for (const wanted of value as unknown[]) {
      if (wanted === null) return `filter.${name} must be a list of texts.`;
      const reason = anyEntry(name, column)(query, wanted, knex);
      if (reason !== null) return reason;
    }
    return null;
  };
}

function entriesOf(knex: Knex, column: string): Knex.QueryBuilder {
  const list = `coalesce(${column}, '[]')`;
  const source = isSqlite(knex)
    ? `json_each(${list}) as entry`
    : `jsonb_array_elements_text(${list}::jsonb) as entry(value)`;
  return knex.select(knex.raw('1')).from(knex.raw(source));
}
