/** What a change of a user task does once its listeners have answered, and where the task has none for it. */
import { leave } from '../kernel/lifecycle.js';
import { append, type Step } from '../kernel/step-run.js';
import type { EventData } from '../records/engine-events.js';
import type { UserTaskChange, UserTaskState } from '../state/instance-tree.js';
import { closeIncident } from './incidents.js';
import { askNext, beginChange, taskListenersOf } from './task-listeners.js';
import { goOnAfterTermination } from './triggers.js';
import { propagate, setAllLocal } from './variables.js';

/** Makes a change: after its listeners have let it go on, at once where there are none. */
export function changeUserTask(
  step: Step,
  task: UserTaskState,
  change: EventData['user task change begun'],
): void {
  const listens = taskListenersOf(task.element, change.transition).length > 0;
  if (!listens) {
    const { transition, action, changes, variables = null, local = false, signature } = change;
    const made = { transition, action, changes, variables, local, signature };
    return happen(step, task, { ...made, listenersDone: 0 });
  }
  beginChange(step, task, change);
  goOnChanging(step, task);
}

/** Asks the next listener about the change under way, or lets the change happen. */
export function goOnChanging(step: Step, task: UserTaskState): void {
  if (askNext(step, task) === 'done' && task.change) happen(step, task, task.change);
}

/** Gives the task to the assignee that its model, or a listener of its creation, names. */
export function assignInitially(step: Step, task: UserTaskState): void {
  const { key: userTaskKey, initialAssignee: assignee } = task;
  if (assignee === null) return;
  changeUserTask(step, task, {
    userTaskKey,
    transition: 'ASSIGNING',
    action: 'assign',
    changes: { assignee },
  });
}

function happen(step: Step, task: UserTaskState, change: UserTaskChange): void {
  const { key: userTaskKey, element } = task;
  const { action, changes, variables, signature } = change;
  const { assignee = task.attributes.assignee, ...others } = changes;
  const corrections = Object.keys(others).length > 0 ? { corrections: others } : {};
  switch (change.transition) {
    case 'CREATING':
      append(step, element, 'user task ready', { userTaskKey, corrections: changes });
      return assignInitially(step, task);
    case 'ASSIGNING':
      return append(step, element, 'user task assigned', { userTaskKey, assignee, action, ...corrections });
    case 'UPDATING':
      append(step, element, 'user task updated', { userTaskKey, action, ...changes });
      if (variables && change.local) setAllLocal(step, element, variables);
      else if (variables) propagate(step, element, variables);
      return;
    case 'COMPLETING': {
      const brought = variables ?? {};
      append(step, element, 'user task completed', {
        userTaskKey,
        assignee,
        action,
        variables: brought,
        ...(signature && { signature }),
        ...corrections,
      });
      return leave(step, element, brought);
    }
    case 'CANCELING':
      append(step, element, 'user task cancelled', { userTaskKey });
      closeIncident(step, element);
      append(step, element, 'element terminated', {});
      return goOnAfterTermination(step, element);
  }
}
