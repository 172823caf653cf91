/** Setting variables: in the scope that has them, else at the process instance. */
import { writeJson } from '../model/exact-json.js';
import type { JsonObject, JsonValue } from '../model/json.js';
import type { ModelValue, ProcessModel } from '../model/process-model.js';
import { append, newKey, noteMove, type Step } from '../kernel/step-run.js';
import { enclosingScope, type ElementInstance } from '../state/instance-tree.js';

/** Sets a variable in one scope. Nothing is appended where the value is the same. */
export function setLocal(step: Step, scope: ElementInstance, name: string, value: JsonValue): void {
  const existing = scope.variables?.get(name);
  if (existing && sameJson(existing.value, value)) return;
  noteChange(step, scope, existing ? 'update' : 'create', name);
  const type = existing ? 'variable updated' : 'variable created';
  append(step, scope, type, { variableKey: existing?.key ?? newKey(step), name, value });
}

/** Remembers that a variable changes: conditions that wait for it are asked again, and joins that count on it. */
export function noteChange(
  step: Step,
  scope: ElementInstance,
  change: 'create' | 'update',
  name: string,
): void {
  step.conditionsChanged = true;
  step.changedVariables.add(`${change} ${name}`);
  if (asksFor(scope.definition.model, name)) noteInside(step, scope);
}

/** The variables that activation conditions of a model ask for, found once. */
const asked = new WeakMap<ProcessModel, ReadonlySet<string>>();

function asksFor(model: ProcessModel, name: string): boolean {
  if (!model.looksAround) return false;
  let names = asked.get(model);
  if (!names) {
    const conditions = model.elements.map(({ activationCondition }) => activationCondition);
    names = new Set(conditions.flatMap((condition) => condition?.feel?.names ?? []));
    asked.set(model, names);
  }
  return names.has(name);
}

/** A variable is seen in its scope and in all scopes inside it, but not in the processes that are called there. */
function noteInside(step: Step, scope: ElementInstance): void {
  if (scope.tokens) noteMove(step, scope);
  for (const child of scope.children) if (child.node.type !== 'process') noteInside(step, child);
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
