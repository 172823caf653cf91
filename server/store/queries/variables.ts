/** Searches variables. A value is JSON text. */
import type { Knex } from 'knex';
import type { Searchable } from './search-types.js';
import { TENANT_FIELD, reader } from './values.js';

/** Characters of a value in a search answer, unless the whole is asked for. */
const SHORT = 8191;

/** A variable, as the API gives it in full. */
export interface VariableItem {
  readonly name: string;
  readonly value: string;
  readonly tenantId: string;
  readonly variableKey: string;
  readonly scopeKey: string;
  readonly processInstanceKey: string;
  readonly rootProcessInstanceKey: string;
}

/** A variable in a search answer: a long value is cut. */
export interface FoundVariable extends VariableItem {
  readonly isTruncated: boolean;
}

/** Variables of all scopes. */
export const VARIABLES: Searchable<VariableItem> = {
  from: (knex) => knex('variable as v'),
  guards: [
    {
      type: 'PROCESS_DEFINITION',
      permission: 'READ_PROCESS_INSTANCE',
      id: `(select pd.process_id from process_instance as pi join process_definition as pd
        on pd.key = pi.process_definition_key where pi.key = v.process_instance_key)`,
    },
  ],
  key: 'v.key',
  select: {
    key: 'v.key',
    rootKey: 'v.root_key',
    instanceKey: 'v.process_instance_key',
    scopeKey: 'v.scope_key',
    name: 'v.name',
    value: 'v.value',
  },
  fields: {
    variableKey: { sql: 'v.key', kind: 'key' },
    processInstanceKey: { sql: 'v.process_instance_key', kind: 'key' },
    scopeKey: { sql: 'v.scope_key', kind: 'key' },
    name: { sql: 'v.name', kind: 'text' },
    value: { sql: 'v.value', kind: 'text' },
    isTruncated: {
      sql: `case when length(v.value) > ${String(SHORT)} then 1 else 0 end`,
      kind: 'flag',
      sortable: false,
    },
    tenantId: TENANT_FIELD,
  },
  toItem(row) {
    const column = reader(row);
    return {
      name: column.text('name'),
      value: column.text('value'),
      tenantId: column.tenantId,
      variableKey: column.key('key'),
      scopeKey: column.key('scopeKey'),
      processInstanceKey: column.key('instanceKey'),
      rootProcessInstanceKey: column.key('rootKey'),
    };
  },
};

/** Cuts a long value unless the whole is wanted. */
export function shorten(variable: VariableItem, truncate: boolean): FoundVariable {
  const isTruncated = truncate && variable.value.length > SHORT;
  return { ...variable, value: isTruncated ? variable.value.slice(0, SHORT) : variable.value, isTruncated };
}

/** The variables that an element instance sees: for each name the one of the nearest scope. */
export function visibleFrom(elementInstanceKey: number): Searchable<VariableItem> {
  return { ...VARIABLES, guards: null, from: (knex) => visibleVariables(knex, elementInstanceKey) };
}

// The walk ends at the process instance: a called process does not see its caller's variables.
const SCOPES = `
  select key, scope_key, process_instance_key, 0 from element_instance where key = ?
  union all
  select s.scope_key, e.scope_key, s.process_instance_key, s.distance + 1
  from scopes as s left join element_instance as e on e.key = s.scope_key
  where s.key <> s.process_instance_key`;

// Variables are found by their instance: there is no index of scopes.
function visibleVariables(knex: Knex, elementInstanceKey: number): Knex.QueryBuilder {
  return knex
    .withRecursive(
      'scopes',
      ['key', 'scope_key', 'process_instance_key', 'distance'],
      knex.raw(SCOPES, [elementInstanceKey]),
    )
    .from('variable as v')
    .join('scopes as here', 'here.key', 'v.scope_key')
    .whereRaw('v.process_instance_key = (select process_instance_key from element_instance where key = ?)', [
      elementInstanceKey,
    ])
    .whereNotExists((nearer) => {
      nearer
        .select(knex.raw('1'))
        .from('variable as other')
        .join('scopes as there', 'there.key', 'other.scope_key')
        .whereRaw('other.process_instance_key = v.process_instance_key and other.name = v.name')
        .whereRaw('there.distance < here.distance');
    });
}
