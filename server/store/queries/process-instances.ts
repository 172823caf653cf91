/** Searches process instances. */
import type { Knex } from 'knex';
import { addCondition } from './conditions.js';
import { ELEMENT_HAS_INCIDENT } from './element-incidents.js';
import { allEntries } from './json-lists.js';
import { addFilter } from './search.js';
import { prepareMessages, withMessages } from './incident-messages.js';
import type { Filter, Searchable, SpecialFilter } from './search-types.js';
import { TENANT_FIELD, reader } from './values.js';

/** A process instance, as the API gives it. */
export interface ProcessInstanceItem {
  readonly processDefinitionId: string;
  readonly processDefinitionName: string | null;
  readonly processDefinitionVersion: number;
  readonly processDefinitionVersionTag: string | null;
  readonly startDate: string;
  readonly endDate: string | null;
  readonly state: string;
  readonly hasIncident: boolean;
  readonly tenantId: string;
  readonly processInstanceKey: string;
  readonly processDefinitionKey: string;
  readonly parentProcessInstanceKey: string | null;
  readonly parentElementInstanceKey: string | null;
  readonly rootProcessInstanceKey: string;
  readonly tags: readonly string[];
  readonly businessId: string | null;
}

const RETRIES_LEFT = `exists (
  select 1 from job where job.process_instance_key = pi.key and job.state = 'FAILED' and job.retries > 0)`;
const HAS_INCIDENT = 'case when pi.incident_count > 0 then 1 else 0 end';

/** Process instances, called ones included. */
export const PROCESS_INSTANCES: Searchable<ProcessInstanceItem> = {
  from: (knex) =>
    knex('process_instance as pi').join('process_definition as pd', 'pd.key', 'pi.process_definition_key'),
  guards: [{ type: 'PROCESS_DEFINITION', permission: 'READ_PROCESS_INSTANCE', id: 'pd.process_id' }],
  key: 'pi.key',
  select: {
    key: 'pi.key',
    rootKey: 'pi.root_key',
    definitionKey: 'pi.process_definition_key',
    processId: 'pd.process_id',
    name: 'pd.name',
    version: 'pd.version',
    versionTag: 'pd.version_tag',
    startedAt: 'pi.started_at',
    endedAt: 'pi.ended_at',
    state: 'pi.state',
    hasIncident: HAS_INCIDENT,
    parentKey: 'pi.parent_process_instance_key',
    parentElementKey: 'pi.parent_element_instance_key',
    tags: 'pi.tags',
    businessId: 'pi.business_id',
  },
  fields: {
    processInstanceKey: { sql: 'pi.key', kind: 'key' },
    processDefinitionKey: { sql: 'pi.process_definition_key', kind: 'key' },
    processDefinitionId: { sql: 'pd.process_id', kind: 'text' },
    processDefinitionName: { sql: 'pd.name', kind: 'text', nullable: true },
    processDefinitionVersion: { sql: 'pd.version', kind: 'integer' },
    processDefinitionVersionTag: { sql: 'pd.version_tag', kind: 'text', nullable: true },
    parentProcessInstanceKey: { sql: 'pi.parent_process_instance_key', kind: 'key', nullable: true },
    parentElementInstanceKey: { sql: 'pi.parent_element_instance_key', kind: 'key', nullable: true },
    rootProcessInstanceKey: { sql: 'pi.root_key', kind: 'key' },
    startDate: { sql: 'pi.started_at', kind: 'time' },
    endDate: { sql: 'pi.ended_at', kind: 'time', nullable: true },
    state: { sql: 'pi.state', kind: 'word', words: ['ACTIVE', 'COMPLETED', 'TERMINATED'] },
    hasIncident: { sql: HAS_INCIDENT, kind: 'flag', holds: 'pi.incident_count > 0' },
    hasRetriesLeft: {
      sql: `case when ${RETRIES_LEFT} then 1 else 0 end`,
      kind: 'flag',
      holds: RETRIES_LEFT,
      sortable: false,
    },
    businessId: { sql: 'pi.business_id', kind: 'text', nullable: true },
    tenantId: TENANT_FIELD,
  },
  joint: [
    {
      fields: {
        elementId: { sql: 'ei.element_id', kind: 'text' },
        elementInstanceState: { sql: 'ei.state', kind: 'word', words: ['ACTIVE', 'COMPLETED', 'TERMINATED'] },
        hasElementInstanceIncident: { sql: ELEMENT_HAS_INCIDENT, kind: 'flag' },
      },
      from: (knex) => relatedRows(knex, 'element_instance as ei', 'ei'),
    },
    {
      fields: { errorMessage: { sql: 'i.error_message', kind: 'text' } },
      from: (knex) => relatedRows(knex, 'incident as i', 'i').where('i.state', 'ACTIVE'),
    },
    {
      fields: {
        batchOperationKey: { sql: 'item.batch_operation_key', kind: 'key' },
        batchOperationId: { sql: 'item.batch_operation_key', kind: 'key' },
      },
      onlyOne:
        'filter has both batchOperationKey and batchOperationId, its former name. Give batchOperationKey.',
      from: (knex) => relatedRows(knex, 'batch_operation_item as item', 'item'),
    },
  ],
  prepare: prepareFilter,
  special: {
    variables: variablesOf('variables', 'pi.key', 'pi.key'),
    tags: allEntries('tags', 'pi.tags'),
    incidentErrorHashCode: withMessages,
    $or: (query, value, knex) => addAlternatives(query, value, knex),
  },
  toItem(row) {
    const column = reader(row);
    return {
      processDefinitionId: column.text('processId'),
      processDefinitionName: column.textOrNull('name'),
      processDefinitionVersion: column.number('version'),
      processDefinitionVersionTag: column.textOrNull('versionTag'),
      startDate: column.time('startedAt'),
      endDate: column.timeOrNull('endedAt'),
      state: column.text('state'),
      hasIncident: column.flag('hasIncident'),
      tenantId: column.tenantId,
      processInstanceKey: column.key('key'),
      processDefinitionKey: column.key('definitionKey'),
      parentProcessInstanceKey: column.keyOrNull('parentKey'),
      parentElementInstanceKey: column.keyOrNull('parentElementKey'),
      rootProcessInstanceKey: column.key('rootKey'),
      tags: column.texts('tags'),
      businessId: column.textOrNull('businessId'),
    };
  },
};

