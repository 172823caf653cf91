/**
 * Who may do what: every operation that changes something is an act, and every act needs one of some roles. An
 * administrator may do everything, and so may a client of this machine that has no account. `server/http/permitted.ts`
 * asks here before any route runs; docs/access.md has the table for people, and a test holds both together.
 */
import type { Caller } from './account.js';
import { DIRECTORY_OPERATIONS } from './directory/operations.js';

/** What somebody can do. */
export type Act =
  'look' | 'take part' | 'decide' | 'grant' | 'work' | 'send' | 'operate' | 'deploy' | 'administer';

interface Rule {
  /** The roles that may; null for everybody who is signed in. */
  readonly roles: readonly string[] | null;
  /** The end of the sentence "Only people with the role … can". */
  readonly what: string;
  readonly operations: readonly string[];
}

/** The roles beside `admin`, `auditor` and `data-protection`. */
export const OPERATOR_ROLE = 'operator';
/** See `OPERATOR_ROLE`. */
export const DEPLOYER_ROLE = 'deployer';
/** See `OPERATOR_ROLE`. */
export const WORKER_ROLE = 'worker';

/** What each act needs. */
export const RULES: Readonly<Record<Act, Rule>> = {
  // Questions that are asked by POST. A search is one wherever it stands.
  look: {
    roles: null,
    what: 'look at this',
    operations: [
      'POST /v2/decision-definitions/evaluation',
      'POST /v2/expression/evaluation',
      'POST /v2/process-definitions/:processDefinitionKey/statistics/element-instances',
      'POST /api/deployments/check',
      'POST /api/models/convert',
      'POST /api/process-instances/:processInstanceKey/migration-check',
      'POST /api/batch-operations/dry-run',
    ],
  },
  'take part': {
    roles: null,
    what: 'take part',
    operations: [
      'POST /v2/process-instances',
      'POST /api/models',
      'PUT /api/models/:modelKey',
      'DELETE /api/models/:modelKey',
    ],
  },
  // The route asks again, with what it is about: a task's people, or the roles of `audit-permissions.ts`.
  decide: {
    roles: null,
    what: 'decide this',
    operations: [
      'PATCH /v2/user-tasks/:userTaskKey',
      'POST /v2/user-tasks/:userTaskKey/assignment',
      'DELETE /v2/user-tasks/:userTaskKey/assignee',
      'POST /v2/user-tasks/:userTaskKey/completion',
      'POST /api/user-tasks/:userTaskKey/signing-proofs',
      'POST /api/audit/exports',
      'POST /api/audit/schedules',
      'POST /api/audit/schedules/:scheduleKey/pause',
      'POST /api/audit/schedules/:scheduleKey/resumption',
      'POST /api/audit/schedules/:scheduleKey/run',
      'DELETE /api/audit/schedules/:scheduleKey',
      'POST /api/erasures',
      'POST /api/legal-holds',
      'DELETE /api/legal-holds/:holdKey',
    ],
  },
  // The route asks what was granted to the caller.
  grant: {
    roles: null,
    what: 'change who may do what',
    operations: DIRECTORY_OPERATIONS,
  },
  work: {
    roles: [WORKER_ROLE, OPERATOR_ROLE],
    what: 'take jobs and finish them',
    operations: [
      'POST /v2/jobs/activation',
      'POST /api/jobs/stream',
      'POST /v2/jobs/:jobKey/completion',
      'POST /v2/jobs/:jobKey/failure',
      'POST /v2/jobs/:jobKey/error',
      'PATCH /v2/jobs/:jobKey',
    ],
  },
  send: {
    roles: [WORKER_ROLE, OPERATOR_ROLE],
    what: 'send messages and signals',
    operations: [
      'POST /v2/messages/publication',
      'POST /v2/messages/correlation',
      'POST /v2/signals/broadcast',
      'POST /v2/conditionals/evaluation',
    ],
  },
  operate: {
    roles: [OPERATOR_ROLE],
    what: 'operate process instances',
    operations: [
      'POST /v2/process-instances/:processInstanceKey/cancellation',
      'POST /v2/process-instances/:processInstanceKey/modification',
      'POST /v2/process-instances/:processInstanceKey/migration',
      'POST /v2/process-instances/:processInstanceKey/incident-resolution',
      'POST /v2/process-instances/:processInstanceKey/deletion',
      'POST /v2/process-instances/cancellation',
      'POST /v2/process-instances/modification',
      'POST /v2/process-instances/migration',
      'POST /v2/process-instances/incident-resolution',
      'POST /v2/process-instances/deletion',
      'POST /api/process-instances/:processInstanceKey/suspension',
      'POST /api/process-instances/:processInstanceKey/resumption',
      'POST /v2/incidents/:incidentKey/resolution',
      'PUT /v2/element-instances/:elementInstanceKey/variables',
      'POST /v2/element-instances/ad-hoc-activities/:adHocSubProcessInstanceKey/activation',
      'POST /api/batch-operations',
      'POST /v2/batch-operations/:batchOperationKey/cancellation',
      'POST /v2/batch-operations/:batchOperationKey/suspension',
      'POST /v2/batch-operations/:batchOperationKey/resumption',
    ],
  },
  deploy: {
    roles: [DEPLOYER_ROLE],
    what: 'deploy, and delete what is deployed',
    operations: ['POST /v2/deployments', 'POST /v2/resources/:resourceKey/deletion'],
  },
  administer: {
    roles: [],
    what: 'do this',
    operations: [
      'PUT /api/retention/:processDefinitionId',
      'POST /api/audit/keys',
      'PUT /v2/clock',
      'POST /v2/clock/reset',
    ],
  },
};

/** Why the caller may not do it; null where it may. */
export function refusesAct({ admin, account }: Caller, act: Act): string | null {
  const { roles, what } = RULES[act];
  if (admin || roles === null || roles.some((role) => account?.roles.includes(role))) return null;
  if (roles.length === 0) return `Only administrators can ${what}.`;
  const names = roles.map((role) => `"${role}"`).join(' or ');
  return `Only people with the role ${names} and administrators can ${what}. Ask an administrator for the role.`;
}

/** Everything the caller may not do, with the reason. */
export function refusedActs(caller: Caller): Partial<Record<Act, string>> {
  const acts = Object.keys(RULES) as Act[];
  return Object.fromEntries(
    acts.flatMap((act) => {
      const why = refusesAct(caller, act);
      return why === null ? [] : [[act, why]];
    }),
  );
}
