/**
 * What each operation of the API needs: a permission on the resource that its path names. One of several is enough.
 * Operations are here by their routes; `server/http/permitted.ts` asks before any route runs, and a test fails for an
 * operation of the API that is not here. docs/access.md has the table for people.
 */
import { DIRECTORY_ENTRIES, MEMBERSHIPS, memberPath, membersPath } from './directory/operations.js';
import type { Permission, ResourceType } from './grants/permissions.js';

/** Named places of paths that lead to a resource. */
export const PLACES = [
  'processInstanceKey',
  'processDefinitionKey',
  'elementInstanceKey',
  'adHocSubProcessInstanceKey',
  'incidentKey',
  'jobKey',
  'variableKey',
  'userTaskKey',
  'decisionDefinitionKey',
  'decisionRequirementsKey',
  'decisionEvaluationInstanceKey',
  'resourceKey',
] as const;
/** See `PLACES`. */
export type Place = (typeof PLACES)[number];

/**
 * Which resources of the type: the one that a place of the path leads to; all of them (`*`); or any at all, where the
 * route finds the resource in the body; or those that are seen, where a search leaves out all others, and finds nothing
 * for who sees none; or whatever the route asks about, which answers as if what may not be seen were not there.
 */
export type Which = Place | '*' | 'any' | 'seen' | 'asked';

/** A permission on resources. */
export interface Need {
  readonly type: ResourceType;
  readonly permission: Permission;
  readonly which: Which;
}

/** What an operation needs: one of these; nothing for whoever is signed in. */
export type Needs = readonly Need[];

function need<Type extends ResourceType>(type: Type, permission: Permission<Type>, which: Which): Needs {
  return [{ type, permission, which }];
}

const process = (permission: Permission<'PROCESS_DEFINITION'>, which: Which): Needs =>
  need('PROCESS_DEFINITION', permission, which);
const decision = (permission: Permission<'DECISION_DEFINITION'>, which: Which): Needs =>
  need('DECISION_DEFINITION', permission, which);

/** A user task is reached through its process or by itself. */
const task = (
  ofProcess: Permission<'PROCESS_DEFINITION'>,
  ofTask: Permission<'USER_TASK'>,
  which: Which,
): Needs => [...process(ofProcess, which), ...need('USER_TASK', ofTask, which)];

/** Whoever is signed in. */
const ANYBODY: Needs = [];

const batch = (permission: Permission<'BATCH'>): Needs => [
  ...need('BATCH', permission, '*'),
  ...need('BATCH', 'CREATE', '*'),
];

const READ_TRAIL = need('AUDIT_LOG', 'READ', '*');
const EXPORT = need('AUDIT_EXPORT', 'CREATE', '*');
const ERASE = need('ERASURE', 'CREATE', '*');
const ADMINISTER = need('SYSTEM', 'UPDATE', '*');
/** To see a process instance that a path or a notice names. */
export const SEE_INSTANCE = process('READ_PROCESS_INSTANCE', 'processInstanceKey');
const SEE_INSTANCES = process('READ_PROCESS_INSTANCE', 'seen');
const SEE_ALL_INSTANCES = process('READ_PROCESS_INSTANCE', '*');
const SEE_DEFINITION = process('READ_PROCESS_DEFINITION', 'processDefinitionKey');
/** To see a user task that a path or a notice names. */
export const SEE_TASK = task('READ_USER_TASK', 'READ', 'userTaskKey');
const SEE_TASKS = task('READ_USER_TASK', 'READ', 'seen');
const WORK = process('UPDATE_PROCESS_INSTANCE', 'jobKey');
const DRAW = need('DRAFT', 'READ', '*');

