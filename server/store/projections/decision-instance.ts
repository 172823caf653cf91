/** `decision_instance`: one row for each decision of an evaluation, in an instance or by itself. */
import { writeJson } from '@countersign/engine';
import type { Projection } from './projection.js';

/** A decision and those that it requires were evaluated. */
export const decisionInstance: Projection = {
  'decision evaluated': (event, stamp, { tables }) => {
    const { decisionEvaluationKey, decisionDefinitionKey, failure, evaluations } = event.data;
    for (const [index, evaluation] of evaluations.entries()) {
      const hasFailed = failure !== null && failure.decisionId === evaluation.decisionId;
      tables.decisionInstances.insert({
        key: evaluation.key,
        root_key: stamp.rootKey,
        process_instance_key: event.processInstanceKey,
        process_definition_key: event.processDefinitionKey,
        element_id: event.elementId,
        element_instance_key: event.elementInstanceKey,
        evaluation_key: decisionEvaluationKey,
        place: index + 1,
        decision_definition_key: evaluation.decisionDefinitionKey,
        root_decision_definition_key: decisionDefinitionKey,
        type: evaluation.kind,
        state: hasFailed ? 'FAILED' : 'EVALUATED',
        failure: hasFailed ? failure.message : null,
        result: writeJson(evaluation.output),
        inputs: writeJson(evaluation.inputs),
        matched_rules: writeJson(evaluation.matchedRules),
        evaluated_at: stamp.at,
      });
    }
  },
};
