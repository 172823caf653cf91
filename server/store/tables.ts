/** The projection tables: their rows, and what of them is pending in a batch. */
import type { DecisionKind, JobKind, Key, ListenerEvent, TaskTransition } from '@countersign/engine';
import type { Database } from './database.js';
import { COLUMNS } from './columns.js';
import { createCandidates } from './candidates.js';
import type { Candidates } from './candidates.js';
import { createCorrelations } from './correlations.js';
import type { Correlations } from './correlations.js';
import { createOperateTables } from './operate-rows.js';
import type { OperateTables } from './operate-rows.js';
import { createRows } from './rows.js';
import type { Row, Rows } from './rows.js';

/** A process instance. Times are milliseconds since the epoch, as everywhere in these tables. */
export type ProcessInstanceRow = Row & {
  root_key: Key;
  process_definition_key: Key;
  parent_process_instance_key: Key | null;
  parent_element_instance_key: Key | null;
  state: 'ACTIVE' | 'COMPLETED' | 'TERMINATED';
  started_at: number;
  ended_at: number | null;
  /** Active incidents in it and in what it called. */
  incident_count: number;
  /** JSON array of texts, or null. */
  tags: string | null;
  business_id: string | null;
  /** Process id and correlation key of the message that started it: one active instance for each. */
  message_lock: string | null;
};

/** An element instance; the process itself is not one. `type` is the engine's element type. */
export type ElementInstanceRow = Row & {
  root_key: Key;
  process_instance_key: Key;
  process_definition_key: Key;
  element_id: string;
  type: string;
  scope_key: Key;
  state: 'ACTIVE' | 'COMPLETED' | 'TERMINATED';
  started_at: number;
  ended_at: number | null;
  incident_key: Key | null;
};

/** A variable; `value` is JSON. */
export type VariableRow = Row & {
  root_key: Key;
  process_instance_key: Key;
  scope_key: Key;
  name: string;
  value: string;
};

/** The columns that say where in an instance a row belongs. */
interface Place {
  root_key: Key;
  process_instance_key: Key;
  process_definition_key: Key;
  element_id: string;
  element_instance_key: Key;
}

/** A job. `worker` and `deadline` are its lease, the only columns that are not made from the journal. */
export type JobRow = Row &
  Place & {
    type: string;
    kind: JobKind;
    /** For a listener: what it is asked at. */
    listens: ListenerEvent | null;
    /** Higher comes first. */
    priority: number;
    state: 'CREATED' | 'COMPLETED' | 'FAILED' | 'ERROR_THROWN' | 'CANCELED';
    retries: number;
    /** From when a worker may take it; null while it is over or has no retries left. */
    available_at: number | null;
    created_at: number;
    updated_at: number;
    ended_at: number | null;
    error_code: string | null;
    error_message: string | null;
    /** For a task listener that denied a change; null for a job that denied nothing. */
    denied_reason: string | null;
    worker: string | null;
    deadline: number | null;
  };

/** A user task; candidates are JSON arrays of names, dates are ISO 8601 texts. */
export type UserTaskRow = Row &
  Place & {
    name: string | null;
    state: 'CREATED' | TaskTransition | 'COMPLETED' | 'CANCELED';
    assignee: string | null;
    candidate_groups: string;
    candidate_users: string;
    due_date: string | null;
    follow_up_date: string | null;
    priority: number;
    form_key: Key | null;
    external_form_reference: string | null;
    created_at: number;
    completed_at: number | null;
  };

/** An incident. */
export type IncidentRow = Row &
  Place & {
    error_type: string;
    error_message: string;
    job_key: Key | null;
    resume: string;
    state: 'ACTIVE' | 'RESOLVED';
    created_at: number;
    resolved_at: number | null;
  };

/** An open timer: of an element instance, or of a start event of a definition (instance keys null). */
export type TimerRow = Row & {
  root_key: Key | null;
  process_instance_key: Key | null;
  process_definition_key: Key;
  element_id: string;
  element_instance_key: Key | null;
  due_at: number;
  repetitions: number;
  interval: string | null;
};

/** A message that is kept for later subscriptions; `variables` is JSON. */
export type MessageRow = Row & {
  name: string;
  correlation_key: string;
  message_id: string | null;
  variables: string;
  published_at: number;
  expires_at: number;
};

/** An open message subscription: of an element instance, or of a start event (instance keys null). */
export type MessageSubscriptionRow = Row & {
  root_key: Key | null;
  process_instance_key: Key | null;
  process_definition_key: Key;
  process_id: string;
  element_id: string;
  element_instance_key: Key | null;
  message_name: string;
  correlation_key: string | null;
  created_at: number;
};

/** An open signal subscription: of an element instance, or of a start event (instance keys null). */
export type SignalSubscriptionRow = Row & {
  root_key: Key | null;
  process_instance_key: Key | null;
  element_instance_key: Key | null;
  process_definition_key: Key;
  process_id: string;
  element_id: string;
  signal_name: string;
  created_at: number;
};

/** A deployment; `reused` is a JSON array of the keys of versions it held unchanged, or null. */
export type DeploymentRow = Row & { deployed_at: number; actor: string; reused: string | null };

