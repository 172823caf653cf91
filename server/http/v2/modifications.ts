/** `/v2/process-instances/{key}/modification`: an operator begins, moves and ends elements of an instance. */
import { Router } from 'express';
import { z } from 'zod';
import { parseKey } from '@countersign/engine';
import type { AncestorChoice, ElementReference, Key, ScopedVariables } from '@countersign/engine';
import type { Runtime } from '../../runtime/runtime.js';
import { callerOf } from '../caller.js';
import { describeOperation } from '../openapi/described.js';
import { fromRejection } from '../problem.js';
import { keyField, readBody, readKey, referenceField, variablesField } from '../request.js';

const elementId = z.string().min(1);

/** A scope's key; "-1" stands for none. */
const ancestorKey = z.string().transform((text, context): Key | null => {
  if (text === '-1') return null;
  const key = parseKey(text);
  if (key !== null) return key;
  context.addIssue({ code: 'custom', message: 'must be a key: a string of digits, or "-1" for none' });
  return z.NEVER;
});

const scopedVariables = z
  .array(
    z
      .strictObject({ variables: variablesField, scopeId: z.string().nullish() })
      .transform(({ variables, scopeId }): ScopedVariables => ({ variables, scopeId: scopeId || null })),
  )
  .nullish()
  .transform((list) => list ?? []);

const source = z
  .discriminatedUnion('sourceType', [
    z.strictObject({ sourceType: z.literal('byId'), sourceElementId: elementId }),
    z.strictObject({ sourceType: z.literal('byKey'), sourceElementInstanceKey: keyField }),
  ])
  .transform((given): ElementReference =>
    given.sourceType === 'byId'
      ? { elementId: given.sourceElementId }
      : { elementInstanceKey: given.sourceElementInstanceKey },
  );

const ancestor = z
  .discriminatedUnion('ancestorScopeType', [
    z.strictObject({ ancestorScopeType: z.literal('direct'), ancestorElementInstanceKey: ancestorKey }),
    z.strictObject({ ancestorScopeType: z.literal('inferred') }),
    z.strictObject({ ancestorScopeType: z.literal('sourceParent') }),
  ])
  .nullish()
  .transform((given): AncestorChoice => {
    if (!given) return { kind: 'only' };
    if (given.ancestorScopeType === 'inferred') return { kind: 'inferred' };
    if (given.ancestorScopeType === 'sourceParent') return { kind: 'source parent' };
    const key = given.ancestorElementInstanceKey;
    return key === null ? { kind: 'only' } : { kind: 'direct', key };
  });

const termination = z.union([
  z.strictObject({ elementId }),
  z.strictObject({ elementInstanceKey: keyField }),
]);

const modification = z.strictObject({
  activateInstructions: z
    .array(
      z.strictObject({
        elementId,
        ancestorElementInstanceKey: ancestorKey.nullish(),
        variableInstructions: scopedVariables,
      }),
    )
    .nullish(),
  moveInstructions: z
    .array(
      z.strictObject({
        sourceElementInstruction: source,
        targetElementId: elementId,
        ancestorScopeInstruction: ancestor,
        variableInstructions: scopedVariables,
      }),
    )
    .nullish(),
  terminateInstructions: z.array(termination).nullish(),
  operationReference: referenceField,
});

describeOperation('POST /v2/process-instances/:processInstanceKey/modification', { body: modification });

/** The route. */
export function modificationRoutes(runtime: Runtime): Router {
  const routes = Router();

  routes.post('/process-instances/:processInstanceKey/modification', async (request, response) => {
    const processInstanceKey = readKey(request, 'processInstanceKey');
    const body = readBody(request, modification);
    const result = await runtime.execute(
      {
        type: 'modify instance',
        processInstanceKey,
        activate: (body.activateInstructions ?? []).map((instruction) => ({
          elementId: instruction.elementId,
          ancestorKey: instruction.ancestorElementInstanceKey ?? null,
          variables: instruction.variableInstructions,
        })),
        move: (body.moveInstructions ?? []).map((instruction) => ({
          source: instruction.sourceElementInstruction,
          targetId: instruction.targetElementId,
          ancestor: instruction.ancestorScopeInstruction,
          variables: instruction.variableInstructions,
        })),
        terminate: body.terminateInstructions ?? [],
      },
      callerOf(request).actor,
    );
    if (!result.ok) throw fromRejection(result.rejection);
    response.sendStatus(204);
  });

  return routes;
}
