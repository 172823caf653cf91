/**
 * `/api/user-tasks/{key}/evidence`: what a person sees beside a decision: what the agent did, and
 * which elements the instance went through, by whom. All of it is read from the journal.
 */
import { Router } from 'express';
import type { FlowNode } from '@countersign/engine';
import { readCall } from '../../agents/recorded-calls.js';
import { findAuditRows } from '../../store/queries/audit-rows.js';
import type { AuditRow } from '../../store/queries/audit-rows.js';
import { elementTypeWord } from '../../store/queries/element-instances.js';
import { findByKey } from '../../store/queries/search.js';
import { USER_TASKS } from '../../store/queries/user-tasks.js';
import type { Runtime } from '../../runtime/runtime.js';
import { refuse } from '../problem.js';
import { readKey } from '../request.js';
import { findElement } from '../v2/model-lookup.js';

/** Rows that are looked at: the newest so many of an instance. */
const MOST_ROWS = 1000;
const AGENT_JOB = 'io.camunda.agenticai:aiagent';

/** The route. */
export function evidenceRoutes(runtime: Runtime): Router {
  const routes = Router();
  const knex = runtime.store.knex;

  routes.get('/user-tasks/:userTaskKey/evidence', async (request, response) => {
    const key = readKey(request, 'userTaskKey');
    const task = await findByKey(knex, USER_TASKS, key);
    if (!task) throw refuse('NOT_FOUND', `There is no user task ${String(key)}.`);
    const rows = await findAuditRows(
      knex,
      { processInstanceKey: Number(task.processInstanceKey), types: ['element completed', 'model call finished'] },
      { limit: MOST_ROWS, order: 'desc' },
    );
    rows.reverse();
    const elementOf = async (row: AuditRow): Promise<FlowNode | undefined> =>
      findElement(runtime, row.processDefinitionKey ?? '', row.elementId ?? '');

    const agentCalls: object[] = [];
    const steps: object[] = [];
    for (const row of rows) {
      const element = await elementOf(row);
      const place = { elementId: row.elementId, elementName: element?.name ?? row.elementId, at: row.at };
      if (row.type === 'model call finished') agentCalls.push({ ...place, ...readCall(row.data) });
      else if (element) {
        steps.push({ ...place, elementType: elementTypeWord(element.type), actor: row.actor, kind: kindOf(element, row.actor) });
      }
    }
    response.json({
      processInstanceKey: task.processInstanceKey,
      processDefinitionKey: task.processDefinitionKey,
      elementId: task.elementId,
      agentCalls,
      steps,
    });
  });

  return routes;
}

/** Who did it: an agent, a person, or the engine and the systems around it. */
function kindOf(element: FlowNode, actor: string): 'ai' | 'human' | 'system' {
  if (actor.startsWith('agent:') || element.job?.type.source.startsWith(AGENT_JOB)) return 'ai';
  if (element.type === 'userTask' || (element.type === 'startEvent' && actor.startsWith('user:'))) return 'human';
  return 'system';
}
