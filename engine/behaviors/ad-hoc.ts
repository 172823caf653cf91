/** Activating elements of an ad-hoc sub-process (BPMN 2.0.2 §10.3.5), and carrying out what its worker decided. */
import { activateElement, enter, goOn } from '../kernel/lifecycle.js';
import { append, type Step } from '../kernel/step-run.js';
import type { FlowNode } from '../model/process-model.js';
import type { AdHocActivation, AdHocDecision } from '../records/commands.js';
import type { ElementInstance } from '../state/instance-tree.js';
import { terminateChildren } from './termination.js';
import { keepOutputLocal, setAllLocal } from './variables.js';

/** The element of an ad-hoc sub-process that can be activated by this id: one that nothing leads to. */
export function activatable(adHoc: ElementInstance, elementId: string): FlowNode | undefined {
  return adHoc.node.inner?.children.find(
    ({ id, type, incoming, isForCompensation }) =>
      id === elementId &&
      incoming.length === 0 &&
      type !== 'boundaryEvent' &&
      type !== 'eventSubProcess' &&
      !isForCompensation,
  );
}

/** Activates one element in an inner instance with variables of its own. */
export function activateInAdHoc(
  step: Step,
  adHoc: ElementInstance,
  { elementId, variables }: AdHocActivation,
): void {
  const node = activatable(adHoc, elementId);
  if (!node || !adHoc.node.inner) throw new Error(`${elementId} cannot be activated in ${adHoc.node.id}.`);
  const loopCounter = (adHoc.loop?.started ?? 0) + 1;
  const inner = activateElement(step, adHoc, adHoc.node.inner, undefined, { loopCounter });
  setAllLocal(step, inner, variables);
  keepOutputLocal(step, inner, adHoc.node.adHoc?.outputElement);
  goOn(step, inner);
  goOn(step, enter(step, inner, node));
}

/** Marks an ad-hoc sub-process as done but for what still runs. */
export function fulfil(step: Step, adHoc: ElementInstance): void {
  if (!adHoc.loop?.enough) append(step, adHoc, 'ad-hoc sub-process fulfilled', {});
}

/** Does what the worker decided. The elements were checked to be activatable. */
export function carryOut(step: Step, adHoc: ElementInstance, decision: AdHocDecision): void {
  if (decision.isCancelRemainingInstances) terminateChildren(step, adHoc);
  for (const activation of decision.activate) activateInAdHoc(step, adHoc, activation);
  if (decision.isCompletionConditionFulfilled) {
    fulfil(step, adHoc);
    step.agenda.push({ op: 'end scope', scope: adHoc });
  }
}
