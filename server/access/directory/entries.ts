/** Makes, changes and deletes groups, roles, tenants and mapping rules. */
import type { JsonObject } from '@countersign/engine';
import type { EntryType, EntryValues, Membership } from '../../store/access-rows.js';
import { serverEvent } from '../../store/journal-events.js';
import type { ChangeKind } from '../../store/journal-events.js';
import { ADMIN_ROLE } from '../grants/roles.js';
import { refusesLast } from './administrators.js';
import { deleteGrants } from './authorizations.js';
import { isBuiltIn } from './built-in-roles.js';
import { forbidden } from './change.js';
import type { Change, Refusal } from './change.js';
import { refusesAllOf } from './holding.js';
import { recordLeaving } from './memberships.js';
import { called, notThere } from './words.js';

/** The tenant of whoever names none. */
const DEFAULT_TENANT = '<default>';

/** Makes an entry. */
export function createEntry(change: Change, type: EntryType, id: string, values: EntryValues): Refusal {
  const { rows, batch } = change;
  if (rows.entry(type, id))
    return { type: 'ALREADY_EXISTS', reason: `There is a ${called(type, id)} already. Choose another id.` };
  rows.insertEntry(type, id, values, batch.now);
  record(change, type, id, null, values);
  return null;
}

/** Gives an entry other values; all of them. */
export function updateEntry(change: Change, type: EntryType, id: string, values: EntryValues): Refusal {
  const { rows } = change;
  const before = rows.entry(type, id);
  if (!before) return { type: 'NOT_FOUND', reason: notThere(type, id) };
  if (type === 'ROLE' && id === ADMIN_ROLE) return fixed();
  const isOthers =
    type === 'MAPPING_RULE' && ['claimName', 'claimValue'].some((name) => before[name] !== values[name]);
  const refusal = isOthers ? refusesAllOf(change, [{ type: 'MAPPING_RULE', id }]) : null;
  if (refusal) return refusal;
  rows.updateEntry(type, id, values);
  record(change, type, id, before, values);
  return null;
}

/** Deletes an entry with its members, its memberships, what was granted to it, and what was granted about it. */
export function deleteEntry(change: Change, type: EntryType, id: string): Refusal {
  const { rows } = change;
  const before = rows.entry(type, id);
  if (!before) return { type: 'NOT_FOUND', reason: notThere(type, id) };
  const refusal = refusesDeletion(change, type, id);
  if (refusal) return refusal;
  const memberships: Membership[] = [
    ...(type === 'MAPPING_RULE' ? [] : rows.membersOf(type, id)),
    ...rows.membershipsOf({ type, id }),
  ];
  for (const membership of memberships) {
    rows.leave(membership);
    recordLeaving(change, membership);
  }
  deleteGrants(change, [
    ...(type === 'TENANT' ? [] : rows.grantsOf({ type, id })),
    ...rows.grantsAbout(type, id),
  ]);
  rows.deleteEntry(type, id);
  record(change, type, id, before, null);
  return null;
}

function refusesDeletion({ rows }: Change, type: EntryType, id: string): Refusal {
  if (type === 'ROLE' && id === ADMIN_ROLE) return fixed();
  if (type === 'ROLE' && isBuiltIn(id))
    return forbidden(
      `The ${called(type, id)} comes with the server and cannot be deleted. Take its grants away.`,
    );
  if (type === 'TENANT' && id === DEFAULT_TENANT)
    return forbidden(`The ${called(type, id)} is that of everybody who names none, and cannot be deleted.`);
  return type === 'GROUP' ? refusesLast(rows, { group: id }) : null;
}

/** Why nobody can change the role of administrators. */
export function fixed(): Refusal {
  return forbidden(`The role "${ADMIN_ROLE}" is always what it is: make a role of your own that has less.`);
}

function record(
  change: Change,
  kind: EntryType,
  id: string,
  before: EntryValues | null,
  after: EntryValues | null,
): void {
  const what: ChangeKind = before === null ? 'created' : after === null ? 'deleted' : 'changed';
  const data = {
    change: what,
    kind,
    id,
    before: before as JsonObject | null,
    after: after as JsonObject | null,
  };
  change.record(serverEvent('access entry changed', data));
}
