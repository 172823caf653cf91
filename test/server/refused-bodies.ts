/**
 * Requests that the reference refuses, by what its own tests send: the state forbids it, or the body says something that
 * cannot be. Places in braces stand for what the test has set up.
 */

/** A request, and the status of its refusal. */
export interface Refused {
  readonly request: `${'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'} /${string}`;
  readonly body?: unknown;
  readonly status: 400 | 404 | 409 | 415;
}

const NOBODY = '2251799813738612';

const MOVES = [{ sourceElementId: 'work', targetElementId: 'end' }];
/** The requests. */
export const REFUSED_BODIES: readonly Refused[] = [
  { request: 'POST /process-instances', body: {}, status: 400 },
  { request: 'POST /process-instances', body: { processDefinitionKey: 1234567890 }, status: 400 },
  { request: 'POST /process-instances', body: { processDefinitionId: 'nobody' }, status: 404 },
  { request: 'POST /process-instances', body: { processDefinitionKey: NOBODY }, status: 404 },
  {
    request: 'POST /process-instances',
    body: { processDefinitionId: 'one-job', processDefinitionKey: '{definition}' },
    status: 400,
  },
  { request: 'POST /process-instances', body: { processDefinitionId: 'one-job', tags: ['1'] }, status: 400 },
  {
    request: 'POST /process-instances',
    body: { processDefinitionId: 'one-job', tenantId: 'other' },
    status: 400,
  },
  {
    request: 'POST /process-instances',
    body: { processDefinitionId: 'one-job', operationReference: 0 },
    status: 400,
  },
  { request: 'POST /process-instances/{running}/cancellation', body: { operationReference: 0 }, status: 400 },
  {
    request: 'POST /process-instances/{running}/cancellation',
    body: { operationReference: 0.5 },
    status: 400,
  },
  {
    request: 'POST /process-instances/{running}/cancellation',
    body: { operationReference: 'x' },
    status: 400,
  },
  {
    request: 'POST /process-instances/{running}/migration',
    body: { mappingInstructions: MOVES },
    status: 400,
  },
  {
    request: 'POST /process-instances/{running}/migration',
    body: { targetProcessDefinitionKey: '{definition}', mappingInstructions: 'first this, then that' },
    status: 400,
  },
  {
    request: 'POST /process-instances/{running}/migration',
    body: {
      targetProcessDefinitionKey: '{definition}',
      mappingInstructions: [{ sourceElementId: 'work', targetElementId: 'start' }],
    },
    status: 409,
  },
  {
    request: 'POST /process-instances/{running}/modification',
    body: { activateInstructions: { a: 1 } },
    status: 400,
  },
  { request: 'POST /process-instances/modification', body: { moveInstructions: MOVES }, status: 400 },
  { request: 'POST /process-instances/modification', body: { filter: { hasIncident: true } }, status: 400 },
  { request: 'POST /process-instances/migration', body: { filter: { hasIncident: true } }, status: 400 },
  { request: 'POST /process-instances/{running}/deletion', status: 409 },
  { request: 'POST /process-instances/{ended}/cancellation', status: 404 },
  {
    request: 'POST /jobs/activation',
    body: { type: 1000, timeout: 1000, maxJobsToActivate: 1 },
    status: 400,
  },
  { request: 'POST /jobs/activation', body: { type: 'work', maxJobsToActivate: 1 }, status: 400 },
  { request: 'POST /jobs/activation', body: { type: 'work', timeout: 1000 }, status: 400 },
  { request: 'POST /jobs/activation', body: { type: '', timeout: 1000, maxJobsToActivate: 1 }, status: 400 },
  { request: 'POST /jobs/activation', body: { type: 'work', timeout: 0, maxJobsToActivate: 1 }, status: 400 },
  {
    request: 'POST /jobs/activation',
    body: { type: 'work', timeout: 1000, maxJobsToActivate: 0 },
    status: 400,
  },
  {
    request: 'POST /jobs/activation',
    body: { type: 'work', timeout: 1000, maxJobsToActivate: 1, tenantIds: ['nobody'] },
    status: 400,
  },
  {
    request: 'POST /jobs/activation',
    body: { type: 'work', timeout: 1000, maxJobsToActivate: 1, tenantFilter: 'SOME' },
    status: 400,
  },
  { request: `POST /jobs/${NOBODY}/completion`, body: { unexpectedField: 123 }, status: 400 },
  { request: `POST /jobs/${NOBODY}/failure`, body: { retries: '2', errorMessage: 2 }, status: 400 },
  { request: `POST /jobs/${NOBODY}/error`, body: { errorCode: 2, errorMessage: 2 }, status: 400 },
  {
    request: `PATCH /jobs/${NOBODY}`,
    body: { changeset: { retries: 'zero', timeout: 'zero' } },
    status: 400,
  },
  { request: `PATCH /jobs/${NOBODY}`, body: { changeset: {} }, status: 400 },
  { request: 'POST /jobs/{failed}/completion', body: {}, status: 409 },
  { request: 'POST /jobs/{failed}/failure', body: { retries: 0, errorMessage: 'again' }, status: 409 },
  { request: 'POST /jobs/{thrown}/error', body: { errorCode: 'E' }, status: 409 },
  { request: 'POST /incidents/{incident}/resolution', status: 409 },
  { request: 'PATCH /user-tasks/{task}', body: { changeset: {} }, status: 400 },
  { request: 'PATCH /user-tasks/{task}', body: { changeset: { priority: 101 } }, status: 400 },
  { request: 'PATCH /user-tasks/{task}', body: { changeset: { priority: -1 } }, status: 400 },
  { request: 'PATCH /user-tasks/{done}', body: { changeset: { priority: 50 } }, status: 404 },
  { request: 'POST /user-tasks/{task}/assignment', body: {}, status: 400 },
  { request: 'POST /user-tasks/{done}/assignment', body: { assignee: 'demo' }, status: 404 },
  { request: 'DELETE /user-tasks/{done}/assignee', status: 404 },
  { request: 'POST /user-tasks/{task}/completion', body: { invalid: 'payload' }, status: 400 },
  { request: 'POST /user-tasks/{done}/completion', body: {}, status: 404 },
  { request: 'POST /user-tasks/{task}/variables/search', body: { page: 'invalidValue' }, status: 400 },
  { request: 'POST /decision-definitions/evaluation', body: {}, status: 400 },
  { request: 'POST /decision-definitions/evaluation', body: { decisionDefinitionId: 'nobody' }, status: 404 },
  { request: 'POST /decision-definitions/evaluation', body: { decisionDefinitionKey: NOBODY }, status: 404 },
  { request: 'GET /decision-instances/meow', status: 400 },
  { request: 'GET /decision-instances/+++', status: 400 },
  { request: `GET /decision-instances/${NOBODY}-1`, status: 404 },
  { request: 'POST /messages/publication', body: { correlationKey: 'a' }, status: 400 },
  { request: 'POST /messages/publication', body: { name: 'm', tenantId: 'other' }, status: 400 },
  { request: 'POST /messages/correlation', body: { correlationKey: 'a' }, status: 400 },
  {
    request: 'POST /messages/correlation',
    body: { name: 'm', correlationKey: 'a', tenantId: 'other' },
    status: 400,
  },
  { request: 'POST /messages/correlation', body: { name: 'nobody', correlationKey: 'a' }, status: 404 },
  { request: 'POST /signals/broadcast', body: {}, status: 400 },
  { request: 'POST /signals/broadcast', body: { signalName: 's', tenantId: 'other' }, status: 400 },
  { request: 'POST /conditionals/evaluation', body: {}, status: 400 },
  { request: 'POST /conditionals/evaluation', body: { variables: { x: 1 }, tenantId: 'other' }, status: 400 },
  {
    request: 'POST /conditionals/evaluation',
    body: { variables: { x: 1 }, processDefinitionKey: '99999999' },
    status: 404,
  },
  { request: 'POST /expression/evaluation', body: {}, status: 400 },
  { request: 'POST /expression/evaluation', body: { expression: '=x +', variables: { x: 1 } }, status: 400 },
  { request: 'POST /expression/evaluation', body: { expression: '=if x > 5 then "big"' }, status: 400 },
  { request: 'PUT /clock', body: { timestamp: 'meow' }, status: 400 },
  { request: 'PUT /clock', body: {}, status: 400 },
  { request: 'PUT /clock', body: { timestamp: -1 }, status: 400 },
  { request: 'POST /batch-operations/{over}/suspension', status: 404 },
  { request: 'POST /batch-operations/{over}/cancellation', status: 404 },
  {
    request: 'POST /element-instances/ad-hoc-activities/{running}/activation',
    body: { cancelRemainingInstances: false },
    status: 400,
  },
];
