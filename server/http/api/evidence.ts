/**
 * `/api/user-tasks/{key}/evidence`: what a person sees beside a decision: what the agent did, and
 * which elements the instance went through, by whom. All of it is read from the journal.
 */
import { Router } from 'express';
import { readTaskEvidence } from '../../audit/task-evidence.js';
import type { Runtime } from '../../runtime/runtime.js';
import { findTask } from '../user-task.js';

/** The route. */
export function evidenceRoutes(runtime: Runtime): Router {
  const routes = Router();

  routes.get('/user-tasks/:userTaskKey/evidence', async (request, response) => {
    const { task } = await findTask(runtime, request);
    const { processInstanceKey, processDefinitionKey, elementId } = task;
    const evidence = await readTaskEvidence(runtime, task);
    response.json({ processInstanceKey, processDefinitionKey, elementId, ...evidence });
  });

  return routes;
}
