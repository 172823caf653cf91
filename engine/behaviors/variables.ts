/** Setting variables: in the scope that has them, else at the process instance; and the mappings in and out. */
import { writeJson } from '../model/exact-json.js';
import type { JsonObject, JsonValue } from '../model/json.js';
import { inspectJson } from '../model/json-limits.js';
import type { ModelValue, VariableMapping } from '../model/process-model.js';
import { append, newKey, type Step } from '../kernel/step-run.js';
import { enclosingScope, type ElementInstance } from '../state/instance-tree.js';
import { evaluate, scopeOfElement, tooDeep, type Failure } from './evaluate.js';
import type { FeelScope } from '../feel/index.js';

/** Sets a variable in one scope. Nothing is appended where the value is the same. */
export function setLocal(step: Step, scope: ElementInstance, name: string, value: JsonValue): void {
  const existing = scope.variables?.get(name);
  if (existing && sameJson(existing.value, value)) return;
  step.conditionsChanged = true;
  step.changedVariables.add(`${existing ? 'update' : 'create'} ${name}`);
  const type = existing ? 'variable updated' : 'variable created';
  append(step, scope, type, { variableKey: existing?.key ?? newKey(step), name, value });
}

/** Sets variables in one scope. */
export function setAllLocal(step: Step, scope: ElementInstance, variables: JsonObject): void {
  for (const [name, value] of Object.entries(variables)) setLocal(step, scope, name, value ?? null);
}

/**
 * Sets each variable in the nearest scope that has it, seen from `from` outwards; one that no scope has is
 * created at the process instance.
 */
export function propagate(step: Step, from: ElementInstance, variables: JsonObject): void {
  for (const [name, value] of Object.entries(variables)) {
    setLocal(step, owner(from, name), name, value ?? null);
  }
}

function owner(from: ElementInstance, name: string): ElementInstance {
  let scope = from;
  for (;;) {
    if (scope.variables?.has(name)) return scope;
    const outer = enclosingScope(scope);
    if (!outer) return scope;
    scope = outer;
  }
}

/**
 * Makes the variable that an output element reads a variable of this run, so that runs side by side do not write
 * over each other's result before it is collected.
 */
export function keepOutputLocal(step: Step, run: ElementInstance, output: ModelValue | undefined): void {
  const name = /^=\s*([\p{L}_][\p{L}\p{N}_]*)/u.exec(output?.source ?? '')?.[1];
  if (!name || !output?.feel?.names.includes(name) || run.variables?.has(name)) return;
  setLocal(step, run, name, null);
}

/** Evaluates the input mappings and sets the results in the element's own scope; none where one of them fails. */
export function applyInputs(step: Step, element: ElementInstance): Failure | undefined {
  if (element.node.inputs.length === 0) return undefined;
  const { results, failure } = evaluateMappings(step, element, element.node.inputs, null);
  if (!failure) setAllLocal(step, element, results);
  return failure;
}

/** Evaluates the output mappings and sets the results outside the element; none where one of them fails. */
export function applyOutputs(step: Step, element: ElementInstance): Failure | undefined {
  const outer = enclosingScope(element);
  if (element.node.outputs.length === 0 || !outer) return undefined;
  const { results, failure } = evaluateMappings(step, element, element.node.outputs, element);
  if (!failure) propagate(step, outer, results);
  return failure;
}

/** Takes the variables an element brings with it: kept for its output mappings, else set where they belong. */
export function takeVariables(step: Step, element: ElementInstance, variables: JsonObject): void {
  if (element.node.outputs.length > 0) setAllLocal(step, element, variables);
  else propagate(step, element, variables);
}

/**
 * Evaluates mappings in order: each sees the results of those before it. A target with a path adds to the object
 * that `merged` sees under its name; an input's starts anew, so that a local object holds what was mapped alone.
 */
function evaluateMappings(
  step: Step,
  element: ElementInstance,
  mappings: readonly VariableMapping[],
  merged: ElementInstance | null,
): { readonly results: JsonObject; readonly failure?: Failure } {
  const results: Record<string, JsonValue> = Object.create(null) as Record<string, JsonValue>;
  const visible = scopeOfElement(element);
  const scope: FeelScope = {
    lookup: (name) => (name in results ? results[name] : visible.lookup(name)),
  };
  for (const { source, target } of mappings) {
    const { value, failure } = evaluate(source, scope, step.now);
    if (failure) return { results, failure: unmapped(failure) };
    const [name, ...path] = target as [string, ...string[]];
    const base = merged || name in results ? scope.lookup(name) : undefined;
    results[name] = path.length === 0 ? value : withPath(base as JsonValue | undefined, path, value);
    if (path.length > 0 && inspectJson(results[name]).fault?.kind === 'too deep')
      return { results, failure: unmapped(tooDeep(source.source)) };
  }
  return { results };
}

function unmapped({ message }: Failure): Failure {
  return { failure: 'IO_MAPPING_ERROR', message };
}

/** A copy of an object with a value set at a path; what is no object on the way becomes one. */
function withPath(base: JsonValue | undefined, path: readonly string[], value: JsonValue): JsonValue {
  const [name, ...rest] = path;
  if (name === undefined) return value;
  const object =
    base !== null && typeof base === 'object' && !Array.isArray(base) ? (base as JsonObject) : {};
  return { ...object, [name]: withPath(object[name], rest, value) };
}

/** Whether two JSON values are written the same. */
function sameJson(left: JsonValue, right: JsonValue): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  return writeJson(left) === writeJson(right);
}
