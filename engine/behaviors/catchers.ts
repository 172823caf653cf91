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
 * What is thrown inside an event sub-process is caught by another one of the same scope where the scope was not
 * interrupted by the first (§10.5.6), and never by the one it is thrown in.
 */
export function findCatcher(thrower: ElementInstance, kind: ThrownKind, code: string): Catcher | undefined {
  let inside: ElementInstance | null = null;
  for (let host: ElementInstance | null = thrower; host; host = host.scope) {
    const target =
      fitting(startsBeside(host, inside), kind, code) ?? fitting(host.node.boundaryEvents, kind, code);
    if (target) return { host, target };
    inside = host;
  }
  return undefined;
}

/** The starts of a scope's event sub-processes that can still begin while something runs `inside` the scope. */
function startsBeside(host: ElementInstance, inside: ElementInstance | null): readonly FlowNode[] {
  const starts = host.node.catchers.filter(({ attachedTo }) => attachedTo === undefined);
  if (inside?.node.type !== 'eventSubProcess') return starts;
  return hasInterrupted(inside) ? [] : starts.filter(({ scope }) => scope !== inside.node);
}

/** Whether an event sub-process ended everything else in its scope when it began; one that only undoes did not. */
function hasInterrupted({ node, undoesFor }: ElementInstance): boolean {
  if (undoesFor !== null) return false;
  return node.children.some(({ type, interrupting }) => type === 'startEvent' && interrupting);
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
