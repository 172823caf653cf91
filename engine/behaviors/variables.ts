/** Setting variables: in the scope that has them, else at the process instance. */
import { writeJson } from '../model/exact-json.js';
import type { JsonObject, JsonValue } from '../model/json.js';
import type { ModelValue } from '../model/process-model.js';
import { append, newKey, type Step } from '../kernel/step-run.js';
import { enclosingScope, type ElementInstance } from '../state/instance-tree.js';

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
 * created at the process instance. What runs put together belongs to their activity alone: they bring back a copy of it
 * as it was when they began, which is left out.
 */
export function propagate(step: Step, from: ElementInstance, variables: JsonObject): void {
  for (const [name, value] of Object.entries(variables)) {
    const scope = owner(from, name);
    if (!collectsAs(scope, name)) setLocal(step, scope, name, value ?? null);
  }
}

/** The same for whoever sets variables from outside, and means the one that is there. */
export function setWhereTheyLive(step: Step, from: ElementInstance, variables: JsonObject): void {
  for (const [name, value] of Object.entries(variables))
    setLocal(step, owner(from, name), name, value ?? null);
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

/** Whether a scope is an activity whose runs put their results together in this variable. */
function collectsAs({ node: { loop }, variables }: ElementInstance, name: string): boolean {
  return loop?.kind === 'multi-instance' && loop.outputCollection === name && variables?.has(name) === true;
}

/**
 * Makes the variable that an output element reads a variable of this run, so that runs side by side do not write
 * over each other's result before it is collected.
 */
export function keepOutputLocal(step: Step, run: ElementInstance, output: ModelValue | undefined): void {
  const name = variableOf(output);
  if (name !== undefined && !run.variables?.has(name)) setLocal(step, run, name, null);
}

/** The variable that an output element reads. */
export function variableOf(output: ModelValue | undefined): string | undefined {
  const name = /^=\s*([\p{L}_][\p{L}\p{N}_]*)/u.exec(output?.source ?? '')?.[1];
  return name !== undefined && output?.feel?.names.includes(name) ? name : undefined;
}

/** Takes the variables an element brings with it: kept for its output mappings, else set where they belong. */
export function takeVariables(step: Step, element: ElementInstance, variables: JsonObject): void {
  if (element.node.outputs.length > 0) setAllLocal(step, element, variables);
  else propagate(step, element, variables);
}

/** Whether two JSON values are written the same. */
function sameJson(left: JsonValue, right: JsonValue): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  return writeJson(left) === writeJson(right);
}
