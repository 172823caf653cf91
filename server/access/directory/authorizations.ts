/** Gives, changes and takes away grants. */
import type { Key } from '@countersign/engine';
import type { KeyedGrant } from '../../store/access-rows.js';
import { serverEvent } from '../../store/journal-events.js';
import type { Grant } from '../grants/permissions.js';
import { ADMIN_ROLE } from '../grants/roles.js';
import { forbidden } from './change.js';
import type { Change, Refusal } from './change.js';
import { ownedGrantText } from './grant-text.js';
import { refusesGrants } from './holding.js';
import { isThere } from './memberships.js';
import { notThere } from './words.js';

/** Gives a grant the key `key`. */
export function createGrant(change: Change, key: Key, grant: Grant): Refusal {
  const refusal = refusesGrant(change, grant);
  if (refusal) return refusal;
  change.rows.insertGrant(key, grant);
  record(change, key, null, grant);
  return null;
}

/** Puts another grant in the place of one. */
export function updateGrant(change: Change, key: Key, grant: Grant): Refusal {
  const { rows } = change;
  const before = rows.grant(key);
  if (!before) return noGrant(key);
  const refusal = refusesFixed(before) ?? refusesGrant(change, grant);
  if (refusal) return refusal;
  rows.deleteGrant(key);
  rows.insertGrant(key, grant);
  record(change, key, before, grant);
  return null;
}

/** Takes a grant away. */
export function deleteGrant(change: Change, key: Key): Refusal {
  const before = change.rows.grant(key);
  if (!before) return noGrant(key);
  const refusal = refusesFixed(before);
  if (refusal) return refusal;
  deleteGrants(change, [before]);
  return null;
}

/** Takes grants away whose owner, or what they are about, is gone. */
export function deleteGrants(change: Change, grants: readonly KeyedGrant[]): void {
  for (const grant of grants) {
    change.rows.deleteGrant(grant.key);
    record(change, grant.key, grant, null);
  }
}

/** The sentence for a key that no grant has. */
export function noGrant(key: Key): Refusal & object {
  return { type: 'NOT_FOUND', reason: `There is no authorization ${String(key)}.` };
}

function refusesGrant({ rows, caller }: Change, grant: Grant): Refusal {
  const { ownerType: type, ownerId: id } = grant;
  if (!isThere(rows, { type, id })) return { type: 'NOT_FOUND', reason: notThere(type, id) };
  return refusesFixed(grant) ?? refusesGrants(caller, [grant]);
}

/** What administrators may do is not for anybody to change. */
function refusesFixed({ ownerType, ownerId }: Grant): Refusal {
  return ownerType === 'ROLE' && ownerId === ADMIN_ROLE
    ? forbidden(`The role "${ADMIN_ROLE}" may do everything: nothing can be given to it or taken from it.`)
    : null;
}

function record(change: Change, authorizationKey: Key, before: Grant | null, after: Grant | null): void {
  change.record(
    serverEvent('authorization changed', {
      change: before === null ? 'created' : after === null ? 'deleted' : 'changed',
      authorizationKey,
      before: before && ownedGrantText(before),
      after: after && ownedGrantText(after),
    }),
  );
}
