/**
 * Input and output mappings (`zeebe:ioMapping`), one after the other: each sees the results of those before it, and none
 * is set where one of them fails. A target with a path adds to an object: an input's to one that begins empty, so that a
 * local object holds what was mapped alone; an output's to the variable outside, whatever has its name inside.
 */
import type { FeelScope } from '../feel/index.js';
import type { JsonObject, JsonValue } from '../model/json.js';
import { inspectJson } from '../model/json-limits.js';
import type { VariableMapping } from '../model/process-model.js';
import type { Step } from '../kernel/step-run.js';
import { enclosingScope, type ElementInstance } from '../state/instance-tree.js';
import { describe, evaluate, isFailure, scopeOfElement, tooDeep, type Failure } from './evaluate.js';
import { tooLarge } from './variable-size.js';
import { propagate, setAllLocal, variableOf } from './variables.js';

/** Evaluates the input mappings and sets the results in the element's own scope. */
export function applyInputs(step: Step, element: ElementInstance): Failure | undefined {
  const { inputs } = element.node;
  if (inputs.length === 0) return undefined;
  const results = evaluateMappings(step, inputs, scopeOfElement(element), NOTHING);
  if (isFailure(results)) return results;
  setAllLocal(step, element, results.values);
  return undefined;
}

/** Evaluates the output mappings and sets the results outside the element. */
export function applyOutputs(step: Step, element: ElementInstance): Failure | undefined {
  const { outputs } = element.node;
  const outer = enclosingScope(element);
  if (outputs.length === 0 || !outer) return undefined;
  const kept = keptInRun(element);
  const homeOf = (name: string): ElementInstance => (name === kept ? element : outer);
  const outside: FeelScope = { lookup: (name) => scopeOfElement(homeOf(name)).lookup(name) };
  const results = evaluateMappings(step, outputs, scopeOfElement(element), outside);
  if (isFailure(results)) return results;
  for (const [name, value] of Object.entries(results.values))
    propagate(step, homeOf(name), { [name]: value });
  return undefined;
}

/** The variable that stays in a run of a multi-instance activity, because the output element reads it there. */
function keptInRun({ scope }: ElementInstance): string | undefined {
  const loop = scope?.node.loop;
  return loop?.kind === 'multi-instance' ? variableOf(loop.outputElement) : undefined;
}

const NOTHING: FeelScope = { lookup: () => undefined };

type Values = Record<string, JsonValue>;

/** What the mappings give, by variable. `outside` has the objects that paths add to. */
function evaluateMappings(
  step: Step,
  mappings: readonly VariableMapping[],
  visible: FeelScope,
  outside: FeelScope,
): { readonly values: Values } | Failure {
  const results = Object.create(null) as Values;
  // What the next mappings see: of a path only what was mapped is new, the rest is as the element sees it.
  const seen = Object.create(null) as Values;
  const lookup = (name: string): JsonValue | undefined =>
    (name in seen ? seen[name] : visible.lookup(name)) as JsonValue | undefined;
  for (const { source, target } of mappings) {
    const outcome = evaluate(source, { lookup }, step.now);
    if (isFailure(outcome)) return unmapped(outcome);
    const [name, ...path] = target as [string, ...string[]];
    const base = name in results ? results[name] : (outside.lookup(name) as JsonValue | undefined);
    const result = withPath(base, target, path, outcome.value);
    if (isFailure(result)) return unmapped(result);
    results[name] = result.value;
    if (path.length > 0 && inspectJson(result.value).fault?.kind === 'too deep')
      return unmapped(tooDeep(source.source));
    const large = tooLarge(step, name, result.value);
    if (large) return unmapped(large);
    const view = outside === NOTHING ? result : withPath(lookup(name), target, path, outcome.value);
    seen[name] = isFailure(view) ? result.value : view.value;
  }
  return { values: results };
}

function unmapped({ message }: Failure): Failure {
  return { failure: 'IO_MAPPING_ERROR', message };
}

/** A copy of an object with a value at the end of a path. What is no object on the way is in the way, and stays. */
function withPath(
  base: JsonValue | undefined,
  target: readonly string[],
  path: readonly string[],
  value: JsonValue,
): { readonly value: JsonValue } | Failure {
  const [name, ...rest] = path;
  if (name === undefined) return { value };
  if (!isObject(base ?? {})) {
    const place = target.slice(0, target.length - path.length).join('.');
    const message = `The mapping to "${target.join('.')}" finds ${describe(base ?? null)} at "${place}", which has no parts.`;
    return { failure: 'IO_MAPPING_ERROR', message };
  }
  const object = (base ?? {}) as JsonObject;
  const inside = withPath(Object.hasOwn(object, name) ? object[name] : undefined, target, rest, value);
  return isFailure(inside) ? inside : { value: { ...object, [name]: inside.value } };
}

function isObject(value: JsonValue): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
