/**
 * Who is who: for a person or a client the groups, roles and tenants, direct and through groups and mapping rules, and
 * the rights that all of them give. Kept in memory until a row of it changes, here or on another node.
 */
import { writeJson } from '@countersign/engine';
import { findAccount } from '../store/queries/accounts.js';
import { findContainers, findGrants, findMappingRules } from '../store/queries/memberships.js';
import type { Owner } from '../store/queries/memberships.js';
import type { Store } from '../store/store.js';
import type { Account } from './account.js';
import { compileRights } from './grants/rights.js';
import type { Rights } from './grants/rights.js';
import { metRules } from './mapping-rules.js';
import type { Claims } from './mapping-rules.js';

/** What somebody is and may do. */
export interface Principal {
  readonly groups: readonly string[];
  readonly roles: readonly string[];
  readonly tenants: readonly string[];
  readonly rights: Rights;
}

/** A person who can sign in, with what they are and may do. */
export interface Person extends Principal {
  readonly account: Account;
  /** To compare with what a password was looked at against; never shown. */
  readonly passwordHash: string;
}

/** Answers who is who, from memory where nothing has changed. */
export interface Identity {
  /** A person by user name, with what an identity provider says of them; null where nobody of that name may come in. */
  person(username: string, claims?: Claims): Promise<Person | null>;
  /** A client by its id; it needs no row of its own to be a member of something. */
  client(clientId: string, claims?: Claims): Promise<Principal>;
  /** Reads everything again from now on: something has changed. */
  forget(): void;
  /** How often anything was forgotten: what was kept beside it by a smaller number is old. */
  revision(): number;
}

/** People and clients kept at most; beyond that the memory begins anew. */
const MOST_KEPT = 20_000;

/** An empty memory of what the store has. */
export function createIdentity({ knex }: Pick<Store, 'knex'>): Identity {
  let kept = new Map<string, Promise<unknown>>();
  let revision = 0;

  const once = <T>(key: string, read: () => Promise<T>): Promise<T> => {
    const known = kept.get(key) as Promise<T> | undefined;
    if (known) return known;
    if (kept.size >= MOST_KEPT) kept = new Map();
    const memory = kept;
    const reading = read();
    memory.set(key, reading);
    // What could not be read is asked again, and so is who was not there: names that nobody has are without end.
    reading.then(
      (found) => found === null && memory.delete(key),
      () => memory.delete(key),
    );
    return reading;
  };

  const rulesOf = async (claims: Claims | undefined): Promise<Owner[]> => {
    if (!claims) return [];
    const rules = await once('rules', () => findMappingRules(knex));
    return metRules(rules, claims).map((id) => ({ type: 'MAPPING_RULE' as const, id }));
  };

  const principal = async (own: Owner, rules: readonly Owner[]): Promise<Principal> => {
    const owners = [own, ...rules];
    const { GROUP: groups, ROLE: roles, TENANT: tenants } = await findContainers(knex, owners);
    const grants = await findGrants(knex, [
      ...owners,
      ...groups.map((id) => ({ type: 'GROUP' as const, id })),
      ...roles.map((id) => ({ type: 'ROLE' as const, id })),
    ]);
    const username = own.type === 'USER' ? own.id : null;
    return { groups, roles, tenants, rights: compileRights(grants, { username, groups }) };
  };

  const keyOf = (own: Owner, rules: readonly Owner[]): string =>
    writeJson([own.type, own.id, ...rules.map(({ id }) => id)]);

  return {
    async person(username, claims) {
      const own: Owner = { type: 'USER', id: username };
      const rules = await rulesOf(claims);
      return once(keyOf(own, rules), async () => {
        const stored = await findAccount(knex, username);
        if (stored?.deactivatedAt !== null) return null;
        const found = await principal(own, rules);
        const { name, email, passwordHash } = stored;
        const account = { username, name, email, groups: found.groups, roles: found.roles };
        return { ...found, account, passwordHash };
      });
    },
    async client(clientId, claims) {
      const own: Owner = { type: 'CLIENT', id: clientId };
      const rules = await rulesOf(claims);
      return once(keyOf(own, rules), () => principal(own, rules));
    },
    forget() {
      kept = new Map();
      revision += 1;
    },
    revision: () => revision,
  };
}
