/** `/v2/deployments`: several files as one unit, all stored or none. */
import { Router } from 'express';
import type { Deployed, DeploymentProblem } from '../../runtime/deployments.js';
import type { Runtime } from '../../runtime/runtime.js';
import { callerOf } from '../caller.js';
import { describeOperation } from '../openapi/described.js';
import { refuse } from '../problem.js';
import type { RequestRefused } from '../problem.js';
import { readBody } from '../request.js';
import { receiveFiles, uploadFields, uploadedFiles } from '../upload.js';
import { TENANT } from './tenant.js';

describeOperation('POST /v2/deployments', { body: uploadFields, files: true });

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

/** One of the fields is set, the others are null. */
function toItem(deployed: Deployed): object {
  const nothing = {
    processDefinition: null,
    decisionDefinition: null,
    decisionRequirements: null,
    form: null,
    resource: null,
  };
  switch (deployed.kind) {
    case 'process': {
      const { processId, version, resourceName, processDefinitionKey } = deployed;
      const processDefinition = {
        processDefinitionId: processId,
        processDefinitionVersion: version,
        resourceName,
        tenantId: TENANT,
        processDefinitionKey: String(processDefinitionKey),
      };
      return { ...nothing, processDefinition };
    }
    case 'form': {
      const { formId, version, resourceName, formKey } = deployed;
      return {
        ...nothing,
        form: { formId, version, resourceName, tenantId: TENANT, formKey: String(formKey) },
      };
    }
    case 'resource': {
      const { resourceId, version, resourceName, resourceKey } = deployed;
      return {
        ...nothing,
        resource: { resourceId, version, resourceName, tenantId: TENANT, resourceKey: String(resourceKey) },
      };
    }
    case 'requirements': {
      const { decisionRequirementsId, name, version, resourceName, decisionRequirementsKey } = deployed;
      const decisionRequirements = {
        decisionRequirementsId,
        decisionRequirementsName: name,
        version,
        resourceName,
        tenantId: TENANT,
        decisionRequirementsKey: String(decisionRequirementsKey),
      };
      return { ...nothing, decisionRequirements };
    }
    case 'decision': {
      const decisionDefinition = {
        decisionDefinitionId: deployed.decisionId,
        version: deployed.version,
        name: deployed.name,
        tenantId: TENANT,
        decisionRequirementsId: deployed.decisionRequirementsId,
        decisionDefinitionKey: String(deployed.decisionDefinitionKey),
        decisionRequirementsKey: String(deployed.decisionRequirementsKey),
      };
      return { ...nothing, decisionDefinition };
    }
  }
}
