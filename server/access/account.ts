/** Accounts, and who a request comes from. */
import type { Actor } from '@countersign/engine';
import { EVERYTHING, compileRights } from './grants/rights.js';
import type { Rights } from './grants/rights.js';
import { ADMIN_ROLE } from './grants/roles.js';

/** A person who can sign in. Without the password. */
export interface Account {
  readonly username: string;
  readonly name: string;
  readonly email: string | null;
  readonly groups: readonly string[];
  readonly roles: readonly string[];
}

/** Who a request comes from: a signed-in person, or a client of this machine that said nothing. */
export interface Caller {
  readonly actor: Actor;
  /** Null for a client without an account. */
  readonly account: Account | null;
  /** Whether it may act on everything: an administrator, or a client where the server is open to this machine. */
  readonly admin: boolean;
  /** What was granted to it. */
  readonly rights: Rights;
  /** The tenants it is a member of, beside the default one. */
  readonly tenants: readonly string[];
}

/** The caller that a signed-in account is; with nothing granted where `principal` does not say what. */
export function accountCaller(
  account: Account,
  { rights, tenants }: Pick<Caller, 'rights' | 'tenants'> = {
    rights: compileRights([], { username: account.username, groups: account.groups }),
    tenants: [],
  },
): Caller {
  const admin = account.roles.includes(ADMIN_ROLE);
  return { actor: `user:${account.username}`, account, admin, rights, tenants };
}

/** The caller without credentials, where the server listens to this machine alone. */
export const ANONYMOUS: Caller = {
  actor: 'client:anonymous',
  account: null,
  admin: true,
  rights: EVERYTHING,
  tenants: [],
};
