/**
 * The output collection of an activity while it runs (BPMN 2.0.2 §10.3.8): a variable of its own scope, so that what runs
 * inside sees what was collected so far. Each result is put into it by the event that completes its run, not written
 * down once more with all others. When the activity is through, the collection is given outside.
 */
import type { EventData } from '../records/engine-events.js';
import type { JsonValue } from '../model/json.js';
import type { Step } from '../kernel/step-run.js';
import type { ElementInstance } from '../state/instance-tree.js';
import type { Failure } from './evaluate.js';
import { tooLarge } from './variable-size.js';
import { noteChange, setLocal } from './variables.js';

/** More runs than these see no collection: each of them would write a list of all again. */
export const VISIBLE_COLLECTION_LIMIT = 10_000;

/** Makes the collection of an activity that begins its runs: null for each result that is still to come. */
export function beginCollection(
  step: Step,
  body: ElementInstance,
  name: string | undefined,
  size: number,
): void {
  if (name === undefined || size > VISIBLE_COLLECTION_LIMIT) return;
  setLocal(step, body, name, new Array<JsonValue>(size).fill(null));
}

/**
 * Where a result of a run that completes has its place in the collection, at its end where the runs have no order;
 * nothing where there is no collection. A collection that would become too large is a failure.
 */
export function placeInCollection(
  step: Step,
  body: ElementInstance,
  name: string | undefined,
  output: JsonValue,
  place?: number,
): Pick<EventData['element completed'], 'collected'> | Failure {
  const variable = name === undefined ? undefined : body.variables?.get(name);
  if (name === undefined || !variable || !Array.isArray(variable.value)) return {};
  const index = place ?? variable.value.length;
  if (index >= VISIBLE_COLLECTION_LIMIT) return {};
  const large = tooLarge(step, name, [variable.value as readonly JsonValue[], output]);
  if (large) return large;
  noteChange(step, body, 'update', name);
  return { collected: { variableKey: variable.key, index } };
}
