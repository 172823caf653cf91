/** Evaluating a deployed decision, with everything that the journal keeps of it. */
import type { DecisionOutcome } from '../dmn/index.js';
import type { FeelScope } from '../feel/index.js';
import { inspectJson } from '../model/json-limits.js';
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
  const outcome = keepable(decisionId, dmn.evaluate(decisionId, scope, nowMs));
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

type Outcome = Pick<DecisionOutcome, 'output' | 'failure' | 'evaluations'>;

/** An outcome as it can be kept: a database would cut a text at U+0000, or refuse it, wherever it stands. */
function keepable(decisionId: string, outcome: Outcome | null): Outcome | null {
  if (outcome?.failure?.message.includes('\0')) {
    const failure = { ...outcome.failure, message: outcome.failure.message.replaceAll('\0', '\uFFFD') };
    return keepable(decisionId, { ...outcome, failure });
  }
  if (inspectJson([outcome?.output, outcome?.evaluations]).fault?.kind !== 'null character') return outcome;
  const message = 'It made a text with the character U+0000. Leave it out.';
  return { output: null, failure: { decisionId, message }, evaluations: [] };
}
