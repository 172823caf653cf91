/** Evaluating a deployed decision, with everything that the journal keeps of it. */
import type { FeelScope } from '../feel/index.js';
import type { DecisionDefinition } from '../model/definitions.js';
import type { Key } from '../model/keys.js';
import type { EventData, RecordedEvaluation } from '../records/engine-events.js';

/**
 * Evaluates a decision with the values of a scope at `nowMs` (epoch milliseconds). Where it fails, or exceeds a
 * limit of FEEL, the result says so and its output is null.
 */
export function evaluateDecision(
  decision: DecisionDefinition,
  scope: FeelScope,
  nowMs: number,
  nextKey: () => Key,
): EventData['decision evaluated'] {
  const { key, decisionId, name, version, requirementsKey, dmn } = decision;
  const outcome = dmn.evaluate(decisionId, scope, nowMs);
  if (!outcome) throw new Error(`The model of decision definition ${key} has no decision "${decisionId}".`);
  const decisionEvaluationKey = nextKey();
  const evaluations = outcome.evaluations.map((evaluation): RecordedEvaluation => {
    const definition = decision.required(evaluation.decisionId);
    if (!definition) throw new Error(`Decision definition ${key} does not know "${evaluation.decisionId}".`);
    const { key: decisionDefinitionKey, version: itsVersion } = definition;
    return { ...evaluation, key: nextKey(), decisionDefinitionKey, version: itsVersion };
  });
  if (evaluations.at(-1)?.decisionId !== decisionId) {
    const kind = dmn.decisions.find(({ id }) => id === decisionId)?.kind ?? 'EMPTY';
    const own = { key: nextKey(), decisionDefinitionKey: key, version };
    evaluations.push({
      ...own,
      decisionId,
      decisionName: name,
      kind,
      output: null,
      inputs: [],
      matchedRules: [],
    });
  }
  return {
    decisionEvaluationKey,
    decisionDefinitionKey: key,
    decisionRequirementsKey: requirementsKey,
    decisionId,
    decisionName: name,
    version,
    output: outcome.output,
    failure: outcome.failure,
    evaluations,
  };
}
