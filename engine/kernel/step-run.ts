/**
 * A running step: the tree, the clock, and an agenda of moves still to make. Processors append engine events
 * and add to the agenda; nothing here recurses, so a chain of any length runs on a flat stack.
 */
import { applyEvent } from '../appliers/index.js';
import type { ElementType } from '../model/element-types.js';
import { jsonSize } from '../model/json-size.js';
import type { Key } from '../model/keys.js';
import type { SequenceFlow } from '../model/process-model.js';
import type { EngineEvent, EventData, EventType } from '../records/engine-events.js';
import { isBeingStopped, type ElementInstance, type InstanceTree } from '../state/instance-tree.js';
import { STEP_EVENT_LIMIT } from './postponed.js';
import type { Processor } from './processor.js';
import type { StepContext } from './step-types.js';

/** A move still to make. */
export type Move =
  /** A token on a flow looks whether its target can be activated. */
  | { readonly op: 'arrive'; readonly flow: SequenceFlow; readonly scope: ElementInstance }
  /** An activated element goes on to its wait state. */
  | { readonly op: 'activate'; readonly element: ElementInstance }
  /** An activated element tries its own work again. */
  | { readonly op: 'begin'; readonly element: ElementInstance }
  /** An element that did its work leaves. */
  | { readonly op: 'complete'; readonly element: ElementInstance }
  /** An element that waits for other elements looks whether it can go on. */
  | { readonly op: 'resume'; readonly element: ElementInstance }
  /** What was too much for one step to stop is stopped further. */
  | { readonly op: 'terminate'; readonly element: ElementInstance }
  /** A scope looks whether anything in it still moves. */
  | { readonly op: 'end scope'; readonly scope: ElementInstance };

/** A running step. */
export interface Step extends StepContext {
  readonly tree: InstanceTree;
  readonly events: EngineEvent[];
  readonly agenda: Move[];
  /** Engine events after which what is left is postponed. */
  readonly eventLimit: number;
  /** Characters of what the moves of this step write: values of variables, and whatever else may be large. */
  weight: number;
  /** Elements that completed, and characters that were written, in the steps that this one goes on from. */
  movedBefore: number;
  weightBefore: number;
  /** Scopes in which tokens moved since the joins that look around were last asked. */
  readonly movedScopes: Set<ElementInstance>;
  /** Whether a variable or a conditional subscription is new since conditions were last asked. */
  conditionsChanged: boolean;
  /** The variables that changed since conditions were last asked: `create amount`, `update amount`. */
  readonly changedVariables: Set<string>;
  /** How elements behave, given in so that the kernel's loop knows none of them. */
  readonly processors: Processors;
  /** Asks every waiting condition; whether one was met. */
  readonly askConditions: (step: Step) => boolean;
}

/** The processor of every element type. */
export type Processors = Readonly<Record<ElementType, Processor>>;

/** Begins a step on a tree. */
export function beginStep(
  tree: InstanceTree,
  context: StepContext,
  { processors, askConditions }: Pick<Step, 'processors' | 'askConditions'>,
): Step {
  return {
    tree,
    now: context.now,
    definitions: context.definitions,
    nextKey: context.nextKey.bind(context),
    events: [],
    agenda: [],
    eventLimit: context.eventLimit ?? STEP_EVENT_LIMIT,
    variableLimit: context.variableLimit,
    weight: 0,
    movedBefore: 0,
    weightBefore: 0,
    movedScopes: new Set(),
    conditionsChanged: false,
    changedVariables: new Set(),
    processors,
    askConditions,
  };
}

/** The events after which joins may have something to do: a token moved, or comes no further, or goes on. */
const MOVES: ReadonlySet<EventType> = new Set<EventType>([
  'flow taken',
  'token discarded',
  'element completed',
  'element terminating',
  'element terminated',
  'termination begun',
  'interruption begun',
  'incident resolved',
]);

/** Appends an engine event about an element instance, and applies it. */
export function append<T extends EventType>(
  step: Step,
  element: ElementInstance,
  type: T,
  data: EventData[T],
  flowId: string | null = null,
): void {
  appendRaw(step, {
    type,
    processInstanceKey: element.processInstanceKey,
    processDefinitionKey: element.definition.key,
    elementId: element.node.id,
    elementInstanceKey: element.key,
    flowId,
    data,
  } as EngineEvent);
  if (element.definition.model.looksAround && MOVES.has(type)) {
    noteMove(step, element);
    noteMove(step, element.scope);
  }
}

/** Remembers that a scope must ask its joins again; only models that have such joins pay for it. */
export function noteMove(step: Step, scope: ElementInstance | null): void {
  if (scope?.definition.model.looksAround) step.movedScopes.add(scope);
}

/** Appends an engine event that begins an element instance, and applies it. */
export function appendRaw(step: Step, event: EngineEvent): void {
  applyEvent(step.tree, event, step.definitions);
  step.events.push(event);
  step.weight += weightOf(event);
}

/** The events whose data may be large: the others are small, and limited by their number. */
const HEAVY: ReadonlySet<EventType> = new Set<EventType>([
  'variable created',
  'variable updated',
  'element completed',
  'loop started',
  'decision evaluated',
  'signal thrown',
  'interruption begun',
]);

function weightOf({ type, data }: EngineEvent): number {
  return HEAVY.has(type) ? jsonSize(data) : 0;
}

/** Whether an element instance is still there and not being stopped: a move may come after it was terminated. */
export function isAlive(step: Step, element: ElementInstance): boolean {
  return isThere(step, element) && !isBeingStopped(element);
}

/** Whether an element instance is not over, be it that it is being stopped. */
export function isThere(step: Step, element: ElementInstance): boolean {
  return step.tree.elements.get(element.key) === element;
}

/** Whether there is still something to do for a move. */
export function isDue(step: Step, move: Move): boolean {
  if (move.op === 'arrive')
    return isAlive(step, move.scope) && Boolean(move.scope.tokens?.get(move.flow.index));
  if (move.op === 'terminate') return isThere(step, move.element);
  return isAlive(step, move.op === 'end scope' ? move.scope : move.element);
}

/** A key for something new. */
export function newKey(step: Step): Key {
  return step.nextKey();
}
