/** Searches user tasks. */
import { candidateFilter, walkOffered } from './candidates.js';
import { allEntries } from './json-lists.js';
import { variablesOf } from './process-instances.js';
import type { Guard, Searchable } from './search-types.js';
import { TENANT_FIELD, reader } from './values.js';

/** A user task, as the API gives it, without the headers: those stand in the model. */
export interface UserTaskItem {
  readonly name: string | null;
  readonly state: string;
  readonly assignee: string | null;
  readonly elementId: string;
  readonly candidateGroups: readonly string[];
  readonly candidateUsers: readonly string[];
  readonly processDefinitionId: string;
  readonly creationDate: string;
  readonly completionDate: string | null;
  readonly followUpDate: string | null;
  readonly dueDate: string | null;
  readonly tenantId: string;
  readonly externalFormReference: string | null;
  readonly processDefinitionVersion: number;
  readonly priority: number;
  readonly userTaskKey: string;
  readonly elementInstanceKey: string;
  readonly processName: string | null;
  readonly processDefinitionKey: string;
  readonly processInstanceKey: string;
  readonly rootProcessInstanceKey: string;
  readonly formKey: string | null;
  readonly tags: readonly string[];
}

const CANDIDATE_GROUP = candidateFilter('candidateGroup', 'group');
const CANDIDATE_USER = candidateFilter('candidateUser', 'user');

const STATES = [
  'CREATING',
  'CREATED',
  'ASSIGNING',
  'UPDATING',
  'COMPLETING',
  'COMPLETED',
  'CANCELING',
  'CANCELED',
  'FAILED',
];
// The model gives these dates as ISO 8601 text, in any zone.
const DUE = "cast(round(unixepoch(ut.due_date, 'subsec') * 1000) as bigint)";
const FOLLOW_UP = "cast(round(unixepoch(ut.follow_up_date, 'subsec') * 1000) as bigint)";

/** The tasks that name somebody. A property that names nobody the caller is holds for no task. */
const NAMED: NonNullable<Guard['named']> = {
  assignee(query, { username }) {
    if (username !== null) query.where('ut.assignee', username);
    else query.whereRaw('1 = 0');
  },
  candidateUsers(query, { username }, knex) {
    if (username !== null) CANDIDATE_USER(query, username, knex);
    else query.whereRaw('1 = 0');
  },
  candidateGroups(query, { groups }, knex) {
    CANDIDATE_GROUP(query, { $in: [...groups] }, knex);
  },
};

/** User tasks, open and done. */
export const USER_TASKS: Searchable<UserTaskItem> = {
  from: (knex) =>
    knex('user_task as ut')
      // Each has one; said so, a database leaves them out of what does not ask for them, such as a count.
      .leftJoin('process_definition as pd', 'pd.key', 'ut.process_definition_key')
      .leftJoin('process_instance as pi', 'pi.key', 'ut.process_instance_key'),
  guards: [
    { type: 'PROCESS_DEFINITION', permission: 'READ_USER_TASK', id: 'pd.process_id' },
    { type: 'USER_TASK', permission: 'READ', id: 'cast(ut.key as text)', named: NAMED },
  ],
  key: 'ut.key',
  select: {
    key: 'ut.key',
    rootKey: 'ut.root_key',
    instanceKey: 'ut.process_instance_key',
    definitionKey: 'ut.process_definition_key',
    processId: 'pd.process_id',
    processName: 'pd.name',
    version: 'pd.version',
    elementId: 'ut.element_id',
    elementInstanceKey: 'ut.element_instance_key',
    name: 'ut.name',
    state: 'ut.state',
    assignee: 'ut.assignee',
    candidateGroups: 'ut.candidate_groups',
    candidateUsers: 'ut.candidate_users',
    createdAt: 'ut.created_at',
    completedAt: 'ut.completed_at',
    dueAt: DUE,
    followUpAt: FOLLOW_UP,
    priority: 'ut.priority',
    formKey: 'ut.form_key',
    externalForm: 'ut.external_form_reference',
    tags: 'pi.tags',
  },
  fields: {
    userTaskKey: { sql: 'ut.key', kind: 'key' },
    processInstanceKey: { sql: 'ut.process_instance_key', kind: 'key' },
    processDefinitionKey: { sql: 'ut.process_definition_key', kind: 'key' },
    processDefinitionId: { sql: 'pd.process_id', kind: 'text' },
    elementId: { sql: 'ut.element_id', kind: 'text' },
    elementInstanceKey: { sql: 'ut.element_instance_key', kind: 'key' },
    name: { sql: 'ut.name', kind: 'text', nullable: true },
    state: { sql: 'ut.state', kind: 'word', words: STATES },
    assignee: { sql: 'ut.assignee', kind: 'text', nullable: true },
    priority: { sql: 'ut.priority', kind: 'integer' },
    creationDate: { sql: 'ut.created_at', kind: 'time' },
    completionDate: { sql: 'ut.completed_at', kind: 'time', nullable: true },
    dueDate: { sql: DUE, kind: 'time', nullable: true },
    followUpDate: { sql: FOLLOW_UP, kind: 'time', nullable: true },
    tenantId: TENANT_FIELD,
  },
  special: {
    candidateGroup: CANDIDATE_GROUP,
    candidateUser: CANDIDATE_USER,
    tags: allEntries('tags', 'pi.tags'),
    processInstanceVariables: variablesOf(
      'processInstanceVariables',
      'ut.process_instance_key',
      'ut.process_instance_key',
    ),
    localVariables: variablesOf('localVariables', 'ut.process_instance_key', 'ut.element_instance_key'),
  },
  walk: walkOffered,
  toItem(row) {
    const column = reader(row);
    return {
      name: column.textOrNull('name'),
      state: column.text('state'),
      assignee: column.textOrNull('assignee'),
      elementId: column.text('elementId'),
      candidateGroups: column.texts('candidateGroups'),
      candidateUsers: column.texts('candidateUsers'),
      processDefinitionId: column.text('processId'),
      creationDate: column.time('createdAt'),
      completionDate: column.timeOrNull('completedAt'),
      followUpDate: column.timeOrNull('followUpAt'),
      dueDate: column.timeOrNull('dueAt'),
      tenantId: column.tenantId,
      externalFormReference: column.textOrNull('externalForm'),
      processDefinitionVersion: column.number('version'),
      priority: column.number('priority'),
      userTaskKey: column.key('key'),
      elementInstanceKey: column.key('elementInstanceKey'),
      processName: column.textOrNull('processName'),
      processDefinitionKey: column.key('definitionKey'),
      processInstanceKey: column.key('instanceKey'),
      rootProcessInstanceKey: column.key('rootKey'),
      formKey: column.keyOrNull('formKey'),
      tags: column.texts('tags'),
    };
  },
};
