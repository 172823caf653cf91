/** Accounts, and who a request comes from. */
import type { Actor } from '@countersign/engine';

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
}

/** The caller that a signed-in account is. */
export function accountCaller(account: Account): Caller {
  return { actor: `user:${account.username}`, account, admin: account.roles.includes('admin') };
}

/** The caller without credentials, where the server listens to this machine alone. */
export const ANONYMOUS: Caller = { actor: 'client:anonymous', account: null, admin: true };
