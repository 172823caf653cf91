/** What `/v2/user-tasks` answers. */
import { z } from 'zod';
import type { UserTaskItem } from '../../../store/queries/user-tasks.js';
import { DONE, count, found, headers, key, pageOf, tenantId, time } from '../../openapi/answer.js';
import type { Answers, Shape } from '../../openapi/answer.js';
import { variablePage } from './instances.js';
import { formReplies } from './processes.js';

const asWritten = z.string().nullable().describe('As it was given, with its own offset.');
const task = z.strictObject({
  name: z.string().nullable(),
  state: z.string(),
  assignee: z.string().nullable(),
  elementId: z.string(),
  candidateGroups: z.array(z.string()),
  candidateUsers: z.array(z.string()),
  processDefinitionId: z.string(),
  creationDate: time,
  completionDate: time.nullable(),
  followUpDate: asWritten,
  dueDate: asWritten,
  tenantId,
  externalFormReference: z.string().nullable(),
  processDefinitionVersion: count,
  priority: z.int(),
  userTaskKey: key,
  elementInstanceKey: key,
  processName: z.string().nullable(),
  processDefinitionKey: key,
  processInstanceKey: key,
  rootProcessInstanceKey: key,
  formKey: key.nullable(),
  tags: z.array(z.string()),
} satisfies Shape<UserTaskItem>);
const withHeaders = task.extend({ customHeaders: headers });

/** The answers. */
export const USER_TASK_ANSWERS: Answers = {
  'POST /v2/user-tasks/search': { id: 'searchUserTasks', replies: [pageOf(withHeaders)] },
  'GET /v2/user-tasks/:userTaskKey': { id: 'getUserTask', replies: [found(withHeaders)] },
  'PATCH /v2/user-tasks/:userTaskKey': { id: 'updateUserTask', replies: [DONE] },
  'POST /v2/user-tasks/:userTaskKey/assignment': { id: 'assignUserTask', replies: [DONE] },
  'DELETE /v2/user-tasks/:userTaskKey/assignee': { id: 'unassignUserTask', replies: [DONE] },
  'POST /v2/user-tasks/:userTaskKey/completion': { id: 'completeUserTask', replies: [DONE] },
  'GET /v2/user-tasks/:userTaskKey/form': { id: 'getUserTaskForm', replies: formReplies },
  'POST /v2/user-tasks/:userTaskKey/variables/search': {
    id: 'searchUserTaskVariables',
    replies: [variablePage],
  },
  'POST /v2/user-tasks/:userTaskKey/effective-variables/search': {
    id: 'searchUserTaskEffectiveVariables',
    replies: [variablePage],
  },
};
