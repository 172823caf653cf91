/** Commands that begin a root process instance. */
import { raiseIncident } from '../behaviors/incidents.js';
import { askOnEntry } from '../behaviors/conditions.js';
import { openSubscriptions } from '../behaviors/subscriptions.js';
import { beginAtGateway } from '../behaviors/triggers.js';
import { takeVariables, setAllLocal } from '../behaviors/variables.js';
import { enter, enterProcess, goOn, leave } from '../kernel/lifecycle.js';
import type { Step } from '../kernel/step-run.js';
import type { FlowNode } from '../model/process-model.js';
import type { CreateInstance, StartByEvent } from '../records/commands.js';
import type { Rejection } from '../records/rejections.js';
import type { ProcessDefinition } from '../model/definitions.js';
import type { JsonObject } from '../model/json.js';
import type { ElementInstance } from '../state/instance-tree.js';
import type { Key } from '../model/keys.js';

/** Starts at the none start event, or before the elements that were asked for. */
export function createInstance(step: Step, command: CreateInstance): Rejection | void {
  if (step.tree.revision > 0) return alreadyBegun(step);
  const definition = findDefinition(step, command.processDefinitionKey);
  if ('reason' in definition) return definition;
  const { model } = definition;
  const targets: FlowNode[] = [];
  for (const id of command.startBefore ?? []) {
    const node = model.elementsById.get(id);
    if (!node || node.type === 'process') return refuse(`The process "${model.id}" has no element "${id}".`);
    if (node.scope !== model.elements[0]) {
      return refuse(
        `The element "${id}" is inside a sub-process; an instance can start before elements of the process only.`,
      );
    }
    if (node.type === 'boundaryEvent' || node.type === 'startEvent') {
      return refuse(
        `An instance cannot start before "${id}": it is a ${node.type === 'startEvent' ? 'start' : 'boundary'} event.`,
      );
    }
    targets.push(node);
  }
  if (targets.length === 0 && !model.elements[0]?.startEvent) {
    return refuse(
      `The process "${model.id}" has no none start event, so it can only be started by its trigger.`,
    );
  }
  const { tags, businessId } = command;
  const root = enterProcess(step, definition, command.processInstanceKey, null, {
    ...(tags && { tags }),
    ...(businessId !== undefined && { businessId }),
  });
  setAllLocal(step, root, command.variables);
  if (targets.length === 0) return goOn(step, root);
  if (listenAround(step, root)) return;
  for (const target of targets) goOn(step, enter(step, root, target));
}

/** Starts at a start event whose trigger has happened, with the variables the trigger brought. */
export function startByEvent(step: Step, command: StartByEvent): Rejection | void {
  if (step.tree.revision > 0) return alreadyBegun(step);
  const definition = findDefinition(step, command.processDefinitionKey);
  if ('reason' in definition) return definition;
  const start = definition.model.elementsById.get(command.startEventId);
  const gateway = start?.incoming.map(({ source }) => source).find(({ instantiates }) => instantiates);
  if (start?.scope?.type !== 'process' || !(start.type === 'startEvent' || start.instantiates || gateway)) {
    return refuse(`The process "${definition.processId}" has no start event "${command.startEventId}".`);
  }
  const root = enterProcess(step, definition, command.processInstanceKey, null, { trigger: command.trigger });
  if (gateway) beginAtGateway(step, enter(step, root, gateway), start, command.variables);
  else beginAt(step, enter(step, root, start), command.variables);
  listenAround(step, root);
}

function beginAt(step: Step, started: ElementInstance, variables: JsonObject): void {
  if (started.node.instantiates) return leave(step, started, variables);
  takeVariables(step, started, variables);
  goOn(step, started);
}

/**
 * Lets the event sub-processes of a process wait that did not begin at its none start event. Whether one of them
 * interrupted it at once, by a condition that holds.
 */
function listenAround(step: Step, root: ElementInstance): boolean {
  const failure = openSubscriptions(step, root, root.node.catchers);
  if (!failure) return askOnEntry(step, root);
  raiseIncident(step, root, failure, 'subscribe');
  return false;
}

function findDefinition(step: Step, key: Key): ProcessDefinition | Rejection {
  const definition = step.definitions.byKey(key);
  return definition ?? { type: 'NOT_FOUND', reason: `No process definition has the key ${key}.` };
}

function alreadyBegun({ tree }: Step): Rejection {
  const reason = `A process instance with the key ${tree.rootKey} has begun already. Give a new one a key of its own.`;
  return { type: 'ALREADY_EXISTS', reason };
}

function refuse(reason: string): Rejection {
  return { type: 'INVALID_ARGUMENT', reason };
}