/** What is looked at. */
const LOOKS: Readonly<Record<string, Needs>> = {
  'GET /v2/topology': ANYBODY,
  'GET /v2/status': ANYBODY,
  'GET /v2/license': ANYBODY,
  'GET /v2/authentication/me': ANYBODY,
  'POST /v2/process-instances/search': SEE_INSTANCES,
  'GET /v2/process-instances/:processInstanceKey': SEE_INSTANCE,
  'GET /v2/process-instances/:processInstanceKey/call-hierarchy': SEE_INSTANCE,
  'GET /v2/process-instances/:processInstanceKey/sequence-flows': SEE_INSTANCE,
  'GET /v2/process-instances/:processInstanceKey/statistics/element-instances': SEE_INSTANCE,
  'POST /v2/process-instances/:processInstanceKey/incidents/search': SEE_INSTANCE,
  'GET /api/process-instances/:processInstanceKey/state': SEE_INSTANCE,
  'GET /api/process-instances/:processInstanceKey/suspension': SEE_INSTANCE,
  'POST /api/process-instances/:processInstanceKey/migration-check': SEE_INSTANCE,
  'POST /v2/element-instances/search': SEE_INSTANCES,
  'GET /v2/element-instances/:elementInstanceKey': process('READ_PROCESS_INSTANCE', 'elementInstanceKey'),
  'POST /v2/element-instances/:elementInstanceKey/incidents/search': process(
    'READ_PROCESS_INSTANCE',
    'elementInstanceKey',
  ),
  'POST /v2/incidents/search': SEE_INSTANCES,
  'GET /v2/incidents/:incidentKey': process('READ_PROCESS_INSTANCE', 'incidentKey'),
  'GET /api/incident-groups': SEE_ALL_INSTANCES,
  'POST /v2/variables/search': SEE_INSTANCES,
  'GET /v2/variables/:variableKey': process('READ_PROCESS_INSTANCE', 'variableKey'),
  'POST /v2/jobs/search': SEE_INSTANCES,
  'POST /v2/process-definitions/search': process('READ_PROCESS_DEFINITION', 'seen'),
  'GET /v2/process-definitions/:processDefinitionKey': SEE_DEFINITION,
  'GET /v2/process-definitions/:processDefinitionKey/xml': SEE_DEFINITION,
  'GET /v2/process-definitions/:processDefinitionKey/form': SEE_DEFINITION,
  'POST /v2/process-definitions/:processDefinitionKey/statistics/element-instances': process(
    'READ_PROCESS_INSTANCE',
    'processDefinitionKey',
  ),
  'POST /v2/user-tasks/search': SEE_TASKS,
  'GET /v2/user-tasks/:userTaskKey': SEE_TASK,
  'GET /v2/user-tasks/:userTaskKey/form': SEE_TASK,
  'POST /v2/user-tasks/:userTaskKey/variables/search': SEE_TASK,
  'POST /v2/user-tasks/:userTaskKey/effective-variables/search': SEE_TASK,
  'GET /api/user-tasks/:userTaskKey/evidence': SEE_TASK,
  'GET /api/user-tasks/:userTaskKey/record': SEE_TASK,
  'GET /api/user-tasks/:userTaskKey/signature': SEE_TASK,
  'POST /v2/decision-definitions/search': decision('READ_DECISION_DEFINITION', 'seen'),
  'GET /v2/decision-definitions/:decisionDefinitionKey': decision(
    'READ_DECISION_DEFINITION',
    'decisionDefinitionKey',
  ),
  'GET /v2/decision-definitions/:decisionDefinitionKey/xml': decision(
    'READ_DECISION_DEFINITION',
    'decisionDefinitionKey',
  ),
  'POST /v2/decision-requirements/search': need('DECISION_REQUIREMENTS_DEFINITION', 'READ', 'seen'),
  'GET /v2/decision-requirements/:decisionRequirementsKey': need(
    'DECISION_REQUIREMENTS_DEFINITION',
    'READ',
    'decisionRequirementsKey',
  ),
  'GET /v2/decision-requirements/:decisionRequirementsKey/xml': need(
    'DECISION_REQUIREMENTS_DEFINITION',
    'READ',
    'decisionRequirementsKey',
  ),
  'POST /v2/decision-instances/search': decision('READ_DECISION_INSTANCE', 'seen'),
  'GET /v2/decision-instances/:decisionEvaluationInstanceKey': decision(
    'READ_DECISION_INSTANCE',
    'decisionEvaluationInstanceKey',
  ),
  'GET /v2/resources/:resourceKey': need('RESOURCE', 'READ', 'resourceKey'),
  'GET /v2/resources/:resourceKey/content': need('RESOURCE', 'READ', 'resourceKey'),
  'POST /v2/batch-operations/search': need('BATCH', 'READ', '*'),
  'GET /v2/batch-operations/:batchOperationKey': need('BATCH', 'READ', '*'),
  'POST /v2/batch-operation-items/search': need('BATCH', 'READ', '*'),
  'POST /api/batch-operations/search': need('BATCH', 'READ', '*'),
  'GET /api/batch-operations/:batchOperationKey': need('BATCH', 'READ', '*'),
  'POST /api/batch-operation-items/search': need('BATCH', 'READ', '*'),
  'POST /api/batch-operations/dry-run': SEE_ALL_INSTANCES,
  'POST /v2/expression/evaluation': need('EXPRESSION', 'EVALUATE', '*'),
  'GET /api/overview': ANYBODY,
  'GET /api/users': [...need('USER', 'READ', 'any'), ...task('CLAIM_USER_TASK', 'CLAIM', 'any')],
  'GET /api/groups': [...need('GROUP', 'READ', 'any'), ...task('CLAIM_USER_TASK', 'CLAIM', 'any')],
  'GET /api/samples': ANYBODY,
  'GET /api/live': ANYBODY,
  'GET /api/retention': process('READ_PROCESS_DEFINITION', '*'),
  'GET /api/models': DRAW,
  'GET /api/models/:modelKey': DRAW,
  'GET /api/models/:modelKey/revisions': DRAW,
  'GET /api/models/:modelKey/revisions/:revision': DRAW,
  'POST /api/models/convert': DRAW,
  'POST /api/deployments/check': DRAW,
  'GET /api/audit': READ_TRAIL,
  'GET /api/audit/types': READ_TRAIL,
  'GET /api/audit/sequencer': ANYBODY,
  'GET /api/audit/checkpoint': ANYBODY,
  'GET /api/audit/keys': ANYBODY,
  'GET /api/audit/proof/inclusion': ANYBODY,
  'GET /api/audit/proof/consistency': ANYBODY,
  'GET /api/audit/tile/:level/*index': ANYBODY,
};

