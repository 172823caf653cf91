/** `/v2/decision-definitions`, `-requirements` and `-instances`: search, get, the DMN file, evaluation. */
import { Router } from 'express';
import { z } from 'zod';
import { parseKey, writeJson } from '@countersign/engine';
import type { RecordedEvaluation } from '@countersign/engine';
import {
  DECISION_DEFINITIONS,
  DECISION_REQUIREMENTS,
  findDecisionXml,
  findRequirementsXml,
} from '../../store/queries/decision-definitions.js';
import {
  DECISION_INSTANCES,
  findDecisionInstance,
  toEvaluatedInputs,
  toMatchedRules,
} from '../../store/queries/decision-instances.js';
import { findByKey } from '../../store/queries/search.js';
import type { EvaluatedDecision, Runtime } from '../../runtime/runtime.js';
import { callerOf } from '../caller.js';
import { requireNamed } from '../permitted.js';
import { describeOperation } from '../openapi/described.js';
import { fromRejection, refuse } from '../problem.js';
import { keyField, readBody, readKey, tenantField, variablesField } from '../request.js';
import { answerSearch } from '../search.js';
import { TENANT } from './tenant.js';

const evaluation = z
  .strictObject({
    decisionDefinitionKey: keyField.optional(),
    decisionDefinitionId: z.string().min(1).optional(),
    variables: variablesField.optional(),
    tenantId: tenantField,
  })
  .refine(
    (body) => (body.decisionDefinitionKey === undefined) !== (body.decisionDefinitionId === undefined),
    {
      message: 'needs either decisionDefinitionKey or decisionDefinitionId',
    },
  );

describeOperation('POST /v2/decision-definitions/search', { search: DECISION_DEFINITIONS });
describeOperation('POST /v2/decision-requirements/search', { search: DECISION_REQUIREMENTS });
describeOperation('POST /v2/decision-instances/search', { search: DECISION_INSTANCES });
describeOperation('POST /v2/decision-definitions/evaluation', { body: evaluation });

/** The key of an evaluation, and which of its decisions. */
const PLACED_KEY = /^[0-9]{1,25}-[0-9]{1,25}$/;
const EVALUATE = {
  type: 'DECISION_DEFINITION',
  permission: 'CREATE_DECISION_INSTANCE',
  which: 'decisionDefinitionKey',
} as const;

/** The routes. */
export function decisionRoutes(runtime: Runtime): Router {
  const routes = Router();
  const knex = runtime.store.knex;

  routes.post('/decision-definitions/search', answerSearch(runtime, DECISION_DEFINITIONS));
  routes.post('/decision-requirements/search', answerSearch(runtime, DECISION_REQUIREMENTS));
  routes.post('/decision-instances/search', answerSearch(runtime, DECISION_INSTANCES));

  routes.post('/decision-definitions/evaluation', async (request, response) => {
    const { decisionDefinitionKey, decisionDefinitionId, variables = {} } = readBody(request, evaluation);
    const caller = callerOf(request);
    await requireNamed(knex, caller, EVALUATE, { id: decisionDefinitionId, key: decisionDefinitionKey });
    const result = await runtime.evaluateDecision(
      { decisionDefinitionKey, decisionId: decisionDefinitionId, variables },
      caller.actor,
    );
    if (!result.ok) throw fromRejection(result.rejection);
    response.json(toResult(result));
  });

  routes.get('/decision-definitions/:decisionDefinitionKey', async (request, response) => {
    const key = readKey(request, 'decisionDefinitionKey');
    const found = await findByKey(knex, DECISION_DEFINITIONS, key);
    if (!found) throw unknown('decision definition', key);
    response.json(found);
  });

  routes.get('/decision-definitions/:decisionDefinitionKey/xml', async (request, response) => {
    const key = readKey(request, 'decisionDefinitionKey');
    const xml = await findDecisionXml(knex, key);
    if (xml === null) throw unknown('decision definition', key);
    response.type('text/xml').send(xml);
  });

  routes.get('/decision-requirements/:decisionRequirementsKey', async (request, response) => {
    const key = readKey(request, 'decisionRequirementsKey');
    const found = await findByKey(knex, DECISION_REQUIREMENTS, key);
    if (!found) throw unknown('decision requirements', key);
    response.json(found);
  });

  routes.get('/decision-requirements/:decisionRequirementsKey/xml', async (request, response) => {
    const key = readKey(request, 'decisionRequirementsKey');
    const xml = await findRequirementsXml(knex, key);
    if (xml === null) throw unknown('decision requirements', key);
    response.type('text/xml').send(xml);
  });

  routes.get('/decision-instances/:decisionEvaluationInstanceKey', async (request, response) => {
    const text = request.params.decisionEvaluationInstanceKey;
    if (!PLACED_KEY.test(text)) {
      throw refuse(
        'INVALID_ARGUMENT',
        `decisionEvaluationInstanceKey: "${text}" is not a key of one. It is two strings of digits with "-" between them.`,
      );
    }
    const [evaluationKey, place] = text.split('-').map(parseKey);
    const found = evaluationKey && place ? await findDecisionInstance(knex, evaluationKey, place) : null;
    if (!found) throw unknown('decision instance', text);
    response.json(found);
  });

  return routes;
}

function toResult({ decision, requirementsId, evaluated }: EvaluatedDecision): object {
  const evaluationKey = String(evaluated.decisionEvaluationKey);
  return {
    decisionDefinitionId: decision.decisionId,
    decisionDefinitionKey: String(decision.key),
    decisionDefinitionName: decision.name,
    decisionDefinitionVersion: decision.version,
    decisionEvaluationKey: evaluationKey,
    decisionInstanceKey: evaluationKey,
    decisionRequirementsId: requirementsId,
    decisionRequirementsKey: String(decision.requirementsKey),
    evaluatedDecisions: evaluated.evaluations.map((each, index) =>
      toEvaluated(each, `${evaluationKey}-${index + 1}`),
    ),
    failedDecisionDefinitionId: evaluated.failure?.decisionId ?? null,
    failureMessage: evaluated.failure?.message ?? null,
    output: writeJson(evaluated.output),
    tenantId: TENANT,
  };
}

function toEvaluated(each: RecordedEvaluation, decisionEvaluationInstanceKey: string): object {
  return {
    decisionDefinitionId: each.decisionId,
    decisionDefinitionKey: String(each.decisionDefinitionKey),
    decisionDefinitionName: each.decisionName,
    decisionDefinitionVersion: each.version,
    decisionDefinitionType: each.kind,
    decisionEvaluationInstanceKey,
    output: writeJson(each.output),
    evaluatedInputs: toEvaluatedInputs(each.inputs),
    matchedRules: toMatchedRules(each.matchedRules),
    tenantId: TENANT,
  };
}

function unknown(what: string, key: number | string): Error {
  return refuse('NOT_FOUND', `There is no ${what} ${String(key)}.`);
}
