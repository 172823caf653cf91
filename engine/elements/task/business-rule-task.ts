/** Business rule task (BPMN 2.0.2 §10.3.3): evaluates a DMN decision in the step, or creates a job where it names a worker. */
import { evaluateText, isFailure, scopeOfElement, type Failure } from '../../behaviors/evaluate.js';
import { createJob } from '../../behaviors/jobs.js';
import { leave } from '../../kernel/lifecycle.js';
import type { Processor } from '../../kernel/processor.js';
import { append, newKey, type Step } from '../../kernel/step-run.js';
import type { JsonObject } from '../../model/json.js';
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
  const decision = step.definitions.decision(decisionId, called.binding, element.definition.deploymentKey);
  const outcome = decision?.dmn.evaluate(decision.decisionId, scope, step.now);
  if (!decision || !outcome) {
    const message = `No decision with the id "${decisionId}" is deployed. Deploy it and retry.`;
    return { failure: 'CALLED_DECISION_ERROR', message };
  }
  append(step, element, 'decision evaluated', {
    decisionInstanceKey: newKey(step),
    decisionDefinitionKey: decision.key,
    decisionRequirementsKey: decision.requirementsKey,
    decisionId,
    decisionName: decision.name,
    version: decision.version,
    output: outcome.output,
    failure: outcome.failure?.message ?? null,
    evaluations: outcome.evaluations as unknown as readonly JsonObject[],
  });
  if (outcome.failure) return { failure: 'DECISION_EVALUATION_ERROR', message: outcome.failure.message };
  leave(step, element, { [called.resultVariable]: outcome.output });
  return undefined;
}
