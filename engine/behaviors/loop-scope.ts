/** What the conditions of a loop see besides variables (BPMN 2.0.2 §10.3.8): how far it has come. */
import type { FeelScope } from '../feel/index.js';
import type { JsonValue } from '../model/json.js';
import type { ElementInstance, LoopState } from '../state/instance-tree.js';
import { scopeOfElement } from './evaluate.js';

/** The variables seen from a body, and the numbers of its instances. */
export function scopeOfLoop(body: ElementInstance, loop: LoopState): FeelScope {
  const numbers: Readonly<Record<string, number>> = {
    loopCounter: loop.started,
    numberOfInstances: loop.size ?? loop.started,
    numberOfActiveInstances: body.children.size,
    numberOfCompletedInstances: loop.completed,
    numberOfTerminatedInstances: loop.started - loop.completed - body.children.size,
  };
  const visible = scopeOfElement(body);
  return { lookup: (name) => (Object.hasOwn(numbers, name) ? numbers[name] : visible.lookup(name)) };
}

/**
 * What a completion condition sees when a run is done: the run's own variables, the numbers with it counted as
 * completed, and under the name of the output collection what was collected so far.
 */
export function scopeOfRun(
  body: ElementInstance,
  run: ElementInstance,
  loop: LoopState,
  collected: { readonly name: string; results(): readonly JsonValue[] } | undefined,
): FeelScope {
  const active = body.children.size - 1;
  const numbers: Readonly<Record<string, number>> = {
    numberOfInstances: loop.size ?? loop.started,
    numberOfActiveInstances: active,
    numberOfCompletedInstances: loop.completed + 1,
    numberOfTerminatedInstances: loop.started - loop.completed - 1 - active,
  };
  const visible = scopeOfElement(run);
  return {
    lookup(name) {
      if (Object.hasOwn(numbers, name)) return numbers[name];
      return name === collected?.name ? collected.results() : visible.lookup(name);
    },
  };
}
