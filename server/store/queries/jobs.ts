/** Searches jobs. */
import type { Searchable } from './search-types.js';
import { TENANT_FIELD, reader } from './values.js';

/** A job, as the API gives it, without the headers: those stand in the model. */
export interface JobItem {
  readonly deadline: string | null;
  /** Null but for the jobs of task listeners. */
  readonly isDenied: boolean | null;
  readonly deniedReason: string | null;
  readonly elementId: string;
  readonly elementInstanceKey: string;
  readonly endTime: string | null;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
  readonly hasFailedWithRetriesLeft: boolean;
  readonly jobKey: string;
  readonly processDefinitionId: string;
  readonly processDefinitionKey: string;
  readonly processInstanceKey: string;
  readonly rootProcessInstanceKey: string;
  readonly retries: number;
  readonly state: string;
  readonly tenantId: string;
  readonly type: string;
  readonly kind: string;
  readonly listenerEventType: string;
  readonly worker: string;
  readonly creationTime: string;
  readonly lastUpdateTime: string;
}

const FAILED_WITH_RETRIES = "case when j.state = 'FAILED' and j.retries > 0 then 1 else 0 end";
const DENIED = 'case when j.denied_reason is not null then 1 else 0 end';
const STATES = [
  'CANCELED',
  'COMPLETED',
  'CREATED',
  'ERROR_THROWN',
  'FAILED',
  'MIGRATED',
  'RETRIES_UPDATED',
  'TIMED_OUT',
];

const LISTENED = [
  'ASSIGNING',
  'CANCELING',
  'COMPLETING',
  'CREATING',
  'END',
  'START',
  'UNSPECIFIED',
  'UPDATING',
];

const KINDS = ['AD_HOC_SUB_PROCESS', 'BPMN_ELEMENT', 'EXECUTION_LISTENER', 'TASK_LISTENER'];

/** Jobs, open and over. */
export const JOBS: Searchable<JobItem> = {
  from: (knex) => knex('job as j').join('process_definition as pd', 'pd.key', 'j.process_definition_key'),
  guards: [{ type: 'PROCESS_DEFINITION', permission: 'READ_PROCESS_INSTANCE', id: 'pd.process_id' }],
  key: 'j.key',
  select: {
    key: 'j.key',
    rootKey: 'j.root_key',
    instanceKey: 'j.process_instance_key',
    definitionKey: 'j.process_definition_key',
    processId: 'pd.process_id',
    elementId: 'j.element_id',
    elementInstanceKey: 'j.element_instance_key',
    type: 'j.type',
    kind: 'j.kind',
    listens: "coalesce(j.listens, 'UNSPECIFIED')",
    state: 'j.state',
    retries: 'j.retries',
    failedWithRetries: FAILED_WITH_RETRIES,
    createdAt: 'j.created_at',
    updatedAt: 'j.updated_at',
    endedAt: 'j.ended_at',
    errorCode: 'j.error_code',
    errorMessage: 'j.error_message',
    deniedReason: 'j.denied_reason',
    worker: 'j.worker',
    deadline: 'j.deadline',
  },
  fields: {
    jobKey: { sql: 'j.key', kind: 'key' },
    processInstanceKey: { sql: 'j.process_instance_key', kind: 'key' },
    processDefinitionKey: { sql: 'j.process_definition_key', kind: 'key' },
    processDefinitionId: { sql: 'pd.process_id', kind: 'text' },
    elementId: { sql: 'j.element_id', kind: 'text' },
    elementInstanceKey: { sql: 'j.element_instance_key', kind: 'key' },
    type: { sql: 'j.type', kind: 'text' },
    worker: { sql: "coalesce(j.worker, '')", kind: 'text' },
    state: { sql: 'j.state', kind: 'word', words: STATES },
    kind: { sql: 'j.kind', kind: 'word', words: KINDS },
    listenerEventType: { sql: "coalesce(j.listens, 'UNSPECIFIED')", kind: 'word', words: LISTENED },
    retries: { sql: 'j.retries', kind: 'integer' },
    hasFailedWithRetriesLeft: { sql: FAILED_WITH_RETRIES, kind: 'flag' },
    errorCode: { sql: 'j.error_code', kind: 'text', nullable: true },
    errorMessage: { sql: 'j.error_message', kind: 'text', nullable: true },
    isDenied: { sql: DENIED, kind: 'flag' },
    deniedReason: { sql: 'j.denied_reason', kind: 'text', nullable: true },
    deadline: { sql: 'j.deadline', kind: 'time', nullable: true },
    creationTime: { sql: 'j.created_at', kind: 'time' },
    lastUpdateTime: { sql: 'j.updated_at', kind: 'time' },
    endTime: { sql: 'j.ended_at', kind: 'time', nullable: true },
    tenantId: TENANT_FIELD,
  },
  toItem(row) {
    const column = reader(row);
    const deniedReason = column.textOrNull('deniedReason');
    return {
      deadline: column.timeOrNull('deadline'),
      isDenied: column.text('kind') === 'TASK_LISTENER' ? deniedReason !== null : null,
      deniedReason,
      elementId: column.text('elementId'),
      elementInstanceKey: column.key('elementInstanceKey'),
      endTime: column.timeOrNull('endedAt'),
      errorCode: column.textOrNull('errorCode'),
      errorMessage: column.textOrNull('errorMessage'),
      hasFailedWithRetriesLeft: column.flag('failedWithRetries'),
      jobKey: column.key('key'),
      processDefinitionId: column.text('processId'),
      processDefinitionKey: column.key('definitionKey'),
      processInstanceKey: column.key('instanceKey'),
      rootProcessInstanceKey: column.key('rootKey'),
      retries: column.number('retries'),
      state: column.text('state'),
      tenantId: column.tenantId,
      type: column.text('type'),
      kind: column.text('kind'),
      listenerEventType: column.text('listens'),
      worker: column.textOrNull('worker') ?? '',
      creationTime: column.time('createdAt'),
      lastUpdateTime: column.time('updatedAt'),
    };
  },
};
