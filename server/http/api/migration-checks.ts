/** `/api/process-instances/{key}/migration-check`: what a migration would do, element by element, without doing it. */
import { Router } from 'express';
import { z } from 'zod';
import type { Runtime } from '../../runtime/runtime.js';
import { describeOperation } from '../openapi/described.js';
import { fromRejection } from '../problem.js';
import { keyField, readBody, readKey } from '../request.js';
import { mappingField } from '../v2/migrations.js';

const check = z.strictObject({
  targetProcessDefinitionKey: keyField,
  /** Absent: elements that have the same id and type in both versions. */
  mappingInstructions: mappingField.nullish(),
});

describeOperation('POST /api/process-instances/:processInstanceKey/migration-check', { body: check });

/** The route. */
export function migrationCheckRoutes(runtime: Runtime): Router {
  const routes = Router();

  routes.post('/process-instances/:processInstanceKey/migration-check', async (request, response) => {
    const processInstanceKey = readKey(request, 'processInstanceKey');
    const { targetProcessDefinitionKey, mappingInstructions } = readBody(request, check);
    const mappings = mappingInstructions ?? undefined;
    const result = await runtime.migrations.check({
      processInstanceKey,
      targetProcessDefinitionKey,
      mappings,
    });
    if (!result.ok) throw fromRejection(result.rejection);
    const keyed = (key: number | null): string | null => (key === null ? null : String(key));
    response.json({
      canMigrate: result.problems.length === 0,
      mappingInstructions: result.mappings,
      problems: result.problems.map((problem) => ({
        ...problem,
        elementInstanceKey: keyed(problem.elementInstanceKey),
      })),
      elements: result.elements.map((element) => ({
        ...element,
        elementInstanceKey: keyed(element.elementInstanceKey),
      })),
      events: result.events,
    });
  });

  return routes;
}
