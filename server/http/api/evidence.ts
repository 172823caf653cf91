/**
 * `/api/user-tasks/{key}/evidence`: what a person sees beside a decision: what the agent did, and
 * which elements the instance went through, by whom. All of it is read from the journal.
 */
import { Router } from 'express';
import { asKey } from '@countersign/engine';
import { readEvidence } from '../../store/queries/evidence.js';
import { elementTypeWord } from '../../store/queries/element-instances.js';
import { findByKey } from '../../store/queries/search.js';
import { USER_TASKS } from '../../store/queries/user-tasks.js';
import type { Runtime } from '../../runtime/runtime.js';
import { refuse } from '../problem.js';
import { readKey } from '../request.js';

/** The route. */
export function evidenceRoutes(runtime: Runtime): Router {
  const routes = Router();
  const { definitions, store } = runtime;

  routes.get('/user-tasks/:userTaskKey/evidence', async (request, response) => {
    const key = readKey(request, 'userTaskKey');
    const task = await findByKey(store.knex, USER_TASKS, key);
    if (!task) throw refuse('NOT_FOUND', `There is no user task ${String(key)}.`);
    const { processInstanceKey, processDefinitionKey, elementId } = task;
    const definition = await definitions.load(asKey(Number(processDefinitionKey)));
    const { agentCalls, steps } = await readEvidence(
      store.knex,
      asKey(Number(processInstanceKey)),
      (_key, id) => {
        const element = definition?.model.elementsById.get(id);
        return element && { name: element.name ?? null, type: element.type };
      },
    );
    response.json({
      processInstanceKey,
      processDefinitionKey,
      elementId,
      agentCalls,
      steps: steps.map((step) => ({ ...step, elementType: elementTypeWord(step.elementType) })),
    });
  });

  return routes;
}
