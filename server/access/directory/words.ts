/** What people, groups and their like are called in sentences. */
import type { MemberType } from '../../store/queries/memberships.js';

/** What can be named. */
export type Named = MemberType | 'TENANT';

const WORDS: Readonly<Record<Named, string>> = {
  USER: 'user',
  CLIENT: 'client',
  GROUP: 'group',
  ROLE: 'role',
  MAPPING_RULE: 'mapping rule',
  TENANT: 'tenant',
};

/** Such as `group "finance"`. */
export function called(type: Named, id: string): string {
  return `${WORDS[type]} "${id}"`;
}

/** The sentence for something that is not there, or that the caller may not see. */
export function notThere(type: Named, id: string): string {
  return `There is no ${called(type, id)}.`;
}