/** What takes part in what is drawn and deployed: nobody is asked twice whose task it is (`task-permissions.ts`). */
const TAKES_PART: Readonly<Record<string, Needs>> = {
  'POST /v2/process-instances': process('CREATE_PROCESS_INSTANCE', 'any'),
  'POST /v2/decision-definitions/evaluation': decision('CREATE_DECISION_INSTANCE', 'any'),
  'POST /api/models': need('DRAFT', 'CREATE', '*'),
  'PUT /api/models/:modelKey': need('DRAFT', 'UPDATE', '*'),
  'DELETE /api/models/:modelKey': need('DRAFT', 'DELETE', '*'),
};

const DECIDES: Readonly<Record<string, Needs>> = {
  'PATCH /v2/user-tasks/:userTaskKey': task('UPDATE_USER_TASK', 'UPDATE', 'userTaskKey'),
  'POST /v2/user-tasks/:userTaskKey/assignment': task('CLAIM_USER_TASK', 'CLAIM', 'userTaskKey'),
  'DELETE /v2/user-tasks/:userTaskKey/assignee': task('CLAIM_USER_TASK', 'CLAIM', 'userTaskKey'),
  'POST /v2/user-tasks/:userTaskKey/completion': task('COMPLETE_USER_TASK', 'COMPLETE', 'userTaskKey'),
  'POST /api/user-tasks/:userTaskKey/signing-proofs': task('COMPLETE_USER_TASK', 'COMPLETE', 'userTaskKey'),
};