/**
 * The filter by variables, `[{name, value}]`: the scope, which is in the instance, has each of them.
 * Values are compared as JSON text, so that a text is written with its quotes.
 */
export function variablesOf(name: string, instanceSql: string, scopeSql: string): SpecialFilter {
  return (query, value, knex) => {
    if (!Array.isArray(value)) return `filter.${name} must be a list of {name, value}.`;
    for (const wanted of value as unknown[]) {
      if (
        typeof wanted !== 'object' ||
        wanted === null ||
        !('name' in wanted) ||
        typeof wanted.name !== 'string' ||
        !('value' in wanted)
      ) {
        return `filter.${name} must be a list of {name, value}.`;
      }
      if (wanted.value === null)
        return `filter.${name}: the value of ${wanted.name} must be JSON text; that of null is "null".`;
      const sub = knex
        .select(knex.raw('1'))
        .from('variable as v')
        .whereRaw(`v.process_instance_key = ${instanceSql} and v.scope_key = ${scopeSql}`)
        .where('v.name', wanted.name);
      const reason = addCondition(
        sub,
        `${name}.${wanted.name}`,
        { sql: 'v.value', kind: 'text' },
        wanted.value,
      );
      if (reason !== null) return reason;
      query.whereExists(sub);
    }
    return null;
  };
}

/** Rows of another table in the same instance. */
function relatedRows(knex: Knex, table: string, alias: string): Knex.QueryBuilder {
  return knex.select(knex.raw('1')).from(table).whereRaw(`${alias}.process_instance_key = pi.key`);
}

/** Looks up the messages of incidents that are meant, in the alternatives too. */
async function prepareFilter(knex: Knex, filter: Filter): Promise<Filter> {
  const prepared = await prepareMessages(knex, filter);
  const { $or: alternatives } = prepared;
  if (!Array.isArray(alternatives)) return prepared;
  const each = (alternatives as unknown[]).map((one) =>
    typeof one === 'object' && one !== null ? prepareFilter(knex, one as Filter) : one,
  );
  return { ...prepared, $or: await Promise.all(each) };
}

function addAlternatives(query: Knex.QueryBuilder, value: unknown, knex: Knex): string | null {
  if (!Array.isArray(value)) return 'filter.$or must be a list of filters.';
  const filters = value as unknown[];
  for (const filter of filters) {
    if (typeof filter !== 'object' || filter === null) return 'filter.$or must be a list of filters.';
    // knex runs the function below only when it builds the SQL: what is wrong must be known before.
    const reason = addFilter(knex, knex.queryBuilder(), PROCESS_INSTANCES, { ...filter });
    if (reason !== null) return reason;
  }
  if (filters.length > 0) {
    query.where((any) => {
      for (const filter of filters) {
        any.orWhere((one) => {
          one.whereRaw('1 = 1');
          addFilter(knex, one, PROCESS_INSTANCES, { ...(filter as object) });
        });
      }
    });
  }
  return null;
}
