/** Makes people, clients, groups, roles and mapping rules members, and takes them out again. */
import type { AccessRows, Membership } from '../../store/access-rows.js';
import type { Owner } from '../../store/queries/memberships.js';
import { serverEvent } from '../../store/journal-events.js';
import { refusesLast } from './administrators.js';
import type { Change, Refusal } from './change.js';
import { refusesAllOf } from './holding.js';
import { called, notThere } from './words.js';

/** Whether somebody or something is there; a client is there as soon as it is named. */
export function isThere(rows: AccessRows, { type, id }: Owner): boolean {
  if (type === 'CLIENT') return true;
  return (type === 'USER' ? rows.account(id) : rows.entry(type, id)) !== null;
}

/** Makes a member. */
export function addMember(change: Change, membership: Membership): Refusal {
  const { rows } = change;
  const absent = refusesAbsent(rows, membership);
  if (absent) return absent;
  const { containerType, containerId, memberType, memberId } = membership;
  if (rows.isMember(membership)) {
    const reason = `The ${called(memberType, memberId)} is in the ${called(containerType, containerId)} already.`;
    return { type: 'ALREADY_EXISTS', reason };
  }
  const refusal = refusesAllOf(change, [{ type: containerType, id: containerId }]);
  if (refusal) return refusal;
  rows.join(membership);
  change.record(serverEvent('membership changed', { change: 'added', ...membership }));
  return null;
}

/** Takes a member out. */
export function removeMember(change: Change, membership: Membership): Refusal {
  const { rows } = change;
  const { containerType, containerId, memberType, memberId } = membership;
  if (!rows.entry(containerType, containerId))
    return { type: 'NOT_FOUND', reason: notThere(containerType, containerId) };
  if (!rows.isMember(membership)) {
    const reason = `There is no ${called(memberType, memberId)} in the ${called(containerType, containerId)}.`;
    return { type: 'NOT_FOUND', reason };
  }
  const refusal = containerType === 'TENANT' ? null : refusesLast(rows, { membership });
  if (refusal) return refusal;
  rows.leave(membership);
  recordLeaving(change, membership);
  return null;
}

/** Tells that a membership is over. */
export function recordLeaving(change: Change, membership: Membership): void {
  change.record(serverEvent('membership changed', { change: 'removed', ...membership }));
}

function refusesAbsent(
  rows: AccessRows,
  { containerType, containerId, memberType, memberId }: Membership,
): Refusal {
  if (!rows.entry(containerType, containerId))
    return { type: 'NOT_FOUND', reason: notThere(containerType, containerId) };
  if (!isThere(rows, { type: memberType, id: memberId }))
    return { type: 'NOT_FOUND', reason: notThere(memberType, memberId) };
  return null;
}
