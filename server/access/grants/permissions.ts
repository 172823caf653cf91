/**
 * What can be granted: the owners, resource types and permissions of the reference API, so that its requests and what
 * people know of it hold here, and the few of ours that it has no word for.
 */

/** Who can be given a grant. */
export const OWNER_TYPES = ['USER', 'CLIENT', 'ROLE', 'GROUP', 'MAPPING_RULE'] as const;
/** See `OWNER_TYPES`. */
export type OwnerType = (typeof OWNER_TYPES)[number];

const MANAGED = ['CREATE', 'READ', 'UPDATE', 'DELETE'] as const;

/** What may be done to resources of each type of the reference API. */
export const PERMISSIONS = {
  AUDIT_LOG: ['READ'],
  AUTHORIZATION: MANAGED,
  BATCH: [
    'CREATE',
    'CREATE_BATCH_OPERATION_CANCEL_PROCESS_INSTANCE',
    'CREATE_BATCH_OPERATION_DELETE_DECISION_DEFINITION',
    'CREATE_BATCH_OPERATION_DELETE_DECISION_INSTANCE',
    'CREATE_BATCH_OPERATION_DELETE_PROCESS_DEFINITION',
    'CREATE_BATCH_OPERATION_DELETE_PROCESS_INSTANCE',
    'CREATE_BATCH_OPERATION_MIGRATE_PROCESS_INSTANCE',
    'CREATE_BATCH_OPERATION_MODIFY_PROCESS_INSTANCE',
    'CREATE_BATCH_OPERATION_RESOLVE_INCIDENT',
    'READ',
    'UPDATE',
  ],
  CLUSTER_VARIABLE: MANAGED,
  COMPONENT: ['ACCESS'],
  DECISION_DEFINITION: [
    'CREATE_DECISION_INSTANCE',
    'DELETE_DECISION_INSTANCE',
    'READ_DECISION_DEFINITION',
    'READ_DECISION_INSTANCE',
  ],
  DECISION_REQUIREMENTS_DEFINITION: ['READ'],
  DOCUMENT: ['CREATE', 'READ', 'DELETE'],
  EXPRESSION: ['EVALUATE'],
  GLOBAL_LISTENER: [
    'CREATE_TASK_LISTENER',
    'READ_TASK_LISTENER',
    'UPDATE_TASK_LISTENER',
    'DELETE_TASK_LISTENER',
  ],
  GROUP: MANAGED,
  MAPPING_RULE: MANAGED,
  MESSAGE: ['CREATE', 'READ'],
  PROCESS_DEFINITION: [
    'CANCEL_PROCESS_INSTANCE',
    'CLAIM_USER_TASK',
    'COMPLETE_USER_TASK',
    'CREATE_PROCESS_INSTANCE',
    'DELETE_PROCESS_INSTANCE',
    'MODIFY_PROCESS_INSTANCE',
    'READ_PROCESS_DEFINITION',
    'READ_PROCESS_INSTANCE',
    'READ_USER_TASK',
    'UPDATE_PROCESS_INSTANCE',
    'UPDATE_USER_TASK',
  ],
  RESOURCE: ['CREATE', 'READ', 'DELETE_DRD', 'DELETE_FORM', 'DELETE_PROCESS', 'DELETE_RESOURCE'],
  ROLE: MANAGED,
  SYSTEM: ['READ', 'READ_USAGE_METRIC', 'READ_JOB_METRIC', 'UPDATE'],
  TENANT: MANAGED,
  USER: MANAGED,
  USER_TASK: ['READ', 'UPDATE', 'CLAIM', 'COMPLETE'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** What the reference API has no word for: drafts of the web app, what leaves in exports, what is erased or held. */
export const OWN_PERMISSIONS = {
  DRAFT: MANAGED,
  AUDIT_EXPORT: ['CREATE'],
  ERASURE: ['CREATE'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** All of both. */
export const ALL_PERMISSIONS = { ...PERMISSIONS, ...OWN_PERMISSIONS } as const;

/** A type of resource. */
export type ResourceType = keyof typeof ALL_PERMISSIONS;
/** A permission that resources of the type can be granted for. */
export type Permission<Type extends ResourceType = ResourceType> = (typeof ALL_PERMISSIONS)[Type][number];

/** The properties of a user task by which those it is about may be granted something. */
export const TASK_PROPERTIES = ['assignee', 'candidateUsers', 'candidateGroups'] as const;
/** See `TASK_PROPERTIES`. */
export type TaskProperty = (typeof TASK_PROPERTIES)[number];

/** Every resource of the type. */
export const ANY = '*';

/** What a grant is about: one resource, every resource (`*`), or the tasks that name the owner in a property. */
export type Scope =
  | { readonly resourceId: string; readonly property?: undefined }
  | { readonly property: TaskProperty; readonly resourceId?: undefined };

/** One rule: the owner may do this to these. There is no rule that takes away. */
export interface Grant {
  readonly ownerType: OwnerType;
  readonly ownerId: string;
  readonly resourceType: ResourceType;
  readonly permissions: readonly Permission[];
  readonly scope: Scope;
}

/** Whether resources of a type know the permission. */
export function isPermissionOf(type: ResourceType, permission: string): permission is Permission {
  return (ALL_PERMISSIONS[type] as readonly string[]).includes(permission);
}
