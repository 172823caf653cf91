/** Nobody can take the last administrator away: somebody must be there who can give access to others. */
import type { AccessRows, Membership } from '../../store/access-rows.js';
import { ADMIN_ROLE } from '../grants/roles.js';
import { forbidden } from './change.js';
import type { Refusal } from './change.js';

/** What a change would take away: people, a group with everything it gives, or one membership. */
export interface TakenAway {
  readonly users?: readonly string[];
  readonly group?: string;
  readonly membership?: Membership;
}

/** The people who administer, directly and through groups, and can sign in; as if something were gone. */
export function administrators(rows: AccessRows, without: TakenAway = {}): ReadonlySet<string> {
  const stays = (membership: Membership): boolean =>
    without.membership === undefined || !isSame(membership, without.membership);
  const found = rows
    .membersOf('ROLE', ADMIN_ROLE)
    .filter(stays)
    .flatMap(({ memberType, memberId }) => {
      if (memberType === 'USER') return [memberId];
      if (memberType !== 'GROUP' || memberId === without.group) return [];
      const people = rows.membersOf('GROUP', memberId).filter((one) => one.memberType === 'USER');
      return people.filter(stays).map((one) => one.memberId);
    });
  return new Set(
    found.filter((name) => !without.users?.includes(name) && rows.account(name)?.deactivatedAt === null),
  );
}

/** Why a change must not be made that would leave nobody who administers. */
export function refusesLast(rows: AccessRows, without: TakenAway): Refusal {
  if (administrators(rows, without).size > 0) return null;
  const [last] = administrators(rows);
  if (last === undefined) return null;
  return forbidden(
    `Nobody would be left who can administer access: ${last} is the last one. Give the role "${ADMIN_ROLE}" to somebody else first.`,
  );
}

function isSame(one: Membership, other: Membership): boolean {
  return (
    one.containerType === other.containerType &&
    one.containerId === other.containerId &&
    one.memberType === other.memberType &&
    one.memberId === other.memberId
  );
}
