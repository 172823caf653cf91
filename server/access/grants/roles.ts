/**
 * The roles that every database has, each a plain list of grants. `admin` is fixed; the others can be changed, and an
 * upgrade adds to those that nobody has changed.
 */
import { ALL_PERMISSIONS, ANY, TASK_PROPERTIES } from './permissions.js';
import type { Grant, Permission, ResourceType, Scope } from './permissions.js';

/** A grant without its owner. */
export type RoleGrant = Pick<Grant, 'resourceType' | 'permissions' | 'scope'>;

/** A role that comes with the product. */
export interface BuiltInRole {
  readonly roleId: string;
  readonly name: string;
  readonly description: string;
  readonly grants: readonly RoleGrant[];
}

/** The role whose grants nobody can change, and whose last member nobody can take away. */
export const ADMIN_ROLE = 'admin';

/** The role of everybody in a house where all may see what runs. */
export const MEMBER_ROLE = 'member';

const EVERY: Scope = { resourceId: ANY };

function on<Type extends ResourceType>(
  resourceType: Type,
  ...permissions: readonly Permission<Type>[]
): RoleGrant {
  return { resourceType, permissions, scope: EVERY };
}

const TYPES = Object.keys(ALL_PERMISSIONS) as ResourceType[];

function isReading(permission: string): boolean {
  return permission === 'READ' || permission.startsWith('READ_') || permission === 'ACCESS';
}

/** Every permission there is. */
const EVERYTHING_THERE_IS = TYPES.map((type) =>
  on(type, ...(ALL_PERMISSIONS[type] as readonly Permission[])),
);
/** Every permission to look. */
const READING = TYPES.map((type) =>
  on(type, ...(ALL_PERMISSIONS[type] as readonly Permission[]).filter(isReading)),
).filter(({ permissions }) => permissions.length > 0);

/** What those a task names may do with it. */
const OWN_TASKS: readonly RoleGrant[] = TASK_PROPERTIES.map((property) => ({
  resourceType: 'USER_TASK',
  permissions: ALL_PERMISSIONS.USER_TASK,
  scope: { property },
}));

/** What is looked at before anything can be operated or deployed. */
const PROCESSES = [
  on('PROCESS_DEFINITION', 'READ_PROCESS_DEFINITION', 'READ_PROCESS_INSTANCE', 'READ_USER_TASK'),
  on('DECISION_DEFINITION', 'READ_DECISION_DEFINITION', 'READ_DECISION_INSTANCE'),
  on('DECISION_REQUIREMENTS_DEFINITION', 'READ'),
  on('RESOURCE', 'READ'),
];
const DRAWING = [on('DRAFT', 'CREATE', 'READ', 'UPDATE', 'DELETE'), on('EXPRESSION', 'EVALUATE')];
const COMPONENTS = on('COMPONENT', 'ACCESS');

