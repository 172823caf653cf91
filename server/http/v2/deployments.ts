/** `/v2/deployments`: several files as one unit, all stored or none. */
import { Router } from 'express';
import { z } from 'zod';
import type { Deployed, DeploymentProblem } from '../../runtime/deployments.js';
import type { Runtime } from '../../runtime/runtime.js';
import { callerOf } from '../caller.js';
import { refuse } from '../problem.js';
import type { RequestRefused } from '../problem.js';
import { readBody, tenantField } from '../request.js';
import { receiveFiles, uploadedFiles } from '../upload.js';
import { TENANT } from './tenant.js';

/** Text fields beside the files. */
const uploadFields = z.object({ tenantId: tenantField });

/** The routes; `uploadLimit` in bytes for each file. */
export function deploymentRoutes(runtime: Runtime, uploadLimit: number): Router {
  const routes = Router();
  routes.post('/deployments', receiveFiles(uploadLimit), async (request, response) => {
    readBody(request, uploadFields);
    const result = await runtime.deploy({
      resources: uploadedFiles(request),
      actor: callerOf(request).actor,
    });
    if (!result.ok) throw deploymentRefused(result.problems);
    response.json({
      deploymentKey: String(result.deploymentKey),
      tenantId: TENANT,
      deployments: result.deployments.map(toItem),
    });
  });
  return routes;
}

/** The problem that lists every finding, each with its place. */
function deploymentRefused(problems: readonly DeploymentProblem[]): RequestRefused {
  const errors = problems.filter((problem) => problem.severity === 'error');
  const sentences = errors.slice(0, 10).map(({ resource, elementId, message, hint }) => {
    const place = elementId === null ? resource : `${resource}, ${elementId}`;
    return `${place}: ${[message, hint].filter(Boolean).join(' ')}`;
  });
  const more = errors.length > 10 ? ` and ${String(errors.length - 10)} more` : '';
  return refuse('INVALID_ARGUMENT', `Nothing was deployed. ${sentences.join(' ')}${more}`, { problems });
}

function toItem(deployed: Deployed): object {
  const nothing = {
    processDefinition: null,
    decisionDefinition: null,
    decisionRequirements: null,
    form: null,
    resource: null,
  };
  if (deployed.kind === 'form') {
    return {
      ...nothing,
      form: {
        formId: deployed.formId,
        version: deployed.version,
        resourceName: deployed.resourceName,
        tenantId: TENANT,
        formKey: String(deployed.formKey),
      },
    };
  }
  return {
    ...nothing,
    processDefinition: {
      processDefinitionId: deployed.processId,
      processDefinitionVersion: deployed.version,
      resourceName: deployed.resourceName,
      tenantId: TENANT,
      processDefinitionKey: String(deployed.processDefinitionKey),
    },
  };
}
