/** `/api/overview` and what else the pages ask for: people, groups, example inputs, a trial deployment. */
import { Router } from 'express';
import { z } from 'zod';
import { countPresent, countToday } from '../../store/queries/overview.js';
import { findGroups, findUsers } from '../../store/queries/accounts.js';
import type { Runtime } from '../../runtime/runtime.js';
import type { Sample } from '../../samples/samples.js';
import { callerOf } from '../caller.js';
import { describeOperation } from '../openapi/described.js';
import { readBody, readQuery } from '../request.js';
import { receiveFiles, uploadFields, uploadedFiles } from '../upload.js';

const people = z.strictObject({ q: z.string().default('') });

describeOperation('GET /api/users', { query: people });
describeOperation('POST /api/deployments/check', { body: uploadFields, files: true });

/** The routes; `uploadLimit` in bytes for each file. */
export function homeRoutes(runtime: Runtime, samples: readonly Sample[], uploadLimit: number): Router {
  const routes = Router();
  const knex = runtime.store.knex;

  routes.get('/overview', async (request, response) => {
    const midnight = new Date(runtime.clock.now()).setHours(0, 0, 0, 0);
    const { account, rights } = callerOf(request);
    const present = await countPresent(knex, account, rights);
    const today = await countToday(knex, midnight, rights);
    response.json({ ...present, ...today, more: [...present.more, ...today.more] });
  });

  routes.get('/users', async (request, response) => {
    const { q } = readQuery(request, people);
    response.json({ items: await findUsers(knex, q) });
  });

  routes.get('/groups', async (_request, response) => {
    response.json({ items: await findGroups(knex) });
  });

  routes.get('/samples', (_request, response) => {
    response.json({
      items: samples.map(({ processDefinitionId, name, cases }) => ({ processDefinitionId, name, cases })),
    });
  });

  routes.post('/deployments/check', receiveFiles(uploadLimit), async (request, response) => {
    readBody(request, uploadFields);
    const { resources, problems } = await runtime.checkDeployment({
      resources: uploadedFiles(request),
      actor: callerOf(request).actor,
    });
    response.json({
      resources: resources.map(({ name, changes }) => ({
        name,
        processes: changes
          .filter((change) => change.kind === 'process')
          .map(({ id, currentVersion, nextVersion }) => ({
            processDefinitionId: id,
            currentVersion,
            nextVersion,
          })),
        forms: changes
          .filter((change) => change.kind === 'form')
          .map(({ id, currentVersion, nextVersion }) => ({ formId: id, currentVersion, nextVersion })),
        decisions: changes
          .filter((change) => change.kind === 'decision')
          .map(({ id, currentVersion, nextVersion }) => ({
            decisionDefinitionId: id,
            currentVersion,
            nextVersion,
          })),
      })),
      problems,
    });
  });

  return routes;
}
