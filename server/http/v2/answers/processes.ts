/** What `/v2/process-definitions`, `/deployments` and `/resources` answer. */
import { z } from 'zod';
import type { FormItem, ProcessDefinitionItem } from '../../../store/queries/process-definitions.js';
import { DONE, count, found, key, pageOf, tenantId, text } from '../../openapi/answer.js';
import type { Answers, Shape } from '../../openapi/answer.js';
import { batchStarted } from './batch-operations.js';

const definition = z.strictObject({
  name: z.string().nullable(),
  resourceName: z.string(),
  version: count,
  versionTag: z.string().nullable(),
  processDefinitionId: z.string(),
  tenantId,
  processDefinitionKey: key,
  hasStartForm: z.boolean(),
  state: z.enum(['ACTIVE', 'DRAINING', 'DELETED']),
} satisfies Shape<ProcessDefinitionItem>);

const form = z.strictObject({
  tenantId,
  formId: z.string(),
  schema: z.string().describe('The form, as JSON.'),
  version: count,
  formKey: key,
} satisfies Shape<FormItem>);

/** A form, or 204 where there is none. */
export const formReplies = [found(form), { ...DONE, description: 'There is no form.' }] as const;

const deployedFile = z.strictObject({ resourceName: z.string(), tenantId });
const deployed = z.strictObject({
  processDefinition: deployedFile
    .extend({ processDefinitionId: z.string(), processDefinitionVersion: count, processDefinitionKey: key })
    .nullable(),
  decisionDefinition: z
    .strictObject({
      decisionDefinitionId: z.string(),
      version: count,
      name: z.string(),
      tenantId,
      decisionRequirementsId: z.string(),
      decisionDefinitionKey: key,
      decisionRequirementsKey: key,
    })
    .nullable(),
  decisionRequirements: deployedFile
    .extend({
      decisionRequirementsId: z.string(),
      decisionRequirementsName: z.string(),
      version: count,
      decisionRequirementsKey: key,
    })
    .nullable(),
  form: deployedFile.extend({ formId: z.string(), version: count, formKey: key }).nullable(),
  resource: deployedFile.extend({ resourceId: z.string(), version: count, resourceKey: key }).nullable(),
});
const deployment = z.strictObject({
  deploymentKey: key,
  tenantId,
  deployments: z.array(deployed).describe('One of the fields of each is set.'),
});

const resource = z.strictObject({
  resourceKey: key,
  resourceId: z.string(),
  resourceName: z.string(),
  version: count,
  versionTag: z.string().nullable(),
  tenantId,
});

/** The answers. */
export const PROCESS_ANSWERS: Answers = {
  'POST /v2/process-definitions/search': { id: 'searchProcessDefinitions', replies: [pageOf(definition)] },
  'GET /v2/process-definitions/:processDefinitionKey': {
    id: 'getProcessDefinition',
    replies: [found(definition)],
  },
  'GET /v2/process-definitions/:processDefinitionKey/xml': {
    id: 'getProcessDefinitionXml',
    replies: [text('text/xml', 'The BPMN file.')],
  },
  'GET /v2/process-definitions/:processDefinitionKey/form': {
    id: 'getStartProcessForm',
    replies: formReplies,
  },
  'POST /v2/deployments': { id: 'createDeployment', replies: [found(deployment)] },
  'GET /v2/resources/:resourceKey': { id: 'getResource', replies: [found(resource)] },
  'GET /v2/resources/:resourceKey/content': {
    id: 'getResourceContent',
    replies: [text('text/plain', 'The file.')],
  },
  'POST /v2/resources/:resourceKey/deletion': {
    id: 'deleteResource',
    replies: [found(z.strictObject({ resourceKey: key, batchOperation: batchStarted.nullable() }))],
  },
};
