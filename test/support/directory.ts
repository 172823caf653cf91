/** Calls about people, groups, roles and grants, for tests of who may what. */
import { createClient } from './server.js';

/** The official client's calls without its branded types: an id is a text. */
export type Calls = Readonly<
  Record<string, (input?: object, options?: object) => Promise<Record<string, never>>>
>;

/** Searches see what was written right before. */
export const NOW = { consistency: { waitUpToMs: 0 } };

/** What a test of the directory calls. */
export interface Directory {
  readonly client: Calls;
  /** Everything that a search finds. */
  found(search: string, input?: object): Promise<Record<string, unknown>[]>;
  /** Makes an account whose password is its name, with roles. */
  person(username: string, roles?: readonly string[]): Promise<void>;
  /** Gives somebody permissions, and answers with the key of the grant. */
  grant(
    ownerId: string,
    resourceType: string,
    resourceId: string,
    ...permissionTypes: string[]
  ): Promise<string>;
}

/** The calls of the administrator of the demo accounts. */
export function directoryOf(url: string): Directory {
  const client = createClient(url, { username: 'demo', password: 'demo' }) as unknown as Calls;
  return {
    client,
    found: async (search, input = {}) => (await client[search](input, NOW)).items,
    async person(username, roles = []) {
      await client.createUser({ username, password: username, name: `${username} (a person)` });
      for (const roleId of roles) await client.assignRoleToUser({ roleId, username });
    },
    async grant(ownerId, resourceType, resourceId, ...permissionTypes) {
      const asked = { ownerType: 'USER', ownerId, resourceType, resourceId, permissionTypes };
      return (await client.createAuthorization(asked)).authorizationKey;
    },
  };
}
