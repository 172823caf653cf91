/** `user_task`: one row for each user task. */
import { writeJson } from '@countersign/engine';
import type { Key, UserTaskCorrections } from '@countersign/engine';
import type { Projection } from './projection.js';
import { placeOf } from './place.js';
import type { Tables, UserTaskRow } from '../tables.js';

/** A user task is created, assigned, changed, and completed or cancelled. */
export const userTask: Projection = {
  'user task created': (event, stamp, { tables, definitions }) => {
    const { data } = event;
    const element = definitions.byKey(event.processDefinitionKey)?.model.elementsById.get(event.elementId);
    tables.userTasks.insert({
      key: data.userTaskKey,
      ...placeOf(event, stamp),
      name: element?.name ?? null,
      state: 'CREATED',
      assignee: data.assignee,
      candidate_groups: writeJson(data.candidateGroups),
      candidate_users: writeJson(data.candidateUsers),
      due_date: data.dueDate,
      follow_up_date: data.followUpDate,
      priority: data.priority,
      form_key: data.formKey,
      external_form_reference: data.externalFormReference,
      created_at: stamp.at,
      completed_at: null,
    });
    if (data.candidateGroups.length + data.candidateUsers.length > 0)
      tables.candidates.offer(data.userTaskKey);
  },
  'user task change begun': (event, _stamp, { tables }) => {
    change(tables, event.data.userTaskKey, { state: event.data.transition });
  },
  'user task change denied': (event, _stamp, { tables }) => {
    change(tables, event.data.userTaskKey, { state: 'CREATED' });
  },
  'user task ready': (event, _stamp, { tables }) => {
    const { assignee: _later, ...corrections } = event.data.corrections;
    change(tables, event.data.userTaskKey, { state: 'CREATED', ...columns(corrections) });
  },
  'user task assigned': (event, _stamp, { tables }) => {
    const { userTaskKey, assignee, corrections = {} } = event.data;
    change(tables, userTaskKey, { state: 'CREATED', assignee, ...columns(corrections) });
  },
  'user task updated': (event, _stamp, { tables }) => {
    change(tables, event.data.userTaskKey, { state: 'CREATED', ...columns(event.data) });
  },
  'user task completed': (event, stamp, { tables }) => {
    const { userTaskKey, assignee, corrections = {} } = event.data;
    const over = { state: 'COMPLETED', completed_at: stamp.at } as const;
    change(tables, userTaskKey, { ...over, assignee, ...columns(corrections) });
  },
  'user task cancelled': (event, stamp, { tables }) => {
    change(tables, event.data.userTaskKey, { state: 'CANCELED', completed_at: stamp.at });
  },
};

/** Changes a row, and with it those of its candidates. */
function change({ userTasks, candidates }: Tables, key: Key, changes: Partial<UserTaskRow>): void {
  userTasks.update(key, changes);
  const { candidate_groups: groups, candidate_users: users } = changes;
  if (groups !== undefined || users !== undefined) candidates.offer(key);
  else candidates.move(key);
}

/** The columns that a change sets. */
function columns(changes: UserTaskCorrections): Partial<UserTaskRow> {
  const set: Partial<UserTaskRow> = {};
  if (changes.assignee !== undefined) set.assignee = changes.assignee;
  if (changes.candidateGroups !== undefined) set.candidate_groups = writeJson(changes.candidateGroups);
  if (changes.candidateUsers !== undefined) set.candidate_users = writeJson(changes.candidateUsers);
  if (changes.dueDate !== undefined) set.due_date = changes.dueDate;
  if (changes.followUpDate !== undefined) set.follow_up_date = changes.followUpDate;
  if (changes.priority !== undefined) set.priority = changes.priority;
  return set;
}