const EXPORTS: Readonly<Record<string, Needs>> = {
  'GET /api/audit/exports': EXPORT,
  'POST /api/audit/exports': EXPORT,
  'GET /api/audit/bundle': EXPORT,
  'GET /api/audit/schedules': EXPORT,
  'POST /api/audit/schedules': EXPORT,
  'POST /api/audit/schedules/:scheduleKey/pause': EXPORT,
  'POST /api/audit/schedules/:scheduleKey/resumption': EXPORT,
  'POST /api/audit/schedules/:scheduleKey/run': EXPORT,
  'DELETE /api/audit/schedules/:scheduleKey': EXPORT,
};

const ERASES: Readonly<Record<string, Needs>> = {
  'GET /api/erasures': ERASE,
  'POST /api/erasures': ERASE,
  'GET /api/erasures/:erasureKey/certificate': ERASE,
  'GET /api/legal-holds': ERASE,
  'POST /api/legal-holds': ERASE,
  'DELETE /api/legal-holds/:holdKey': ERASE,
};

const WORKS: Readonly<Record<string, Needs>> = {
  'POST /v2/jobs/activation': process('UPDATE_PROCESS_INSTANCE', '*'),
  'POST /api/jobs/stream': process('UPDATE_PROCESS_INSTANCE', '*'),
  'POST /v2/jobs/:jobKey/completion': WORK,
  'POST /v2/jobs/:jobKey/failure': WORK,
  'POST /v2/jobs/:jobKey/error': WORK,
  'PATCH /v2/jobs/:jobKey': WORK,
};

const SENDS: Readonly<Record<string, Needs>> = {
  'POST /v2/messages/publication': need('MESSAGE', 'CREATE', '*'),
  'POST /v2/messages/correlation': need('MESSAGE', 'CREATE', '*'),
  'POST /v2/signals/broadcast': need('MESSAGE', 'CREATE', '*'),
  'POST /v2/conditionals/evaluation': need('MESSAGE', 'CREATE', '*'),
};

const INSTANCE = '/v2/process-instances/:processInstanceKey';
const OPERATES: Readonly<Record<string, Needs>> = {
  [`POST ${INSTANCE}/cancellation`]: process('CANCEL_PROCESS_INSTANCE', 'processInstanceKey'),
  [`POST ${INSTANCE}/modification`]: process('MODIFY_PROCESS_INSTANCE', 'processInstanceKey'),
  [`POST ${INSTANCE}/migration`]: process('MODIFY_PROCESS_INSTANCE', 'processInstanceKey'),
  [`POST ${INSTANCE}/incident-resolution`]: process('MODIFY_PROCESS_INSTANCE', 'processInstanceKey'),
  [`POST ${INSTANCE}/deletion`]: process('DELETE_PROCESS_INSTANCE', 'processInstanceKey'),
  'POST /v2/process-instances/cancellation': batch('CREATE_BATCH_OPERATION_CANCEL_PROCESS_INSTANCE'),
  'POST /v2/process-instances/modification': batch('CREATE_BATCH_OPERATION_MODIFY_PROCESS_INSTANCE'),
  'POST /v2/process-instances/migration': batch('CREATE_BATCH_OPERATION_MIGRATE_PROCESS_INSTANCE'),
  'POST /v2/process-instances/incident-resolution': batch('CREATE_BATCH_OPERATION_RESOLVE_INCIDENT'),
  'POST /v2/process-instances/deletion': batch('CREATE_BATCH_OPERATION_DELETE_PROCESS_INSTANCE'),
  'POST /api/process-instances/:processInstanceKey/suspension': process(
    'MODIFY_PROCESS_INSTANCE',
    'processInstanceKey',
  ),
  'POST /api/process-instances/:processInstanceKey/resumption': process(
    'MODIFY_PROCESS_INSTANCE',
    'processInstanceKey',
  ),
  'POST /v2/incidents/:incidentKey/resolution': process('MODIFY_PROCESS_INSTANCE', 'incidentKey'),
  'PUT /v2/element-instances/:elementInstanceKey/variables': process(
    'MODIFY_PROCESS_INSTANCE',
    'elementInstanceKey',
  ),
  'POST /v2/element-instances/ad-hoc-activities/:adHocSubProcessInstanceKey/activation': process(
    'MODIFY_PROCESS_INSTANCE',
    'adHocSubProcessInstanceKey',
  ),
  'POST /api/batch-operations': need('BATCH', 'CREATE', '*'),
  'POST /v2/batch-operations/:batchOperationKey/cancellation': need('BATCH', 'UPDATE', '*'),
  'POST /v2/batch-operations/:batchOperationKey/suspension': need('BATCH', 'UPDATE', '*'),
  'POST /v2/batch-operations/:batchOperationKey/resumption': need('BATCH', 'UPDATE', '*'),
};

