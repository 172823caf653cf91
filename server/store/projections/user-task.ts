/** `user_task`: one row for each user task. */
import type { Projection } from './projection.js';
import { placeOf } from './place.js';
import type { UserTaskRow } from '../tables.js';

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
      candidate_groups: JSON.stringify(data.candidateGroups),
      candidate_users: JSON.stringify(data.candidateUsers),
      due_date: data.dueDate,
      follow_up_date: data.followUpDate,
      priority: data.priority,
      form_key: data.formKey,
      external_form_reference: data.externalFormReference,
      created_at: stamp.at,
      completed_at: null,
    });
  },
  'user task assigned': (event, _stamp, { tables }) => {
    tables.userTasks.update(event.data.userTaskKey, { assignee: event.data.assignee });
  },
  'user task updated': (event, _stamp, { tables }) => {
    const { data } = event;
    const changes: Partial<UserTaskRow> = {};
    if (data.candidateGroups !== undefined) changes.candidate_groups = JSON.stringify(data.candidateGroups);
    if (data.candidateUsers !== undefined) changes.candidate_users = JSON.stringify(data.candidateUsers);
    if (data.dueDate !== undefined) changes.due_date = data.dueDate;
    if (data.followUpDate !== undefined) changes.follow_up_date = data.followUpDate;
    if (data.priority !== undefined) changes.priority = data.priority;
    if (Object.keys(changes).length > 0) tables.userTasks.update(data.userTaskKey, changes);
  },
  'user task completed': (event, stamp, { tables }) => {
    const { userTaskKey, assignee } = event.data;
    tables.userTasks.update(userTaskKey, { state: 'COMPLETED', assignee, completed_at: stamp.at });
  },
  'user task cancelled': (event, stamp, { tables }) => {
    tables.userTasks.update(event.data.userTaskKey, { state: 'CANCELED', completed_at: stamp.at });
  },
};
