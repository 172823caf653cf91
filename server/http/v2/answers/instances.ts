/** What `/v2` answers about process instances and what is in them. */
import { z } from 'zod';
import type { ElementInstanceItem } from '../../../store/queries/element-instances.js';
import type { IncidentItem } from '../../../store/queries/incidents.js';
import type { ProcessInstanceItem } from '../../../store/queries/process-instances.js';
import type { ElementStatistics } from '../../../store/queries/statistics.js';
import type { VariableItem } from '../../../store/queries/variables.js';
import { DONE, count, found, key, pageOf, tenantId, time, variables } from '../../openapi/answer.js';
import type { Answers, Shape } from '../../openapi/answer.js';

const creation = z.strictObject({
  processDefinitionId: z.string(),
  processDefinitionVersion: count,
  tenantId,
  variables: variables.describe('Of the whole instance, where its completion was awaited.'),
  processDefinitionKey: key,
  processInstanceKey: key,
  tags: z.array(z.string()),
  businessId: z.string().nullable(),
});

const instance = z.strictObject({
  processDefinitionId: z.string(),
  processDefinitionName: z.string().nullable(),
  processDefinitionVersion: count,
  processDefinitionVersionTag: z.string().nullable(),
  startDate: time,
  endDate: time.nullable(),
  state: z.string(),
  hasIncident: z.boolean(),
  tenantId,
  processInstanceKey: key,
  processDefinitionKey: key,
  parentProcessInstanceKey: key.nullable(),
  parentElementInstanceKey: key.nullable(),
  rootProcessInstanceKey: key,
  tags: z.array(z.string()),
  businessId: z.string().nullable(),
} satisfies Shape<ProcessInstanceItem>);

const element = z.strictObject({
  processDefinitionId: z.string(),
  startDate: time,
  endDate: time.nullable(),
  elementId: z.string(),
  type: z.string(),
  state: z.string(),
  hasIncident: z.boolean(),
  tenantId,
  elementInstanceKey: key,
  processInstanceKey: key,
  rootProcessInstanceKey: key,
  processDefinitionKey: key,
  incidentKey: key.nullable(),
} satisfies Shape<ElementInstanceItem>);
const namedElement = element.extend({ elementName: z.string() });

const incident = z.strictObject({
  processDefinitionId: z.string(),
  errorType: z.string(),
  errorMessage: z.string(),
  elementId: z.string(),
  creationTime: time,
  state: z.string(),
  tenantId,
  incidentKey: key,
  processDefinitionKey: key,
  processInstanceKey: key,
  rootProcessInstanceKey: key,
  elementInstanceKey: key,
  jobKey: key.nullable(),
} satisfies Shape<IncidentItem>);

const variable = z.strictObject({
  name: z.string(),
  value: z.string().describe('JSON.'),
  tenantId,
  variableKey: key,
  scopeKey: key,
  processInstanceKey: key,
  rootProcessInstanceKey: key,
} satisfies Shape<VariableItem>);

/** A page of variables: a long value may be cut. */
export const variablePage = pageOf(variable.extend({ isTruncated: z.boolean() }));

const statistics = z.strictObject({
  items: z.array(
    z.strictObject({
      elementId: z.string(),
      active: count,
      canceled: count,
      incidents: count,
      completed: count,
    } satisfies Shape<ElementStatistics>),
  ),
});
const flow = z.strictObject({
  sequenceFlowId: z.string(),
  processInstanceKey: key,
  rootProcessInstanceKey: key,
  processDefinitionKey: key,
  processDefinitionId: z.string(),
  elementId: z.string(),
  tenantId,
});
const caller = z.strictObject({
  processInstanceKey: key,
  processDefinitionKey: key,
  processDefinitionName: z.string(),
});

/** The answers. */
export const INSTANCE_ANSWERS: Answers = {
  'POST /v2/process-instances': { id: 'createProcessInstance', replies: [found(creation)] },
  'POST /v2/process-instances/search': { id: 'searchProcessInstances', replies: [pageOf(instance)] },
  'GET /v2/process-instances/:processInstanceKey': { id: 'getProcessInstance', replies: [found(instance)] },
  'POST /v2/process-instances/:processInstanceKey/cancellation': {
    id: 'cancelProcessInstance',
    replies: [DONE],
  },
  'POST /v2/process-instances/:processInstanceKey/migration': {
    id: 'migrateProcessInstance',
    replies: [DONE],
  },
  'POST /v2/process-instances/:processInstanceKey/modification': {
    id: 'modifyProcessInstance',
    replies: [DONE],
  },
  'GET /v2/process-instances/:processInstanceKey/statistics/element-instances': {
    id: 'getProcessInstanceStatistics',
    replies: [found(statistics)],
  },
  'POST /v2/process-definitions/:processDefinitionKey/statistics/element-instances': {
    id: 'getProcessDefinitionStatistics',
    replies: [found(statistics)],
  },
  'GET /v2/process-instances/:processInstanceKey/sequence-flows': {
    id: 'getProcessInstanceSequenceFlows',
    replies: [found(z.strictObject({ items: z.array(flow) }))],
  },
  'GET /v2/process-instances/:processInstanceKey/call-hierarchy': {
    id: 'getProcessInstanceCallHierarchy',
    replies: [found(z.array(caller), 'From the outermost caller to the instance itself.')],
  },
  'POST /v2/process-instances/:processInstanceKey/incidents/search': {
    id: 'searchProcessInstanceIncidents',
    replies: [pageOf(incident)],
  },
  'POST /v2/element-instances/:elementInstanceKey/incidents/search': {
    id: 'searchElementInstanceIncidents',
    replies: [pageOf(incident)],
  },
  'POST /v2/element-instances/search': { id: 'searchElementInstances', replies: [pageOf(namedElement)] },
  'GET /v2/element-instances/:elementInstanceKey': {
    id: 'getElementInstance',
    replies: [found(namedElement)],
  },
  'PUT /v2/element-instances/:elementInstanceKey/variables': {
    id: 'createElementInstanceVariables',
    replies: [DONE],
  },
  'POST /v2/element-instances/ad-hoc-activities/:adHocSubProcessInstanceKey/activation': {
    id: 'activateAdHocSubProcessActivities',
    replies: [DONE],
  },
  'POST /v2/incidents/search': { id: 'searchIncidents', replies: [pageOf(incident)] },
  'GET /v2/incidents/:incidentKey': { id: 'getIncident', replies: [found(incident)] },
  'POST /v2/incidents/:incidentKey/resolution': { id: 'resolveIncident', replies: [DONE] },
  'POST /v2/variables/search': { id: 'searchVariables', replies: [variablePage] },
  'GET /v2/variables/:variableKey': { id: 'getVariable', replies: [found(variable)] },
};
