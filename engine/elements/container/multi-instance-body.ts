/**
 * The body of a multi-instance or loop activity (BPMN 2.0.2 §10.3.8, §13.3.6, §13.3.7): a scope around the runs of
 * the activity, which have its id too. Boundary events belong to the body: they concern all runs together.
 */
import {
  evaluate,
  evaluateCondition,
  extractFailure,
  describe,
  isFailure,
  scopeOfElement,
  type Failure,
} from '../../behaviors/evaluate.js';
import { beginCollection, placeInCollection } from '../../behaviors/collection.js';
import { scopeOfLoop, scopeOfRun } from '../../behaviors/loop-scope.js';
import { terminateChildren } from '../../behaviors/termination.js';
import { tooLarge } from '../../behaviors/variable-size.js';
import { keepOutputLocal, propagate, setLocal } from '../../behaviors/variables.js';
import { activateElement, goOn } from '../../kernel/lifecycle.js';
import type { CompletionNote, Processor } from '../../kernel/processor.js';
import { append, type Step } from '../../kernel/step-run.js';
import type { JsonValue } from '../../model/json.js';
import type { FeelScope } from '../../feel/index.js';
import type { FlowNode, LoopDefinition, ModelValue } from '../../model/process-model.js';
import type { ElementInstance, LoopState } from '../../state/instance-tree.js';

/** The most runs one multi-instance activity can have; more raise an incident. */
export const LOOP_SIZE_LIMIT = 100_000;

/** Runs side by side that one move begins. */
const RUNS_AT_ONCE = 500;

type MultiInstance = Extract<LoopDefinition, { kind: 'multi-instance' }>;
type StandardLoop = Extract<LoopDefinition, { kind: 'standard' }>;

/** Starts the runs and completes when they are through, or when the completion condition holds. */
export const multiInstanceBody: Processor = {
  activate(step, body) {
    const loop = body.node.loop as LoopDefinition;
    return loop.kind === 'standard' ? beginLoop(step, body, loop) : beginRuns(step, body, loop);
  },

  collect(step, body, run) {
    const loop = body.node.loop as LoopDefinition;
    return loop.kind === 'multi-instance' ? collectRun(step, body, run, loop) : {};
  },

  resume(step, body) {
    const state = body.loop as LoopState;
    if (!state.enough) beginMore(step, body, body.node.loop as MultiInstance, state.items);
  },

  afterChild(step, body) {
    const loop = body.node.loop as LoopDefinition;
    const state = body.loop as LoopState;
    const more =
      loop.kind === 'standard' ? loopAgain(step, body, loop, state) : runAgain(step, body, loop, state);
    if (more === false && loop.kind === 'multi-instance') {
      const large = giveResults(step, body, loop, state);
      if (large) return large;
    }
    return isFailure(more) ? more : !more;
  },
};

function beginRuns(step: Step, body: ElementInstance, loop: MultiInstance): Failure | undefined {
  const items = itemsOf(step, body, loop);
  if (isFailure(items)) return items;
  if (items.length > LOOP_SIZE_LIMIT) {
    return extractFailure(`The activity would run ${items.length} times; the limit is ${LOOP_SIZE_LIMIT}.`);
  }
  const isSpread = loop.sequential || items.length > RUNS_AT_ONCE;
  append(step, body, 'loop started', {
    size: items.length,
    ...(isSpread && loop.collection && { items }),
  });
  beginCollection(step, body, loop.outputCollection, items.length);
  if (loop.sequential && items.length > 0) run(step, body, loop, 1, items[0]);
  else if (!loop.sequential) beginMore(step, body, loop, items);
  if (items.length === 0) step.agenda.push({ op: 'end scope', scope: body });
  return undefined;
}

/** Begins as many runs side by side as one move may; the next ones follow with a move of their own. */
function beginMore(
  step: Step,
  body: ElementInstance,
  loop: MultiInstance,
  items: readonly JsonValue[] | null,
): void {
  const { started, size } = body.loop as LoopState;
  const end = Math.min(size ?? 0, started + RUNS_AT_ONCE);
  for (let index = started; index < end; index += 1) {
    run(step, body, loop, index + 1, items?.[index] ?? null);
  }
  if (end < (size ?? 0)) step.agenda.push({ op: 'resume', element: body });
}

function itemsOf(step: Step, body: ElementInstance, loop: MultiInstance): readonly JsonValue[] | Failure {
  const scope = scopeOfElement(body);
  if (loop.collection) {
    const named = listNamed(loop.collection, scope);
    if (named) return named;
    const outcome = evaluate(loop.collection, scope, step.now);
    if (isFailure(outcome)) return outcome;
    const { value, warning } = outcome;
    if (Array.isArray(value))
      return tooLarge(step, loop.inputElement ?? 'item', value) ?? (value as readonly JsonValue[]);
    return extractFailure(
      `The input collection "${loop.collection.source}" gave ${describe(value)}${warning}; it must give a list.`,
    );
  }
  const outcome = loop.cardinality ? evaluate(loop.cardinality, scope, step.now) : { value: null };
  if (isFailure(outcome)) return outcome;
  const { value } = outcome;
  const count = typeof value === 'string' ? Number(value) : value;
  if (typeof count === 'number' && Number.isInteger(count) && count >= 0 && count <= LOOP_SIZE_LIMIT) {
    return new Array<JsonValue>(count).fill(null);
  }
  return extractFailure(
    `The loop cardinality "${loop.cardinality?.source ?? ''}" gave ${describe(value)}; it must give a whole number up to ${LOOP_SIZE_LIMIT}.`,
  );
}

