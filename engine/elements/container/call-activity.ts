/** Call activity (BPMN 2.0.2 §10.3.6): runs another process as an instance of its own, in the same tree. */
import {
  evaluateOptionalText,
  evaluateText,
  isFailure,
  scopeOfElement,
  type Failure,
} from '../../behaviors/evaluate.js';
import { notDeployed } from '../../behaviors/not-deployed.js';
import { setAllLocal } from '../../behaviors/variables.js';
import { enterProcess, goOn } from '../../kernel/lifecycle.js';
import type { Processor } from '../../kernel/processor.js';
import { newKey, type Step } from '../../kernel/step-run.js';
import type { ProcessDefinition } from '../../model/definitions.js';
import { localVariables, visibleVariables, type ElementInstance } from '../../state/instance-tree.js';

/** How deep calls may nest. A process that calls itself for ever stops here with an incident. */
export const CALL_DEPTH_LIMIT = 1000;

/** Starts the called process, in the version that the binding means, with the caller's variables. */
export const callActivity: Processor = {
  activate(step, element) {
    const { calledElement } = element.node;
    if (!calledElement) throw new Error(`${element.node.id} has no called element.`);
    const processId = evaluateText(
      calledElement.processId,
      scopeOfElement(element),
      step.now,
      'called process id',
    );
    if (isFailure(processId)) return processId;
    const { binding } = calledElement;
    const definition = step.definitions.process(processId, binding, element.definition.deploymentKey);
    if (!definition) {
      return calledElementFailure(`${notDeployed('process', processId, binding)} Deploy it and retry.`);
    }
    if (!definition.model.elements[0]?.startEvent) {
      return calledElementFailure(`The process "${processId}" has no none start event to be called at.`);
    }
    if (callDepth(element) >= CALL_DEPTH_LIMIT) {
      return calledElementFailure(`Calls are nested ${CALL_DEPTH_LIMIT} deep, which is the limit.`);
    }
    const scope = scopeOfElement(element);
    const businessId = evaluateOptionalText(calledElement.businessId, scope, step.now, 'business id');
    if (isFailure(businessId)) return businessId;
    call(step, element, definition, businessId);
  },
};

function call(
  step: Step,
  caller: ElementInstance,
  definition: ProcessDefinition,
  businessId: string | null,
): void {
  const called = enterProcess(
    step,
    definition,
    newKey(step),
    caller,
    businessId === null ? {} : { businessId },
  );
  const passesAll = caller.node.calledElement?.propagateAllParentVariables;
  setAllLocal(step, called, passesAll ? visibleVariables(caller) : localVariables(caller));
  goOn(step, called);
}

function callDepth(element: ElementInstance): number {
  let depth = 0;
  for (let scope: ElementInstance | null = element; scope; scope = scope.scope) {
    if (scope.node.type === 'process') depth += 1;
  }
  return depth;
}

function calledElementFailure(message: string): Failure {
  return { failure: 'CALLED_ELEMENT_ERROR', message };
}
