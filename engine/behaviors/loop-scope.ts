/** What the conditions of a loop see besides variables (BPMN 2.0.2 Table 10.30): how far it has come. */
import type { FeelScope } from '../feel/index.js';
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