/**
 * The list where the collection is the name of a variable and nothing more: it need not go through FEEL, whose limit on
 * work a long list would meet before it meets the limit of runs.
 */
function listNamed(collection: ModelValue, scope: FeelScope): readonly JsonValue[] | undefined {
  const name = /^=\s*([\p{L}_][\p{L}\p{N}_]*)\s*$/u.exec(collection.source)?.[1];
  const value = name !== undefined && collection.feel?.names.includes(name) ? scope.lookup(name) : undefined;
  return Array.isArray(value) ? (value as readonly JsonValue[]) : undefined;
}

/** Starts one run, with its item and its number as variables of its own. */
function run(step: Step, body: ElementInstance, loop: MultiInstance, counter: number, item: JsonValue): void {
  const instance = activateElement(step, body, body.node.inner as FlowNode, undefined, {
    loopCounter: counter,
  });
  if (loop.inputElement) setLocal(step, instance, loop.inputElement, item);
  setLocal(step, instance, 'loopCounter', counter);
  keepOutputLocal(step, instance, loop.outputElement);
  goOn(step, instance);
}

/** What a run gives, and whether it was the last that is needed. */
function collectRun(
  step: Step,
  body: ElementInstance,
  run: ElementInstance,
  loop: MultiInstance,
): CompletionNote | Failure {
  const state = body.loop as LoopState;
  const collectedOne = loop.outputElement && evaluate(loop.outputElement, scopeOfElement(run), step.now);
  if (isFailure(collectedOne)) return collectedOne;
  const output = collectedOne?.value;
  const place =
    output === undefined
      ? {}
      : placeInCollection(step, body, loop.outputCollection, output, run.loopCounter - 1);
  if (isFailure(place)) return place;
  const note = output === undefined ? {} : { output, ...place };
  if (!loop.completionCondition) return note;
  const results = () =>
    (state.results ?? []).map((other, index) => (index === run.loopCounter - 1 ? (output ?? null) : other));
  const collected =
    loop.outputCollection === undefined ? undefined : { name: loop.outputCollection, results };
  const enough = evaluateCondition(
    loop.completionCondition,
    scopeOfRun(body, run, state, collected),
    step.now,
  );
  if (isFailure(enough)) return enough;
  return enough ? { ...note, enough } : note;
}

/** Whether runs are left: starts the next one of a sequence. */
function runAgain(step: Step, body: ElementInstance, loop: MultiInstance, state: LoopState): boolean {
  if (state.enough) {
    terminateChildren(step, body);
    return false;
  }
  if (loop.sequential && body.children.size === 0 && state.started < (state.size ?? 0)) {
    run(step, body, loop, state.started + 1, state.items?.[state.started] ?? null);
    return true;
  }
  return body.children.size > 0 || (!loop.sequential && state.started < (state.size ?? 0));
}

/** The output collection belongs outside the activity. */
function giveResults(
  step: Step,
  body: ElementInstance,
  loop: MultiInstance,
  state: LoopState,
): Failure | undefined {
  if (!loop.outputCollection || !state.results || !body.scope) return undefined;
  const large = tooLarge(step, loop.outputCollection, state.results);
  if (large) return large;
  propagate(step, body.scope, { [loop.outputCollection]: [...state.results] });
  return undefined;
}

function beginLoop(step: Step, body: ElementInstance, loop: StandardLoop): Failure | undefined {
  append(step, body, 'loop started', { size: null });
  const again = loop.testBefore ? loopAgain(step, body, loop, body.loop as LoopState) : nextLoop(step, body);
  if (isFailure(again)) return again;
  if (!again) step.agenda.push({ op: 'end scope', scope: body });
  return undefined;
}

function loopAgain(
  step: Step,
  body: ElementInstance,
  loop: StandardLoop,
  state: LoopState,
): boolean | Failure {
  if (body.children.size > 0) return true;
  if (loop.maximum !== undefined && state.started >= loop.maximum) return false;
  if (!loop.condition)
    return state.started === 0 || loop.maximum !== undefined ? nextLoop(step, body) : false;
  const again = evaluateCondition(loop.condition, scopeOfLoop(body, state), step.now);
  if (isFailure(again)) return again;
  return again ? nextLoop(step, body) : false;
}

function nextLoop(step: Step, body: ElementInstance): true {
  const counter = (body.loop as LoopState).started + 1;
  const instance = activateElement(step, body, body.node.inner as FlowNode, undefined, {
    loopCounter: counter,
  });
  setLocal(step, instance, 'loopCounter', counter);
  goOn(step, instance);
  return true;
}
