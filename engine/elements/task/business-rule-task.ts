/** Business rule task (BPMN 2.0.2 §10.3.3): evaluates a DMN decision in the step, or creates a job where it names a worker. */
import { evaluateText, isFailure, scopeOfElement, type Failure } from '../../behaviors/evaluate.js';
import { evaluateDecision } from '../../behaviors/decisions.js';
import { createJob } from '../../behaviors/jobs.js';
import { notDeployed } from '../../behaviors/not-deployed.js';
import { tooLarge } from '../../behaviors/variable-size.js';
import { leave } from '../../kernel/lifecycle.js';
import type { Processor } from '../../kernel/processor.js';
import { append, newKey, type Step } from '../../kernel/step-run.js';
import type { CalledDecision } from '../../model/process-model.js';
import type { ElementInstance } from '../../state/instance-tree.js';

/** Sets the decision's result and completes. */
export const businessRuleTask: Processor = {
  activate(step, element) {
    const { calledDecision } = element.node;
    return calledDecision ? decide(step, element, calledDecision) : createJob(step, element);
  },
};

function decide(step: Step, element: ElementInstance, called: CalledDecision): Failure | undefined {
  const scope = scopeOfElement(element);
  const decisionId = evaluateText(called.decisionId, scope, step.now, 'decision id');
  if (isFailure(decisionId)) return decisionId;
  const { binding, resultVariable } = called;
  const decision = step.definitions.decision(decisionId, binding, element.definition.deploymentKey);
  if (!decision) {
    const message = `${notDeployed('decision', decisionId, binding)} Deploy it and retry.`;
    return { failure: 'CALLED_DECISION_ERROR', message };
  }
  const evaluated = evaluateDecision(decision, scope, step.now, () => newKey(step));
  append(step, element, 'decision evaluated', evaluated);
  const { failure, output } = evaluated;
  if (failure) {
    const message = `The decision "${failure.decisionId}" could not decide: ${failure.message}`;
    return { failure: 'DECISION_EVALUATION_ERROR', message };
  }
  const large = tooLarge(step, resultVariable, output);
  if (large) return large;
  leave(step, element, { [resultVariable]: output });
  return undefined;
}
