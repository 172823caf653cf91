/** A user task as a listener sees it while it is asked: with what the change, and listeners before it, give it. */
import { writeJson } from '../model/exact-json.js';
import type { JsonValue } from '../model/json.js';
import type { UserTaskAttributes, UserTaskState } from './instance-tree.js';

/** The task's attributes after the change, the action of the change, and the names of what it changes. */
export interface UserTaskView extends UserTaskAttributes {
  readonly action: string;
  readonly changedAttributes: readonly string[];
}

/** Gives the view of a task; without a change it is the task as it stands. */
export function viewUserTask({ attributes, initialAssignee, change }: UserTaskState): UserTaskView {
  const { assignee = attributes.assignee, ...others } = change?.changes ?? {};
  const given = Object.entries(others).filter(([, value]) => value !== undefined);
  const after: UserTaskAttributes = {
    ...attributes,
    ...(Object.fromEntries(given) as Partial<UserTaskAttributes>),
    assignee: assignee ?? (change?.transition === 'CREATING' ? initialAssignee : null),
  };
  const before = attributes as unknown as Readonly<Record<string, JsonValue>>;
  const changed = Object.entries(after)
    .filter(([name, value]) => writeJson(value) !== writeJson(before[name]))
    .map(([name]) => name);
  if (change?.transition === 'UPDATING' && change.variables) changed.push('variables');
  return { ...after, action: change?.action ?? '', changedAttributes: changed.sort() };
}
