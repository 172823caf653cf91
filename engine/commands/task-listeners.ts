/** What a task listener answers: it lets the change go on, corrects it, or denies it. */
import { goOnChanging } from '../behaviors/user-task-changes.js';
import { append, type Step } from '../kernel/step-run.js';
import { scheduleTimer } from '../model/timers/timer-schedule.js';
import type { CompleteJob, TaskListenerAnswer } from '../records/commands.js';
import type { UserTaskCorrections } from '../records/engine-events.js';
import type { Rejection } from '../records/rejections.js';
import type { JobState, UserTaskState } from '../state/instance-tree.js';
import { leasedBy } from './leased-by.js';

const NOTHING: TaskListenerAnswer = { denied: false, deniedReason: '', corrections: {} };

/** Takes the answer of a task listener's job. */
export function answerTaskListener(
  step: Step,
  { element }: JobState,
  command: CompleteJob,
): Rejection | void {
  const { jobKey, variables, userTask: answer = NOTHING } = command;
  const task = element.userTask === null ? undefined : step.tree.userTasks.get(element.userTask);
  if (!task?.change) throw new Error(`The listener's job ${jobKey} is about no change of a user task.`);
  const refusal = refuseAnswer(step, task, answer, Object.keys(variables).length > 0);
  if (refusal) return refusal;
  const { key: userTaskKey, change } = task;
  if (answer.denied) {
    const reason = answer.deniedReason;
    append(step, element, 'job completed', { jobKey, variables, ...leasedBy(command), denied: { reason } });
    const { transition } = change;
    return append(step, element, 'user task change denied', { userTaskKey, transition, reason });
  }
  append(step, element, 'job completed', { jobKey, variables, ...leasedBy(command) });
  const corrections = inUtc(step, answer.corrections);
  if (Object.keys(corrections).length > 0) {
    append(step, element, 'user task corrected', { userTaskKey, corrections });
  }
  goOnChanging(step, task);
}

function refuseAnswer(
  step: Step,
  { initialAssignee, change }: UserTaskState,
  { denied, corrections }: TaskListenerAnswer,
  bringsVariables: boolean,
): Rejection | undefined {
  const transition = change?.transition ?? 'UPDATING';
  if (bringsVariables) {
    return refuse('A task listener cannot set variables. Complete its job without any.');
  }
  if (denied && (transition === 'CREATING' || transition === 'CANCELING')) {
    return refuse(`A listener cannot deny ${transition}; it can deny ASSIGNING, UPDATING and COMPLETING.`);
  }
  if (denied && Object.keys(corrections).length > 0) {
    return refuse('A listener that denies the change cannot correct it as well. Leave the corrections out.');
  }
  if (transition === 'CREATING' && corrections.assignee !== undefined && initialAssignee !== null) {
    return refuse(
      'The model names an assignee, so a CREATING listener cannot correct it. Correct it with an ASSIGNING listener.',
    );
  }
  const { priority } = corrections;
  if (priority !== undefined && !(Number.isInteger(priority) && priority >= 0 && priority <= 100)) {
    return refuse(`The corrected priority is ${priority}; it must be a whole number from 0 to 100.`);
  }
  for (const name of ['dueDate', 'followUpDate'] as const) {
    const date = corrections[name];
    if (typeof date === 'string' && !scheduleTimer('date', date, step.now)) {
      return refuse(
        `The corrected ${name} is "${date}"; write a date and time such as 2030-01-31T09:00:00Z.`,
      );
    }
  }
  return undefined;
}

/** Dates of a task are kept in UTC. */
function inUtc(step: Step, corrections: UserTaskCorrections): UserTaskCorrections {
  const dates: { dueDate?: string; followUpDate?: string } = {};
  for (const name of ['dueDate', 'followUpDate'] as const) {
    const date = corrections[name];
    const schedule = typeof date === 'string' ? scheduleTimer('date', date, step.now) : null;
    if (schedule) dates[name] = new Date(schedule.dueAt).toISOString();
  }
  return { ...corrections, ...dates };
}

function refuse(reason: string): Rejection {
  return { type: 'INVALID_ARGUMENT', reason };
}
