/**
 * Events that nothing can trigger (BPMN 2.0.2 §10.5.5): an error, an escalation or a cancellation is caught on its way
 * outwards, so that something that the event listens to has to throw it. A worker can throw any error, and whatever a
 * called process throws is not known here.
 */
import {
  triggersOf,
  type EventDefinition,
  type FlowNode,
  type ProcessModel,
} from '../model/process-model.js';
import type { ProblemList } from './problem.js';

type Caught = Extract<EventDefinition, { kind: 'error' | 'escalation' | 'cancel' }>;

/** What an element and all inside it may throw; any code where it is not known. */
interface Thrown {
  readonly codes: Set<string>;
  isAny: boolean;
}

/** Checks boundary events and the starts of event sub-processes. */
export function untriggered(model: ProcessModel, problems: ProblemList): void {
  for (const node of model.elements) {
    const sources = sourcesOf(node);
    const triggers = triggersOf(node);
    if (!sources || triggers.some((event) => !isCaught(event) || canCome(event, sources))) continue;
    const [{ kind }] = triggers as [Caught];
    const where = node.attachedTo ? `"${node.attachedTo.name ?? node.attachedTo.id}"` : 'the scope around it';
    const message = `Nothing in ${where} can throw the ${kind} that the event waits for, so it never happens.`;
    problems.warn('EVENT_UNTRIGGERED', node.id, message, `Throw the ${kind} there, or remove the event.`);
  }
}

function isCaught({ kind }: EventDefinition): boolean {
  return kind === 'error' || kind === 'escalation' || kind === 'cancel';
}

/** The elements from which an event catches; undefined for one that catches in no such way. */
function sourcesOf({ type, attachedTo, scope }: FlowNode): readonly FlowNode[] | undefined {
  if (attachedTo) return [attachedTo];
  if (type !== 'startEvent' || scope?.type !== 'eventSubProcess') return undefined;
  const around = scope.scope;
  const listens = around && (around.startListeners.length > 0 || around.endListeners.length > 0);
  // A listener of the scope itself may throw too.
  return listens ? [around] : (around?.children.filter((sibling) => sibling !== scope) ?? []);
}

function canCome(event: EventDefinition, sources: readonly FlowNode[]): boolean {
  const thrown: Thrown = { codes: new Set(), isAny: false };
  const ahead = [...sources];
  for (let node = ahead.pop(); node && !thrown.isAny; node = ahead.pop()) {
    gather(node, event.kind, thrown);
    ahead.push(...node.children);
    if (node.inner) ahead.push(node.inner);
  }
  if (thrown.isAny) return true;
  const code = 'code' in event ? event.code?.source : undefined;
  return code === undefined ? thrown.codes.size > 0 : thrown.codes.has(code);
}

function gather(node: FlowNode, kind: EventDefinition['kind'], thrown: Thrown): void {
  const byWorker = node.job ?? [...node.startListeners, ...node.endListeners][0];
  if ((kind === 'error' && byWorker) || (kind !== 'cancel' && node.calledElement)) thrown.isAny = true;
  if (node.type !== 'endEvent' && node.type !== 'intermediateThrowEvent') return;
  for (const event of triggersOf(node)) {
    if (event.kind !== kind) continue;
    const code = 'code' in event ? event.code : undefined;
    if (code?.feel) thrown.isAny = true;
    thrown.codes.add(code?.source ?? '');
  }
}
