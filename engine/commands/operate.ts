/** Commands of operators: cancel, retry, change variables. */
import { closeIncident, raiseIncident } from '../behaviors/incidents.js';
import { isParallelMultiple, openSubscriptions } from '../behaviors/subscriptions.js';
import { setAllLocal, setWhereTheyLive } from '../behaviors/variables.js';
import { taskListenersOf } from '../behaviors/task-listeners.js';
import { changeUserTask, goOnChanging } from '../behaviors/user-task-changes.js';
import { changing } from './user-tasks.js';
import { release } from './suspend.js';
import { terminate } from '../behaviors/termination.js';
import { continueMoves } from '../kernel/postponed.js';
import { append, type Step } from '../kernel/step-run.js';
import type { CancelInstance, ResolveIncident, SetVariables } from '../records/commands.js';
import type { Key } from '../model/keys.js';
import type { ElementInstance } from '../state/instance-tree.js';
import type { ResumePoint } from '../records/engine-events.js';
import type { Rejection } from '../records/rejections.js';

/** Ends a root instance and all it called. */
export function cancelInstance(step: Step, command: CancelInstance): Rejection | void {
  const { processInstanceKey } = command;
  const root = step.tree.elements.get(processInstanceKey);
  if (root?.node.type !== 'process') {
    return { type: 'NOT_FOUND', reason: `No active process instance has the key ${processInstanceKey}.` };
  }
  if (root.scope) {
    return {
      type: 'INVALID_STATE',
      reason: `Process instance ${processInstanceKey} was called by ${root.scope.processInstanceKey}; cancel the root instance ${step.tree.rootKey}.`,
    };
  }
  release(step, root);
  terminate(step, root);
}

/** Makes the move again that the incident stopped. */
export function resolveIncident(step: Step, command: ResolveIncident): Rejection | void {
  const incident = step.tree.incidents.get(command.incidentKey);
  if (!incident) {
    return { type: 'NOT_FOUND', reason: `No open incident has the key ${command.incidentKey}.` };
  }
  const { element, jobKey, resume } = incident;
  const job = jobKey === null ? undefined : step.tree.jobs.get(jobKey);
  if (job && job.retries < 1) {
    const { retries } = command;
    if (retries === undefined) return noRetriesLeft(job.key);
    append(step, element, 'job updated', { jobKey: job.key, retries });
  }
  closeIncident(step, element, jobKey);
  retry(step, element, resume);
  // It kept the incident of too many moves away.
  if (element.key === step.tree.rootKey && step.tree.postponed?.dueAt === null) continueMoves(step);
}

/** Nobody would be given a job without retries: it would wait for ever, and without an incident. */
function noRetriesLeft(jobKey: Key): Rejection {
  const reason = `Job ${jobKey} has no retries left. Give it retries first, then resolve the incident.`;
  return { type: 'INVALID_STATE', reason };
}

/** Makes the move again that the incident stopped; a job, a timer or a subscription simply waits again. */
function retry(step: Step, element: ElementInstance, resume: ResumePoint): void {
  switch (resume) {
    case 'activate':
    case 'begin':
    case 'complete':
    case 'resume':
      return void step.agenda.push({ op: resume, element });
    case 'end scope':
      return void step.agenda.push({ op: resume, scope: element });
    case 'subscribe':
    case 'subscribe again':
      return subscribe(step, element, resume);
    case 'continue':
      return continueMoves(step);
    case 'listen':
      return goOnListening(step, element);
    case 'job':
    case 'wait':
      return;
  }
}

/** Opens subscriptions that failed to open: all of a scope's, or those of an event that waits for several triggers. */
function subscribe(step: Step, element: ElementInstance, resume: 'subscribe' | 'subscribe again'): void {
  const { catchers } = element.node;
  const failure = openSubscriptions(
    step,
    element,
    resume === 'subscribe' ? catchers : catchers.filter(isParallelMultiple),
  );
  if (failure) raiseIncident(step, element, failure, resume);
}

/** Asks the listener again that could not be asked. */
function goOnListening(step: Step, { userTask }: ElementInstance): void {
  const task = userTask === null ? undefined : step.tree.userTasks.get(userTask);
  if (task?.change) goOnChanging(step, task);
}

/** Sets variables at an element instance, or where each one lives seen from there. */
export function setVariables(step: Step, command: SetVariables): Rejection | void {
  const element = step.tree.elements.get(command.elementInstanceKey);
  if (!element) {
    return {
      type: 'NOT_FOUND',
      reason: `No active element instance has the key ${command.elementInstanceKey}.`,
    };
  }
  const task = element.userTask === null ? undefined : step.tree.userTasks.get(element.userTask);
  // What repairs an incident is set at once: the listeners may be what it stopped at.
  if (task && element.incident === null && taskListenersOf(element, 'UPDATING').length > 0) {
    if (task.change) return changing(task);
    const { variables, local } = command;
    return changeUserTask(step, task, {
      userTaskKey: task.key,
      transition: 'UPDATING',
      action: 'update',
      changes: {},
      variables,
      ...(local && { local: true as const }),
    });
  }
  if (command.local) setAllLocal(step, element, command.variables);
  else setWhereTheyLive(step, element, command.variables);
}