/** All of them. */
export const BUILT_IN_ROLES: readonly BuiltInRole[] = [
  {
    roleId: ADMIN_ROLE,
    name: 'Administrator',
    description: 'Everything, and who else may do what.',
    grants: EVERYTHING_THERE_IS,
  },
  {
    roleId: 'readonly-admin',
    name: 'Administrator who only looks',
    description: 'Sees everything and changes nothing.',
    grants: READING,
  },
  {
    roleId: MEMBER_ROLE,
    name: 'Member of the house',
    description:
      'Sees every process and instance, starts instances, draws, and does the tasks that are theirs.',
    grants: [
      COMPONENTS,
      on(
        'PROCESS_DEFINITION',
        'READ_PROCESS_DEFINITION',
        'READ_PROCESS_INSTANCE',
        'READ_USER_TASK',
        'CREATE_PROCESS_INSTANCE',
        'CLAIM_USER_TASK',
        'COMPLETE_USER_TASK',
        'UPDATE_USER_TASK',
      ),
      on(
        'DECISION_DEFINITION',
        'READ_DECISION_DEFINITION',
        'READ_DECISION_INSTANCE',
        'CREATE_DECISION_INSTANCE',
      ),
      on('DECISION_REQUIREMENTS_DEFINITION', 'READ'),
      on('RESOURCE', 'READ'),
      on('MESSAGE', 'READ'),
      on('BATCH', 'READ'),
      on('AUDIT_LOG', 'READ'),
      ...DRAWING,
      ...OWN_TASKS,
    ],
  },
  {
    roleId: 'task-worker',
    name: 'Task worker',
    description: 'Does the tasks that are assigned or offered to them, and sees nothing else.',
    grants: [COMPONENTS, ...OWN_TASKS],
  },
  {
    roleId: 'designer',
    name: 'Designer',
    description: 'Draws processes, decisions and forms.',
    grants: [
      COMPONENTS,
      ...DRAWING,
      on('PROCESS_DEFINITION', 'READ_PROCESS_DEFINITION'),
      on('DECISION_DEFINITION', 'READ_DECISION_DEFINITION', 'CREATE_DECISION_INSTANCE'),
      on('DECISION_REQUIREMENTS_DEFINITION', 'READ'),
      on('RESOURCE', 'READ'),
    ],
  },
  {
    roleId: 'deployer',
    name: 'Deployer',
    description: 'Deploys, and deletes what is deployed.',
    grants: [
      COMPONENTS,
      on('RESOURCE', ...ALL_PERMISSIONS.RESOURCE),
      on('PROCESS_DEFINITION', 'READ_PROCESS_DEFINITION'),
      on('DECISION_DEFINITION', 'READ_DECISION_DEFINITION'),
      on('DECISION_REQUIREMENTS_DEFINITION', 'READ'),
    ],
  },
  {
    roleId: 'operator',
    name: 'Operator',
    description: 'Cancels, modifies, migrates, suspends and deletes instances, and resolves incidents.',
    grants: [
      COMPONENTS,
      on('PROCESS_DEFINITION', ...ALL_PERMISSIONS.PROCESS_DEFINITION),
      ...PROCESSES.filter(({ resourceType }) => resourceType !== 'PROCESS_DEFINITION'),
      on('DECISION_DEFINITION', 'DELETE_DECISION_INSTANCE'),
      on('BATCH', ...ALL_PERMISSIONS.BATCH),
      on('MESSAGE', 'CREATE', 'READ'),
      on('AUDIT_LOG', 'READ'),
      on('SYSTEM', 'READ', 'READ_JOB_METRIC', 'READ_USAGE_METRIC'),
    ],
  },
  {
    roleId: 'worker',
    name: 'Job worker',
    description: 'Takes jobs and finishes them, sends messages and signals.',
    grants: [
      on('PROCESS_DEFINITION', 'UPDATE_PROCESS_INSTANCE', 'CREATE_PROCESS_INSTANCE', 'READ_PROCESS_INSTANCE'),
      on('MESSAGE', 'CREATE', 'READ'),
      on('DOCUMENT', 'CREATE', 'READ', 'DELETE'),
      on('CLUSTER_VARIABLE', 'READ'),
    ],
  },
  {
    roleId: 'connectors',
    name: 'Connectors',
    description: 'What connector runtimes of others need.',
    grants: [
      on(
        'PROCESS_DEFINITION',
        'READ_PROCESS_DEFINITION',
        'UPDATE_PROCESS_INSTANCE',
        'CREATE_PROCESS_INSTANCE',
      ),
      on('MESSAGE', 'CREATE'),
      on('DOCUMENT', 'CREATE', 'READ', 'DELETE'),
    ],
  },
  {
    roleId: 'rpa',
    name: 'Robots',
    description: 'What robots of others need: their scripts and their jobs.',
    grants: [
      on('RESOURCE', 'READ'),
      on('PROCESS_DEFINITION', 'READ_PROCESS_DEFINITION', 'UPDATE_PROCESS_INSTANCE'),
      on('DOCUMENT', 'CREATE', 'READ'),
    ],
  },
  {
    roleId: 'app-integrations',
    name: 'Integrations',
    description: 'What chats and office programs need: start processes, and do the tasks of others for them.',
    grants: [
      on(
        'PROCESS_DEFINITION',
        'READ_PROCESS_DEFINITION',
        'READ_PROCESS_INSTANCE',
        'CREATE_PROCESS_INSTANCE',
        'READ_USER_TASK',
        'CLAIM_USER_TASK',
        'COMPLETE_USER_TASK',
      ),
      on('DOCUMENT', 'CREATE', 'READ'),
    ],
  },
  {
    roleId: 'auditor',
    name: 'Auditor',
    description: 'Reads everything, exports the audit trail, changes nothing.',
    grants: [...READING, on('AUDIT_EXPORT', 'CREATE')],
  },
  {
    roleId: 'data-protection',
    name: 'Data protection',
    description: 'Erases what is known of a person and sets legal holds; cannot export.',
    grants: [
      COMPONENTS,
      on('ERASURE', 'CREATE'),
      on('AUDIT_LOG', 'READ'),
      on('PROCESS_DEFINITION', 'READ_PROCESS_DEFINITION', 'READ_PROCESS_INSTANCE'),
    ],
  },
];
