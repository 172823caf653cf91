/** Searches incidents. */
import type { Knex } from 'knex';
import type { Searchable } from './search-types.js';
import { TENANT_FIELD, reader } from './values.js';

/** An incident, as the API gives it. */
export interface IncidentItem {
  readonly processDefinitionId: string;
  readonly errorType: string;
  readonly errorMessage: string;
  readonly elementId: string;
  readonly creationTime: string;
  readonly state: string;
  readonly tenantId: string;
  readonly incidentKey: string;
  readonly processDefinitionKey: string;
  readonly processInstanceKey: string;
  readonly rootProcessInstanceKey: string;
  readonly elementInstanceKey: string;
  readonly jobKey: string | null;
}

const TYPES = [
  'AD_HOC_SUB_PROCESS_NO_RETRIES',
  'CALLED_DECISION_ERROR',
  'CALLED_ELEMENT_ERROR',
  'CONDITION_ERROR',
  'DECISION_EVALUATION_ERROR',
  'EXECUTION_LISTENER_NO_RETRIES',
  'EXTRACT_VALUE_ERROR',
  'FORM_NOT_FOUND',
  'IO_MAPPING_ERROR',
  'JOB_NO_RETRIES',
  'MESSAGE_SIZE_EXCEEDED',
  'RESOURCE_NOT_FOUND',
  'TASK_LISTENER_NO_RETRIES',
  'UNHANDLED_ERROR_EVENT',
  'UNKNOWN',
  'UNSPECIFIED',
];

/** Incidents, active and resolved. */
export const INCIDENTS: Searchable<IncidentItem> = {
  from: (knex) =>
    knex('incident as i').join('process_definition as pd', 'pd.key', 'i.process_definition_key'),
  guards: [{ type: 'PROCESS_DEFINITION', permission: 'READ_PROCESS_INSTANCE', id: 'pd.process_id' }],
  key: 'i.key',
  select: {
    key: 'i.key',
    rootKey: 'i.root_key',
    instanceKey: 'i.process_instance_key',
    definitionKey: 'i.process_definition_key',
    processId: 'pd.process_id',
    elementId: 'i.element_id',
    elementInstanceKey: 'i.element_instance_key',
    errorType: 'i.error_type',
    errorMessage: 'i.error_message',
    jobKey: 'i.job_key',
    state: 'i.state',
    createdAt: 'i.created_at',
  },
  fields: {
    incidentKey: { sql: 'i.key', kind: 'key' },
    processInstanceKey: { sql: 'i.process_instance_key', kind: 'key' },
    processDefinitionKey: { sql: 'i.process_definition_key', kind: 'key' },
    processDefinitionId: { sql: 'pd.process_id', kind: 'text' },
    elementId: { sql: 'i.element_id', kind: 'text' },
    elementInstanceKey: { sql: 'i.element_instance_key', kind: 'key' },
    jobKey: { sql: 'i.job_key', kind: 'key', nullable: true },
    errorType: { sql: 'i.error_type', kind: 'word', words: TYPES },
    errorMessage: { sql: 'i.error_message', kind: 'text' },
    state: { sql: 'i.state', kind: 'word', words: ['ACTIVE', 'MIGRATED', 'PENDING', 'RESOLVED', 'UNKNOWN'] },
    creationTime: { sql: 'i.created_at', kind: 'time' },
    tenantId: TENANT_FIELD,
  },
  toItem(row) {
    const column = reader(row);
    return {
      processDefinitionId: column.text('processId'),
      errorType: column.text('errorType'),
      errorMessage: column.text('errorMessage'),
      elementId: column.text('elementId'),
      creationTime: column.time('createdAt'),
      state: column.text('state'),
      tenantId: column.tenantId,
      incidentKey: column.key('key'),
      processDefinitionKey: column.key('definitionKey'),
      processInstanceKey: column.key('instanceKey'),
      rootProcessInstanceKey: column.key('rootKey'),
      elementInstanceKey: column.key('elementInstanceKey'),
      jobKey: column.keyOrNull('jobKey'),
    };
  },
};

/** A process instance and all it called, as a list of keys. */
const CALLED_BY_INSTANCE = `with recursive below(key) as (
  select key from process_instance where key = ?
  union all select pi.key from process_instance as pi join below on pi.parent_process_instance_key = below.key
) select key from below`;

/** What an element instance called, itself or by an element inside it, and all that called, as a list of keys. */
const CALLED_BY_ELEMENT = `with recursive inside(key, process_instance_key) as (
  select key, process_instance_key from element_instance where key = ?
  union all select ei.key, ei.process_instance_key from element_instance as ei
    join inside on ei.process_instance_key = inside.process_instance_key and ei.scope_key = inside.key
), below(key) as (
  select pi.key from process_instance as pi join inside
    on pi.parent_process_instance_key = inside.process_instance_key and pi.parent_element_instance_key = inside.key
  union all select pi.key from process_instance as pi join below on pi.parent_process_instance_key = below.key
) select key from below`;

/** The incidents of a process instance and of everything it called. */
export function incidentsUnderInstance(processInstanceKey: number): Searchable<IncidentItem> {
  return {
    ...INCIDENTS,
    from: (knex) =>
      INCIDENTS.from(knex).whereRaw(`i.process_instance_key in (${CALLED_BY_INSTANCE})`, [
        processInstanceKey,
      ]),
  };
}

/** The incidents of an element instance and of everything it called. */
export function incidentsUnderElement(elementInstanceKey: number): Searchable<IncidentItem> {
  return {
    ...INCIDENTS,
    from: (knex) =>
      INCIDENTS.from(knex).where((either: Knex.QueryBuilder) => {
        either
          .where('i.element_instance_key', elementInstanceKey)
          .orWhereRaw(`i.process_instance_key in (${CALLED_BY_ELEMENT})`, [elementInstanceKey]);
      }),
  };
}
