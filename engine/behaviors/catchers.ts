/**
 * Who catches what is thrown inside an instance (BPMN 2.0.2 §10.5.1): seen from the thrower outwards, a boundary
 * event of the activity itself, then the event sub-processes of its scope, then the scope's boundary events, and
 * so on; a called process goes on with its call activity.
 */
import { triggersOf, type FlowNode } from '../model/process-model.js';
import type { ElementInstance } from '../state/instance-tree.js';

/** What is thrown inside an instance and caught by code. */
export type ThrownKind = 'error' | 'escalation';

/** An event that catches, and the element instance it belongs to. */
export interface Catcher {
  readonly host: ElementInstance;
  readonly target: FlowNode;
}

/**
 * Finds the nearest event of a kind whose code fits; one that names the code goes before one that catches all.
 * What is thrown inside an event sub-process is not caught by another one of the same scope.
 */
export function findCatcher(thrower: ElementInstance, kind: ThrownKind, code: string): Catcher | undefined {
  let inside: ElementInstance | null = null;
  for (let host: ElementInstance | null = thrower; host; host = host.scope) {
    const fromEventSubProcess = inside?.node.type === 'eventSubProcess';
    const starts = host.node.catchers.filter(({ attachedTo }) => attachedTo === undefined);
    const target =
      (fromEventSubProcess ? undefined : fitting(starts, kind, code)) ??
      fitting(host.node.boundaryEvents, kind, code);
    if (target) return { host, target };
    inside = host;
  }
  return undefined;
}

function fitting(targets: readonly FlowNode[], kind: ThrownKind, code: string): FlowNode | undefined {
  return (
    targets.find((target) => catches(target, kind, code)) ??
    targets.find((target) => catches(target, kind, undefined))
  );
}

/** Whether one of the event's triggers is of the kind and names this code; undefined stands for every code. */
function catches(target: FlowNode, kind: ThrownKind, code: string | undefined): boolean {
  return triggersOf(target).some((event) => event.kind === kind && event.code?.source === code);
}