const DEPLOYS: Readonly<Record<string, Needs>> = {
  'POST /v2/deployments': need('RESOURCE', 'CREATE', '*'),
  'POST /v2/resources/:resourceKey/deletion': need('RESOURCE', 'DELETE_PROCESS', '*'),
};

const ADMINISTERS: Readonly<Record<string, Needs>> = {
  'PUT /api/retention/:processDefinitionId': ADMINISTER,
  'POST /api/audit/keys': ADMINISTER,
  'PUT /v2/clock': ADMINISTER,
  'POST /v2/clock/reset': ADMINISTER,
};

/** What the route of a thing in the directory asks for: its members are changed by who may change it. */
function directory(): Record<string, Needs> {
  const asked = (type: ResourceType, permission: Permission): Needs => [{ type, permission, which: 'asked' }];
  const entries = DIRECTORY_ENTRIES.flatMap(([type, { path, id }]): [string, Needs][] => [
    [`POST /v2/${path}`, asked(type, 'CREATE')],
    [`POST /v2/${path}/search`, asked(type, 'READ')],
    [`GET /v2/${path}/:${id}`, asked(type, 'READ')],
    [`PUT /v2/${path}/:${id}`, asked(type, 'UPDATE')],
    [`DELETE /v2/${path}/:${id}`, asked(type, 'DELETE')],
  ]);
  const members = MEMBERSHIPS.flatMap(({ container, member }): [string, Needs][] => [
    [`POST /v2${membersPath(container, member)}/search`, asked(container, 'READ')],
    [`PUT /v2${memberPath(container, member)}`, asked(container, 'UPDATE')],
    [`DELETE /v2${memberPath(container, member)}`, asked(container, 'UPDATE')],
  ]);
  return Object.fromEntries([
    ['POST /v2/setup/user', ANYBODY],
    ['POST /v2/groups/:groupId/roles/search', asked('GROUP', 'READ')],
    ...entries,
    ...members,
  ]);
}

/** What pages ask about as one thing: may this person operate? Its first operation's need stands for all. */
export const ACTS = {
  look: LOOKS,
  'take part': TAKES_PART,
  decide: DECIDES,
  export: EXPORTS,
  erase: ERASES,
  work: WORKS,
  send: SENDS,
  operate: OPERATES,
  deploy: DEPLOYS,
  administer: ADMINISTERS,
  grant: directory(),
} as const satisfies Readonly<Record<string, Readonly<Record<string, Needs>>>>;

/** See `ACTS`. */
export type Act = keyof typeof ACTS;

/** What every operation needs. */
export const OPERATIONS: Readonly<Record<string, Needs>> = Object.assign(
  {},
  ...Object.values(ACTS),
) as Record<string, Needs>;
