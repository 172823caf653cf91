/** Grants in the words of `/v2/authorizations`: for answers, and for the rows of the audit trail. */
import type { GrantedText } from '../../store/journal-events.js';
import type { Grant } from '../grants/permissions.js';

/** What a grant is about and what it allows. */
export function grantText({
  resourceType,
  permissions,
  scope,
}: Omit<Grant, 'ownerType' | 'ownerId'>): Omit<GrantedText, 'ownerType' | 'ownerId'> {
  return {
    resourceType,
    resourceId: scope.resourceId ?? null,
    resourcePropertyName: scope.property ?? null,
    permissionTypes: [...permissions].sort(),
  };
}

/** The same, with whom it was given to. */
export function ownedGrantText(grant: Grant): GrantedText {
  return { ownerType: grant.ownerType, ownerId: grant.ownerId, ...grantText(grant) };
}
