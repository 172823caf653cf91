/** Commands to what is being stopped: it is as good as gone, though a later step removes it. */
import type { Step } from '../kernel/step-run.js';
import type { Command } from '../records/commands.js';
import type { Rejection } from '../records/rejections.js';
import type { ElementInstance, InstanceTree } from '../state/instance-tree.js';

/** Why a command cannot be given to an element instance that is doomed; undefined where it can. */
export function whyStopped({ tree }: Step, command: Command): Rejection | undefined {
  const element = subjectOf(tree, command);
  if (!element?.isDoomed) return undefined;
  const reason = `The element instance ${element.key} of "${element.node.id}" is being stopped.`;
  return { type: 'INVALID_STATE', reason };
}

/** The element instance that a command is about; undefined where it is about none, or nothing is there. */
function subjectOf(tree: InstanceTree, command: Command): ElementInstance | undefined {
  if ('jobKey' in command) return tree.jobs.get(command.jobKey)?.element;
  if ('userTaskKey' in command) return tree.userTasks.get(command.userTaskKey)?.element;
  if ('timerKey' in command) return tree.subscriptions.get(command.timerKey)?.element;
  if ('subscriptionKey' in command) return tree.subscriptions.get(command.subscriptionKey)?.element;
  if ('incidentKey' in command) return tree.incidents.get(command.incidentKey)?.element;
  if ('elementInstanceKey' in command) return tree.elements.get(command.elementInstanceKey);
  return 'processInstanceKey' in command ? tree.elements.get(command.processInstanceKey) : undefined;
}
