/** Remembering what can be undone (BPMN 2.0.2 §10.7.1): the kernel asks for it whenever an activity completes. */
import { append, newKey, type Step } from '../kernel/step-run.js';
import type { ElementInstance } from '../state/instance-tree.js';

/**
 * Remembers, while an activity completes, that it can be undone. Each run of an activity that runs several times is
 * undone by itself (§10.7.2, §13.5.5): the handler of its boundary event belongs to the body, that of an event
 * sub-process inside it to the run.
 */
export function recordCompensation(step: Step, element: ElementInstance): void {
  const { node, scope } = element;
  if (!scope || node.isForCompensation) return;
  const ofBody = scope.node.type === 'multiInstanceBody' ? scope.node.compensationHandler : undefined;
  const handler = node.type === 'multiInstanceBody' ? undefined : (ofBody ?? node.compensationHandler);
  if (!handler && element.compensations.length === 0) return;
  if (!handler && node.type === 'process') return;
  append(step, element, 'compensation recorded', {
    compensationKey: newKey(step),
    handlerId: handler?.id ?? null,
  });
}