/** A version of a process. */
export type ProcessDefinitionRow = Row &
  OfFile & {
    process_id: string;
    name: string | null;
    version_tag: string | null;
    start_form_id: string | null;
  };

/** What the versions of files have in common. */
interface OfFile {
  version: number;
  deployment_key: Key;
  resource_key: Key;
  resource_name: string;
  checksum: string;
}

/** A version of a form. */
export type FormRow = Row & OfFile & { form_id: string; version_tag: string | null };

/** A version of a file that means something to workers only. */
export type GenericResourceRow = Row & OfFile & { resource_id: string; version_tag: string | null };

/** A version of a DMN file; `imports` is a JSON array of keys of other ones. */
export type DecisionRequirementsRow = Row &
  OfFile & { requirements_id: string; name: string; imports: string };

/** A version of a decision. */
export type DecisionDefinitionRow = Row & {
  decision_id: string;
  version: number;
  name: string;
  version_tag: string | null;
  requirements_key: Key;
  deployment_key: Key;
};

/**
 * One decision's part in an evaluation: `place` counts from 1. `result`, `inputs` and `matched_rules` are JSON. The
 * columns of the instance are null where a decision was evaluated by itself.
 */
export type DecisionInstanceRow = Row & {
  root_key: Key | null;
  process_instance_key: Key | null;
  process_definition_key: Key | null;
  element_id: string | null;
  element_instance_key: Key | null;
  evaluation_key: Key;
  place: number;
  decision_definition_key: Key;
  root_decision_definition_key: Key;
  type: DecisionKind;
  state: 'EVALUATED' | 'FAILED';
  failure: string | null;
  result: string;
  inputs: string;
  matched_rules: string;
  evaluated_at: number;
};

/** The pending rows of every projection table. */
export interface Tables extends OperateTables {
  readonly processInstances: Rows<ProcessInstanceRow>;
  readonly elementInstances: Rows<ElementInstanceRow>;
  readonly variables: Rows<VariableRow>;
  readonly jobs: Rows<JobRow>;
  readonly userTasks: Rows<UserTaskRow>;
  readonly incidents: Rows<IncidentRow>;
  readonly timers: Rows<TimerRow>;
  readonly messages: Rows<MessageRow>;
  readonly messageSubscriptions: Rows<MessageSubscriptionRow>;
  readonly signalSubscriptions: Rows<SignalSubscriptionRow>;
  readonly deployments: Rows<DeploymentRow>;
  readonly processDefinitions: Rows<ProcessDefinitionRow>;
  readonly forms: Rows<FormRow>;
  readonly genericResources: Rows<GenericResourceRow>;
  readonly decisionRequirements: Rows<DecisionRequirementsRow>;
  readonly decisionDefinitions: Rows<DecisionDefinitionRow>;
  readonly decisionInstances: Rows<DecisionInstanceRow>;
  readonly correlations: Correlations;
  readonly candidates: Candidates;
}

/** Every projection table on `connection`, without pending changes. */
export function createTables(connection: Database): Tables {
  const tables: Tables = {
    processInstances: createRows<ProcessInstanceRow>(
      connection,
      'process_instance',
      COLUMNS.process_instance,
    ),
    elementInstances: createRows<ElementInstanceRow>(
      connection,
      'element_instance',
      COLUMNS.element_instance,
    ),
    variables: createRows<VariableRow>(connection, 'variable', COLUMNS.variable),
    jobs: createRows<JobRow>(connection, 'job', COLUMNS.job),
    userTasks: createRows<UserTaskRow>(connection, 'user_task', COLUMNS.user_task),
    incidents: createRows<IncidentRow>(connection, 'incident', COLUMNS.incident),
    timers: createRows<TimerRow>(connection, 'timer', COLUMNS.timer),
    messages: createRows<MessageRow>(connection, 'message', COLUMNS.message),
    messageSubscriptions: createRows<MessageSubscriptionRow>(
      connection,
      'message_subscription',
      COLUMNS.message_subscription,
    ),
    signalSubscriptions: createRows<SignalSubscriptionRow>(
      connection,
      'signal_subscription',
      COLUMNS.signal_subscription,
    ),
    deployments: createRows<DeploymentRow>(connection, 'deployment', COLUMNS.deployment),
    processDefinitions: createRows<ProcessDefinitionRow>(
      connection,
      'process_definition',
      COLUMNS.process_definition,
    ),
    forms: createRows<FormRow>(connection, 'form', COLUMNS.form),
    genericResources: createRows<GenericResourceRow>(
      connection,
      'generic_resource',
      COLUMNS.generic_resource,
    ),
    decisionRequirements: createRows<DecisionRequirementsRow>(
      connection,
      'decision_requirements',
      COLUMNS.decision_requirements,
    ),
    decisionDefinitions: createRows<DecisionDefinitionRow>(
      connection,
      'decision_definition',
      COLUMNS.decision_definition,
    ),
    decisionInstances: createRows<DecisionInstanceRow>(
      connection,
      'decision_instance',
      COLUMNS.decision_instance,
    ),
    ...createOperateTables(connection, () => tables),
    correlations: createCorrelations(connection),
    // After the user tasks they are made from.
    candidates: createCandidates(connection),
  };
  return tables;
}
