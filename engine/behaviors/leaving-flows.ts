/**
 * The flows by which a token leaves an activity or event (BPMN 2.0.2 §13.3.1): every one without a condition
 * and every one whose condition holds, each with a token of its own; the default flow where none is left.
 */
import type { SequenceFlow } from '../model/process-model.js';
import type { Step } from '../kernel/step-run.js';
import type { ElementInstance } from '../state/instance-tree.js';
import { evaluateCondition, isFailure, scopeOfElement, type Failure } from './evaluate.js';

/** Chooses the flows out of an element that is no gateway. */
export function leavingFlows(step: Step, element: ElementInstance): readonly SequenceFlow[] | Failure {
  const { outgoing, defaultFlow } = element.node;
  if (!defaultFlow && outgoing.every(({ condition }) => !condition)) return outgoing;
  const taken: SequenceFlow[] = [];
  for (const flow of outgoing) {
    if (flow === defaultFlow) continue;
    const holds = flow.condition
      ? evaluateCondition(flow.condition, scopeOfElement(element), step.now)
      : true;
    if (isFailure(holds)) return holds;
    if (holds) taken.push(flow);
  }
  if (taken.length > 0) return taken;
  return defaultFlow ? [defaultFlow] : noFlow(element);
}

/** No condition holds and there is no default flow. */
export function noFlow(element: ElementInstance): Failure {
  return {
    failure: 'CONDITION_ERROR',
    message: `None of the conditions out of "${element.node.name ?? element.node.id}" holds, and it has no default flow.`,
  };
}
