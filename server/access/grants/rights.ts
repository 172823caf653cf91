/**
 * What somebody may do: the grants of everything they are, compiled once. `decide` asks about one resource, `visible`
 * about all of a type, for a search. Both read the same sets, so that a row is found exactly where it may be got.
 */
import { ANY } from './permissions.js';
import type { Grant, Permission, ResourceType, TaskProperty } from './permissions.js';

/** The people of a user task, which grants by property ask for. */
export interface TaskNames {
  readonly assignee: string | null;
  readonly candidateUsers: readonly string[];
  readonly candidateGroups: readonly string[];
}

/** Who it is that owns the grants by property. */
export interface Names {
  readonly username: string | null;
  readonly groups: readonly string[];
}

/** What a caller asks about: a resource of a type by its id, and, for a user task, its people. */
export interface Resource<Type extends ResourceType = ResourceType> {
  readonly type: Type;
  /** The id that grants name: a process id, a decision id, a group, a key as text. `*` for what has none. */
  readonly id: string;
  readonly task?: TaskNames;
}

/** The resources of a type somebody may do something to. */
export type Visible =
  | { readonly all: true }
  | {
      readonly all: false;
      /** By id, without an order. */
      readonly ids: readonly string[];
      /** User tasks by the properties that name the caller. */
      readonly properties: readonly TaskProperty[];
    };

interface Granted {
  all: boolean;
  readonly ids: Set<string>;
  readonly properties: Set<TaskProperty>;
}

/** The compiled grants of one caller. */
export interface Rights {
  readonly names: Names;
  /** Everything, whatever was granted: the machine's own client where nobody signs in. */
  readonly everything: boolean;
  readonly granted: ReadonlyMap<string, Readonly<Granted>>;
}

const NOTHING: Visible = { all: false, ids: [], properties: [] };
const ALL: Visible = { all: true };

function keyOf(type: ResourceType, permission: Permission): string {
  return `${type} ${permission}`;
}

/** The rights of a caller without limits. */
export const EVERYTHING: Rights = {
  names: { username: null, groups: [] },
  everything: true,
  granted: new Map(),
};

/** Compiles the grants of everything a caller is: itself, its groups, its roles, the rules its claims meet. */
export function compileRights(grants: Iterable<Grant>, names: Names): Rights {
  const granted = new Map<string, Granted>();
  for (const { resourceType, permissions, scope } of grants) {
    for (const permission of permissions) {
      const key = keyOf(resourceType, permission);
      let entry = granted.get(key);
      if (!entry) granted.set(key, (entry = { all: false, ids: new Set(), properties: new Set() }));
      if (scope.property !== undefined) entry.properties.add(scope.property);
      else if (scope.resourceId === ANY) entry.all = true;
      else entry.ids.add(scope.resourceId);
    }
  }
  return { names, everything: false, granted };
}

/** Whether the caller may do it to this resource. */
export function decide<Type extends ResourceType>(
  rights: Rights,
  permission: Permission<Type>,
  { type, id, task }: Resource<Type>,
): boolean {
  if (rights.everything) return true;
  const entry = rights.granted.get(keyOf(type, permission));
  if (!entry) return false;
  if (entry.all || entry.ids.has(id)) return true;
  if (!task) return false;
  for (const property of entry.properties) if (namesCaller(task, property, rights.names)) return true;
  return false;
}

/** What of a type the caller may do it to. */
export function visible<Type extends ResourceType>(
  rights: Rights,
  permission: Permission<Type>,
  type: Type,
): Visible {
  if (rights.everything) return ALL;
  const entry = rights.granted.get(keyOf(type, permission));
  if (!entry) return NOTHING;
  if (entry.all) return ALL;
  return { all: false, ids: [...entry.ids], properties: [...entry.properties] };
}

/** Whether the caller may do it to anything of the type at all. */
export function mayAny<Type extends ResourceType>(
  rights: Rights,
  permission: Permission<Type>,
  type: Type,
): boolean {
  const which = visible(rights, permission, type);
  return which.all || which.ids.length > 0 || which.properties.length > 0;
}

/** Whether a property of the task names the caller. A search asks the same with SQL. */
export function namesCaller(task: TaskNames, property: TaskProperty, { username, groups }: Names): boolean {
  switch (property) {
    case 'assignee':
      return username !== null && task.assignee === username;
    case 'candidateUsers':
      return username !== null && task.candidateUsers.includes(username);
    case 'candidateGroups':
      return task.candidateGroups.some((group) => groups.includes(group));
  }
}

/** The sentence that names what is missing. */
export function missing<Type extends ResourceType>(
  permission: Permission<Type>,
  type: Type,
  id: string,
): string {
  const which = id === ANY ? '' : ` "${id}"`;
  return `You need the permission ${permission} on ${type}${which}. Ask an administrator to grant it.`;
}
