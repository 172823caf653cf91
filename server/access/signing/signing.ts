/**
 * What a user task asks of whoever completes it (docs/approvals.md), put together: the record they are shown, whether
 * four eyes stand against them, and the signature that the completion row gets.
 */
import { activityOf, asKey, parseKey, readJson } from '@countersign/engine';
import type { ApprovalDefinition, JsonObject, Signature } from '@countersign/engine';
import { readTaskEvidence } from '../../audit/task-evidence.js';
import { formFaults } from '../../runtime/form-fields.js';
import type { Runtime } from '../../runtime/runtime.js';
import { findCompletedTasks, findDeployers, findStarters } from '../../store/queries/case-acts.js';
import { findForm } from '../../store/queries/process-definitions.js';
import { readShownVariables } from '../../store/queries/shown-variables.js';
import type { UserTaskItem } from '../../store/queries/user-tasks.js';
import type { Account } from '../account.js';
import { refusesByFourEyes } from './four-eyes.js';
import type { CaseActs } from './four-eyes.js';
import type { TaskRecord } from './shown.js';

type House = Pick<Runtime, 'definitions' | 'store'>;

/** What the model asks of whoever completes the task; null where its model is not there any more. */
export async function findApproval(
  { definitions }: House,
  { processDefinitionKey, elementId }: Pick<UserTaskItem, 'processDefinitionKey' | 'elementId'>,
): Promise<ApprovalDefinition | null> {
  const element = (await definitions.load(asKey(Number(processDefinitionKey))))?.model.elementsById.get(
    elementId,
  );
  return (element && activityOf(element))?.userTask?.approval ?? null;
}

/** Whether the completion must be signed. */
export function asksForSignature({ meaning, reauthenticate }: ApprovalDefinition): boolean {
  return meaning !== undefined || reauthenticate;
}

/** Why nobody can have been shown the task: what keeps its form from being shown; null where nothing does. */
export async function findUnshowable(house: House, task: UserTaskItem): Promise<string | null> {
  const formKey = task.formKey === null ? null : parseKey(task.formKey);
  const form = formKey === null ? null : await findForm(house.store.knex, formKey);
  const fault = form && formFaults(readJson(form.schema)).find(({ severity }) => severity === 'error');
  return form && fault ? `The form "${form.formId}" can't be shown. ${fault.message} ${fault.hint}` : null;
}

/** The record of a task as it was at a row of its tree. */
export async function readRecord(house: House, task: UserTaskItem, revision: number): Promise<TaskRecord> {
  const { knex } = house.store;
  const { userTaskKey, processDefinitionKey, elementId } = task;
  const formKey = task.formKey === null ? null : parseKey(task.formKey);
  const form = formKey === null ? null : await findForm(knex, formKey);
  const variables = await readShownVariables(knex, {
    elementInstanceKey: Number(task.elementInstanceKey),
    processInstanceKey: Number(task.processInstanceKey),
    rootKey: Number(task.rootProcessInstanceKey),
    sequence: revision,
  });
  const evidence = await readTaskEvidence(house, task, revision);
  return {
    userTaskKey,
    processDefinitionKey,
    elementId,
    form: form && { formKey: form.formKey, formId: form.formId, version: form.version },
    variables,
    evidence: evidence as unknown as JsonObject,
  };
}

/**
 * Why somebody may not complete the task after what they did in its case; null where nothing stands against it.
 * `subject` begins the sentence.
 */
export async function refusesPerson(
  house: House,
  task: UserTaskItem,
  { fourEyes }: ApprovalDefinition,
  who: { readonly username: string; readonly subject: string },
): Promise<string | null> {
  if (fourEyes.length === 0) return null;
  const acts = await readActs(house, task, fourEyes);
  return refusesByFourEyes(fourEyes, acts, { ...who, processId: task.processDefinitionId });
}

async function readActs(
  { definitions, store }: House,
  task: UserTaskItem,
  fourEyes: ApprovalDefinition['fourEyes'],
): Promise<CaseActs> {
  const asks = (kind: string): boolean => fourEyes.some((other) => other.kind === kind);
  const rootKey = Number(task.rootProcessInstanceKey);
  const tasks = asks('task') ? await findCompletedTasks(store.knex, rootKey) : [];
  const completed: CaseActs['completed'][number][] = [];
  for (const { processDefinitionKey, elementId, actor } of tasks) {
    const definition = await definitions.load(asKey(Number(processDefinitionKey)));
    const name = definition?.model.elementsById.get(elementId)?.name ?? elementId;
    completed.push({ processId: definition?.processId ?? '', elementId, name, actor });
  }
  return {
    starters: asks('starter') ? await findStarters(store.knex, rootKey) : [],
    deployers: asks('deployer') ? await findDeployers(store.knex, rootKey) : [],
    completed,
  };
}

/** What a signature under a completion with these variables stands for; null where they do not answer what is asked. */
export function meaningOf(
  { answer, meaning, refusalMeaning }: ApprovalDefinition,
  given: JsonObject,
): string | null {
  if (!answer) return meaning ?? 'Completion';
  const said = given[answer.variable];
  if (typeof said !== 'boolean') return null;
  return said ? (meaning ?? 'Approval') : (refusalMeaning ?? 'Refusal');
}

/** The signature of a person under a record. */
export function signatureOf(
  { username, name }: Account,
  meaning: string,
  record: string,
  reauthenticated: boolean,
): Signature {
  return { username, name, meaning, record, reauthenticated };
}
