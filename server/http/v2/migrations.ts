/** `/v2/process-instances/{key}/migration`: an instance goes on in another version. */
import { Router } from 'express';
import { z } from 'zod';
import type { Runtime } from '../../runtime/runtime.js';
import { callerOf } from '../caller.js';
import { describeOperation } from '../openapi/described.js';
import { fromRejection } from '../problem.js';
import { keyField, readBody, readKey, referenceField } from '../request.js';

/** Which element takes the place of which. */
export const mappingField = z.array(
  z.strictObject({ sourceElementId: z.string().min(1), targetElementId: z.string().min(1) }),
);

const migration = z.strictObject({
  targetProcessDefinitionKey: keyField,
  mappingInstructions: mappingField,
  operationReference: referenceField,
});

describeOperation('POST /v2/process-instances/:processInstanceKey/migration', { body: migration });

/** The route. */
export function migrationRoutes(runtime: Runtime): Router {
  const routes = Router();

  routes.post('/process-instances/:processInstanceKey/migration', async (request, response) => {
    const processInstanceKey = readKey(request, 'processInstanceKey');
    const { targetProcessDefinitionKey, mappingInstructions: mappings } = readBody(request, migration);
    const result = await runtime.migrations.migrate(
      { processInstanceKey, targetProcessDefinitionKey, mappings },
      callerOf(request).actor,
    );
    if (!result.ok) throw fromRejection(result.rejection);
    response.sendStatus(204);
  });

  return routes;
}
