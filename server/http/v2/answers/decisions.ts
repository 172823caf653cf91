/** What `/v2` answers about decisions, their requirements and their evaluations. */
import { z } from 'zod';
import type {
  DecisionDefinitionItem,
  DecisionRequirementsItem,
} from '../../../store/queries/decision-definitions.js';
import type {
  DecisionInstanceItem,
  EvaluatedInput,
  MatchedRule,
} from '../../../store/queries/decision-instances.js';
import { NO_KEY } from '../../../store/queries/decision-instances.js';
import { count, found, key, pageOf, tenantId, text, time } from '../../openapi/answer.js';
import type { Answers, Shape } from '../../openapi/answer.js';

const definition = z.strictObject({
  decisionDefinitionId: z.string(),
  decisionDefinitionKey: key,
  decisionRequirementsId: z.string(),
  decisionRequirementsKey: key,
  decisionRequirementsName: z.string(),
  decisionRequirementsVersion: count,
  name: z.string(),
  tenantId,
  version: count,
} satisfies Shape<DecisionDefinitionItem>);

const requirements = z.strictObject({
  decisionRequirementsId: z.string(),
  decisionRequirementsKey: key,
  decisionRequirementsName: z.string(),
  resourceName: z.string(),
  tenantId,
  version: count,
} satisfies Shape<DecisionRequirementsItem>);

/** A decision of an evaluation: the key of the evaluation and its place in it. */
const place = z.string().regex(/^\d+-\d+$/);
const json = z.string().describe('JSON.');

/** -1 where a decision was evaluated by itself. */
const keyOrNone = z.union([key, z.literal(NO_KEY)]);

const instance = z.strictObject({
  decisionDefinitionId: z.string(),
  decisionDefinitionKey: key,
  decisionDefinitionName: z.string(),
  decisionDefinitionType: z.string(),
  decisionDefinitionVersion: count,
  decisionEvaluationInstanceKey: place,
  decisionEvaluationKey: key,
  elementInstanceKey: keyOrNone,
  evaluationDate: time,
  evaluationFailure: z.string().nullable(),
  processDefinitionKey: keyOrNone,
  processInstanceKey: keyOrNone,
  result: json,
  rootDecisionDefinitionKey: key,
  rootProcessInstanceKey: key.nullable(),
  state: z.string(),
  tenantId,
} satisfies Shape<DecisionInstanceItem>);

const input = z.strictObject({
  inputId: z.string(),
  inputName: z.string(),
  inputValue: json,
} satisfies Shape<EvaluatedInput>);
const output = z.strictObject({
  outputId: z.string(),
  outputName: z.string(),
  outputValue: json,
  ruleId: z.string(),
  ruleIndex: count,
});
const rule = z.strictObject({
  ruleId: z.string(),
  ruleIndex: count,
  evaluatedOutputs: z.array(output),
} satisfies Shape<MatchedRule>);
const inputsAndRules = { evaluatedInputs: z.array(input), matchedRules: z.array(rule) };

const evaluated = z.strictObject({
  decisionDefinitionId: z.string(),
  decisionDefinitionKey: key,
  decisionDefinitionName: z.string(),
  decisionDefinitionVersion: count,
  decisionDefinitionType: z.string(),
  decisionEvaluationInstanceKey: place,
  output: json,
  ...inputsAndRules,
  tenantId,
});
const evaluation = z.strictObject({
  decisionDefinitionId: z.string(),
  decisionDefinitionKey: key,
  decisionDefinitionName: z.string(),
  decisionDefinitionVersion: count,
  decisionEvaluationKey: key,
  decisionInstanceKey: key,
  decisionRequirementsId: z.string(),
  decisionRequirementsKey: key,
  evaluatedDecisions: z.array(evaluated),
  failedDecisionDefinitionId: z.string().nullable(),
  failureMessage: z.string().nullable(),
  output: json,
  tenantId,
});

/** The answers. */
export const DECISION_ANSWERS: Answers = {
  'POST /v2/decision-definitions/search': { id: 'searchDecisionDefinitions', replies: [pageOf(definition)] },
  'POST /v2/decision-requirements/search': {
    id: 'searchDecisionRequirements',
    replies: [pageOf(requirements)],
  },
  'POST /v2/decision-instances/search': { id: 'searchDecisionInstances', replies: [pageOf(instance)] },
  'POST /v2/decision-definitions/evaluation': { id: 'evaluateDecision', replies: [found(evaluation)] },
  'GET /v2/decision-definitions/:decisionDefinitionKey': {
    id: 'getDecisionDefinition',
    replies: [found(definition)],
  },
  'GET /v2/decision-definitions/:decisionDefinitionKey/xml': {
    id: 'getDecisionDefinitionXml',
    replies: [text('text/xml', 'The DMN file.')],
  },
  'GET /v2/decision-requirements/:decisionRequirementsKey': {
    id: 'getDecisionRequirements',
    replies: [found(requirements)],
  },
  'GET /v2/decision-requirements/:decisionRequirementsKey/xml': {
    id: 'getDecisionRequirementsXml',
    replies: [text('text/xml', 'The DMN file.')],
  },
  'GET /v2/decision-instances/:decisionEvaluationInstanceKey': {
    id: 'getDecisionInstance',
    replies: [found(instance.extend(inputsAndRules))],
  },
};
