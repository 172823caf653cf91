/** `/v2/user-tasks`: search, get, change, assign, complete; the form and what its fields can show. */
import { Router } from 'express';
import type { Request } from 'express';
import { z } from 'zod';
import { parseKey } from '@countersign/engine';
import type { Caller } from '../../access/account.js';
import type { SigningProofs } from '../../access/signing/proofs.js';
import { findApproval, refusesPerson } from '../../access/signing/signing.js';
import { findForm } from '../../store/queries/process-definitions.js';
import { USER_TASKS } from '../../store/queries/user-tasks.js';
import type { UserTaskItem } from '../../store/queries/user-tasks.js';
import { visibleFrom } from '../../store/queries/variables.js';
import type { InstanceCommand, Runtime } from '../../runtime/runtime.js';
import { callerOf } from '../caller.js';
import { completeTask, completion, fourEyesRefused } from '../completion.js';
import { describeOperation } from '../openapi/described.js';
import { priorityField } from '../number-fields.js';
import { fromRejection, listenersPending } from '../problem.js';
import { dateField, readBody } from '../request.js';
import { runSearch } from '../search.js';
import { askTask, findTask, isOpen } from '../user-task.js';
import { findElement } from './model-lookup.js';
import { answerVariables } from './variables.js';

const action = z.string().nullish();
const assignment = z.strictObject({
  assignee: z.string().min(1),
  allowOverride: z.boolean().nullish(),
  action,
});
const update = z
  .strictObject({
    action,
    changeset: z
      .strictObject({
        candidateGroups: z.array(z.string()).nullish(),
        candidateUsers: z.array(z.string()).nullish(),
        dueDate: dateField,
        followUpDate: dateField,
        priority: priorityField,
      })
      .nullish(),
  })
  .refine(({ changeset, action: word }) => isSaid(word) || Object.values(changeset ?? {}).some(isSaid), {
    message: 'changes nothing: give an action, or something in the changeset',
  })
  .meta({ minProperties: 1 });

function isSaid(value: unknown): boolean {
  return value !== undefined && value !== null;
}

describeOperation('POST /v2/user-tasks/search', { search: USER_TASKS });
describeOperation('PATCH /v2/user-tasks/:userTaskKey', { body: update });
describeOperation('POST /v2/user-tasks/:userTaskKey/assignment', { body: assignment });
describeOperation('POST /v2/user-tasks/:userTaskKey/completion', { body: completion });

/** The routes. */
export function userTaskRoutes(runtime: Runtime, proofs: SigningProofs): Router {
  const routes = Router();
  const knex = runtime.store.knex;

  routes.post('/user-tasks/search', async (request, response) => {
    const { items, page } = await runSearch(runtime, USER_TASKS, request);
    response.json({ items: await Promise.all(items.map((item) => withHeaders(runtime, item))), page });
  });

  routes.get('/user-tasks/:userTaskKey', async (request, response) => {
    const { task } = await findTask(runtime, request);
    response.json(await withHeaders(runtime, task));
  });

  routes.patch('/user-tasks/:userTaskKey', async (request, response) => {
    const { key, task } = await findTask(runtime, request);
    const { changeset, action: word } = readBody(request, update);
    const people = Boolean(changeset?.candidateGroups ?? changeset?.candidateUsers);
    askTask(task, callerOf(request), { kind: 'update', people });
    await run(request, {
      type: 'update user task',
      userTaskKey: key,
      changes: {
        candidateGroups: changeset?.candidateGroups ?? undefined,
        candidateUsers: changeset?.candidateUsers ?? undefined,
        dueDate: emptyToNull(changeset?.dueDate),
        followUpDate: emptyToNull(changeset?.followUpDate),
        priority: changeset?.priority ?? undefined,
      },
      action: word ?? 'update',
    });
    response.sendStatus(204);
  });

  routes.post('/user-tasks/:userTaskKey/assignment', async (request, response) => {
    const { key, task } = await findTask(runtime, request);
    const { assignee, allowOverride, action: word } = readBody(request, assignment);
    askTask(task, callerOf(request), { kind: 'assign', assignee });
    if (isOpen(task)) await checkFourEyes(task, assignee, callerOf(request));
    await run(request, {
      type: 'assign user task',
      userTaskKey: key,
      assignee,
      allowOverride: allowOverride ?? true,
      action: word ?? 'assign',
    });
    response.sendStatus(204);
  });

  routes.delete('/user-tasks/:userTaskKey/assignee', async (request, response) => {
    const { key, task } = await findTask(runtime, request);
    askTask(task, callerOf(request), { kind: 'assign', assignee: null });
    await run(request, {
      type: 'assign user task',
      userTaskKey: key,
      assignee: null,
      allowOverride: true,
      action: 'unassign',
    });
    response.sendStatus(204);
  });

  routes.post('/user-tasks/:userTaskKey/completion', async (request, response) => {
    await completeTask(runtime, proofs, request);
    response.sendStatus(204);
  });

  routes.get('/user-tasks/:userTaskKey/form', async (request, response) => {
    const { task } = await findTask(runtime, request);
    const formKey = task.formKey === null ? null : parseKey(task.formKey);
    const form = formKey === null ? null : await findForm(knex, formKey);
    if (form) response.json(form);
    else response.sendStatus(204);
  });

  for (const path of ['variables', 'effective-variables']) {
    routes.post(`/user-tasks/:userTaskKey/${path}/search`, async (request, response) => {
      const { task } = await findTask(runtime, request);
      await answerVariables(runtime, visibleFrom(Number(task.elementInstanceKey)), request, response);
    });
  }

  /** Nobody is given a task that they may not complete. */
  async function checkFourEyes(task: UserTaskItem, username: string, { account }: Caller): Promise<void> {
    const approval = await findApproval(runtime, task);
    const subject = username === account?.username ? 'You' : username;
    const refusal = approval && (await refusesPerson(runtime, task, approval, { username, subject }));
    if (refusal !== null) throw fourEyesRefused(refusal);
  }

  async function run(request: Request, command: InstanceCommand): Promise<void> {
    const result = await runtime.changeUserTask(command, callerOf(request).actor);
    if (!result.ok) throw fromRejection(result.rejection);
    if (result.isPending) throw listenersPending();
  }

  return routes;
}

/** In a change an empty date takes the date away; an absent one leaves it. */
function emptyToNull(date: string | null | undefined): string | null | undefined {
  return date === '' ? null : (date ?? undefined);
}

/** Adds the headers the model gives the task. */
async function withHeaders(runtime: Runtime, task: UserTaskItem): Promise<object> {
  const element = await findElement(runtime, task.processDefinitionKey, task.elementId);
  return { ...task, customHeaders: element?.userTask?.headers ?? {} };
}
