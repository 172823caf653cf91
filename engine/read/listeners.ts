/** Reads `zeebe:executionListeners`, `zeebe:taskListeners` and `zeebe:jobPriorityDefinition`. */
import {
  TASK_TRANSITIONS,
  type ListenerDefinition,
  type TaskListeners,
  type TaskTransition,
} from '../model/process-model.js';
import type { FlowNodeDraft } from './draft.js';
import type { ProblemList } from '../rules/problem.js';
import { readHeaders } from './mappings.js';
import { children, extension, text, type ModdleElement } from './moddle.js';
import { checkInteger, readOptionalValue, readRetries, readValue } from './values.js';

/**
 * Reads the listeners of an element, in the order of the file, and the priority of its jobs. Those for all runs
 * together belong to the `body` of a multi-instance activity.
 */
export function readListeners(
  source: ModdleElement,
  node: FlowNodeDraft,
  problems: ProblemList,
  body?: FlowNodeDraft,
): void {
  const priority = text(extension(source, 'zeebe:JobPriorityDefinition'), 'priority');
  node.jobPriority = readOptionalValue(priority, node.id, 'job priority', problems);
  if (node.jobPriority) checkInteger(node.jobPriority, node.id, 'job priority', problems);
  for (const listener of children(extension(source, 'zeebe:ExecutionListeners'), 'listeners')) {
    const definition = readListener(listener, node.id, 'An execution listener', problems);
    const event = text(listener, 'eventType');
    if (event === 'end' && node.type === 'complexGateway') {
      const message = 'A complex gateway asks no listener at its end: it has fired long before.';
      problems.error('NOT_SUPPORTED', node.id, message, 'Put the listener at the element behind it.');
    }
    if (event === 'start') node.startListeners.push(definition);
    else if (event === 'end') node.endListeners.push(definition);
    else if (event === 'beforeAll' && body?.loop?.kind === 'multi-instance')
      body.startListeners.push(definition);
    else {
      const message = `An execution listener is asked at "${event ?? ''}", which does not happen.`;
      const hint = 'Use "start" or "end"; at a multi-instance activity "beforeAll" too.';
      problems.error('VALUE_INVALID', node.id, message, hint);
    }
  }
}

/** Reads the task listeners of a user task, in the order of the file; undefined where it has none. */
export function readTaskListeners(
  source: ModdleElement,
  id: string,
  problems: ProblemList,
): TaskListeners | undefined {
  const listeners: { [T in TaskTransition]?: ListenerDefinition[] } = {};
  for (const listener of children(extension(source, 'zeebe:TaskListeners'), 'listeners')) {
    const event = text(listener, 'eventType') ?? '';
    const transition = TASK_TRANSITIONS.find((name) => name.toLowerCase() === event);
    if (transition)
      (listeners[transition] ??= []).push(readListener(listener, id, 'A task listener', problems));
    else {
      const message = `A task listener is asked at "${event}", which does not happen.`;
      const names = TASK_TRANSITIONS.map((name) => `"${name.toLowerCase()}"`).join(', ');
      problems.error('VALUE_INVALID', id, message, `Use one of ${names}.`);
    }
  }
  return Object.keys(listeners).length > 0 ? listeners : undefined;
}

function readListener(
  listener: ModdleElement,
  id: string,
  what: string,
  problems: ProblemList,
): ListenerDefinition {
  const type = text(listener, 'type');
  if (!type?.trim()) problems.error('VALUE_MISSING', id, `${what} has no job type.`, 'Give it a job type.');
  return {
    type: readValue(type ?? '', id, 'listener type', problems),
    retries: readRetries(text(listener, 'retries'), id, 'number of retries of the listener', problems),
    headers: readHeaders(listener, 'headers'),
  };
}
