/** `/v2/conditionals`: asks the conditional start events of processes, which begin an instance where they hold. */
import { Router } from 'express';
import { z } from 'zod';
import type { Runtime } from '../../runtime/runtime.js';
import { callerOf } from '../caller.js';
import { describeOperation } from '../openapi/described.js';
import { fromRejection } from '../problem.js';
import { keyField, readBody, tenantField, variablesField } from '../request.js';
import { TENANT } from './tenant.js';

const evaluation = z.strictObject({
  processDefinitionKey: keyField.nullish(),
  variables: variablesField,
  tenantId: tenantField,
});

describeOperation('POST /v2/conditionals/evaluation', { body: evaluation });

/** The routes. */
export function conditionalRoutes(runtime: Runtime): Router {
  const routes = Router();

  routes.post('/conditionals/evaluation', async (request, response) => {
    const { processDefinitionKey, variables } = readBody(request, evaluation);
    const result = await runtime.evaluateConditions(
      { processDefinitionKey: processDefinitionKey ?? undefined, variables },
      callerOf(request).actor,
    );
    if (!result.ok) throw fromRejection(result.rejection);
    response.json({
      conditionalEvaluationKey: String(result.evaluationKey),
      tenantId: TENANT,
      processInstances: result.instances.map((keys) => ({
        processDefinitionKey: String(keys.processDefinitionKey),
        processInstanceKey: String(keys.processInstanceKey),
      })),
    });
  });

  return routes;
}
