/** User task (BPMN 2.0.2 §10.3.3, §10.3.4): a person decides. Completing the user task completes the element. */
import {
  evaluateInteger,
  evaluateOptionalText,
  evaluateStatedText,
  evaluateTextList,
  isFailure,
  scopeOfElement,
  extractFailure,
  type Failure,
} from '../../behaviors/evaluate.js';
import { taskListenersOf } from '../../behaviors/task-listeners.js';
import { assignInitially, changeUserTask } from '../../behaviors/user-task-changes.js';
import { notDeployed } from '../../behaviors/not-deployed.js';
import { scheduleTimer } from '../../model/timers/timer-schedule.js';
import type { Processor } from '../../kernel/processor.js';
import { append, newKey, type Step } from '../../kernel/step-run.js';
import type { ModelValue, TaskTransition, UserTaskDefinition } from '../../model/process-model.js';
import type { Key } from '../../model/keys.js';
import type { ElementInstance } from '../../state/instance-tree.js';

/** The priority of a task whose model names none, from 0 to 100. */
const DEFAULT_PRIORITY = 50;

/** Waits for a person. */
export const userTask: Processor = {
  activate(step, element) {
    const { userTask: task } = element.node;
    if (!task) throw new Error(`${element.node.id} has no user task definition.`);
    const scope = scopeOfElement(element);
    const assignee = evaluateStatedText(task.assignee, scope, step.now, 'assignee');
    if (isFailure(assignee)) return assignee;
    const candidateGroups = evaluateTextList(
      task.candidateGroups,
      scope,
      step.now,
      'list of candidate groups',
    );
    if (isFailure(candidateGroups)) return candidateGroups;
    const candidateUsers = evaluateTextList(task.candidateUsers, scope, step.now, 'list of candidate users');
    if (isFailure(candidateUsers)) return candidateUsers;
    const dueDate = evaluateDate(step, element, task.dueDate, 'due date');
    if (isFailure(dueDate)) return dueDate;
    const followUpDate = evaluateDate(step, element, task.followUpDate, 'follow-up date');
    if (isFailure(followUpDate)) return followUpDate;
    const priority = task.priority
      ? evaluateInteger(task.priority, scope, step.now, 'priority')
      : DEFAULT_PRIORITY;
    if (isFailure(priority)) return priority;
    if (priority < 0 || priority > 100)
      return extractFailure(`The priority gave ${priority}; it must give 0 to 100.`);
    const externalFormReference = evaluateOptionalText(
      task.externalFormReference,
      scope,
      step.now,
      'form reference',
    );
    if (isFailure(externalFormReference)) return externalFormReference;
    const formKey = findForm(step, element, task);
    if (isFailure(formKey)) return formKey;
    const listens = (transition: TaskTransition) => taskListenersOf(element, transition).length > 0;
    const assignsLater = assignee !== null && (listens('CREATING') || listens('ASSIGNING'));
    const userTaskKey = newKey(step);
    append(step, element, 'user task created', {
      userTaskKey,
      assignee: assignsLater ? null : assignee,
      candidateGroups,
      candidateUsers,
      dueDate,
      followUpDate,
      priority,
      formKey,
      externalFormReference,
      ...(assignsLater && { initialAssignee: assignee }),
    });
    const created = step.tree.userTasks.get(userTaskKey);
    if (!created) return;
    if (listens('CREATING')) {
      changeUserTask(step, created, { userTaskKey, transition: 'CREATING', action: 'create', changes: {} });
    } else if (assignsLater) assignInitially(step, created);
  },
};

/** A date and time, written in UTC. */
function evaluateDate(
  step: Step,
  element: ElementInstance,
  value: ModelValue | undefined,
  what: string,
): string | null | Failure {
  const text = evaluateOptionalText(value, scopeOfElement(element), step.now, what);
  if (text === null || isFailure(text)) return text;
  const schedule = scheduleTimer('date', text, step.now);
  if (schedule) return new Date(schedule.dueAt).toISOString();
  return extractFailure(
    `The ${what} gave "${text}"; it must give a date and time such as 2030-01-31T09:00:00Z, in the years 0001 to 9999.`,
  );
}

function findForm(step: Step, element: ElementInstance, task: UserTaskDefinition): Key | null | Failure {
  const { formId, formBinding } = task;
  if (formId === undefined) return null;
  const key = step.definitions.form(formId, formBinding, element.definition.deploymentKey);
  if (key !== undefined) return key;
  const message = `${notDeployed('form', formId, formBinding)} Deploy it and retry.`;
  return { failure: 'FORM_NOT_FOUND', message };
}
