/**
 * Who may come in. Two ways to say who one is: Basic credentials (clients) and a session cookie
 * (the web app). A session's token is random; only its hash is stored.
 */
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { writeJson } from '@countersign/engine';
import { findAccount, findPassword, saveAccount } from '../store/queries/accounts.js';
import { deleteExpiredSessions, deleteSession, findSession, saveSession } from '../store/queries/sessions.js';
import type { Store } from '../store/store.js';
import type { Account } from './account.js';
import { DEMO_ACCOUNTS } from './demo-accounts.js';
import { createHashing } from './hashing.js';
import { hashPassword, verifyPassword } from './passwords.js';
import { createSignInLimit } from './sign-in-limit.js';

/** How long a session lasts: twelve hours, in milliseconds. */
export const SESSION_LENGTH = 12 * 60 * 60 * 1000;
/** How long a verified Basic password is remembered: hashing it for every request would cost 50 ms each. */
const REMEMBERED = 5 * 60 * 1000;
/**
 * Wrong passwords in a quarter of an hour: for one name; from one address. Many people can share an address: beyond its
 * limit a name that was tried in vain has to wait at once, and whoever gives the right password at first comes in.
 */
const MOST_FOR_NAME = 5;
const MOST_FROM_ADDRESS = 50;

/** A sign-in that worked, or why not; `retryAfter` in seconds where there were too many attempts. */
export type SignIn =
  | { readonly ok: true; readonly account: Account; readonly token: string }
  | { readonly ok: false; readonly retryAfter: number };

/** The account of Basic credentials, or why there is none; `retryAfter` in seconds where nobody looked at them. */
export type Identified =
  { readonly ok: true; readonly account: Account } | { readonly ok: false; readonly retryAfter: number };

/** Whether a password was right; `retryAfter` in seconds where there were too many wrong ones to look. */
export type Confirmation = { readonly ok: true } | { readonly ok: false; readonly retryAfter: number };

/** The door of the server. */
export interface Access {
  /** Checks a user name and password and opens a session; `address` is where the request came from. */
  signIn(username: string, password: string, address: string): Promise<SignIn>;
  /** Checks the password of somebody who is in already, within the limit of the sign-in; it is never remembered. */
  confirm(username: string, password: string, address: string): Promise<Confirmation>;
  /** Ends a session; nothing happens where there is none. */
  signOut(token: string): Promise<void>;
  /** The account of a session that is still open. */
  bySession(token: string): Promise<Account | null>;
  /** Who Basic credentials are. */
  byPassword(username: string, password: string, address: string): Promise<Identified>;
}

/** Opens the door on the store's accounts; `now` in milliseconds (the system's, never a pinned clock). */
export function createAccess({ knex }: Store, now: () => number = Date.now): Access {
  const byName = createSignInLimit(now, MOST_FOR_NAME);
  const byAddress = createSignInLimit(now, MOST_FROM_ADDRESS);
  const secret = randomBytes(32);
  const remembered = new Map<string, { account: Account; until: number }>();

  const asking = new Map<string, Promise<Identified>>();
  const hashing = createHashing();

  /** Looks at a password, unless there were too many wrong ones, or more at once than can be hashed. */
  async function check(username: string, password: string, address: string): Promise<Identified> {
    const isCrowded = byAddress.waitFor(address) > 0;
    const retryAfter = byName.waitFor(username, isCrowded ? 1 : MOST_FOR_NAME);
    if (retryAfter > 0) return { ok: false, retryAfter };
    // Counted before it is looked at, so that guesses sent together count as well.
    byName.failed(username);
    byAddress.failed(address);
    const stored = await findPassword(knex, username);
    // An unknown name takes as long as a wrong password, so that names cannot be guessed by time.
    const against = stored ?? (await unknownPassword());
    const work = hashing.run(() => verifyPassword(password, against));
    if (work === null) {
      byName.takeBack(username);
      byAddress.takeBack(address);
      return { ok: false, retryAfter: 1 };
    }
    if (!(await work) || stored === null) return { ok: false, retryAfter: 0 };
    byName.succeeded(username);
    byAddress.takeBack(address);
    const account = await findAccount(knex, username);
    return account ? { ok: true, account } : { ok: false, retryAfter: 0 };
  }

  return {
    async signIn(username, password, address) {
      const checked = await check(username, password, address);
      if (!checked.ok) return checked;
      const { account } = checked;
      const token = randomBytes(32).toString('base64url');
      await deleteExpiredSessions(knex, now());
      await saveSession(knex, {
        tokenHash: hashToken(token),
        username,
        createdAt: now(),
        expiresAt: now() + SESSION_LENGTH,
      });
      return { ok: true, account, token };
    },
    async confirm(username, password, address) {
      const checked = await check(username, password, address);
      return checked.ok ? { ok: true } : checked;
    },
    signOut: (token) => deleteSession(knex, hashToken(token)),
    async bySession(token) {
      const username = await findSession(knex, hashToken(token), now());
      return username === null ? null : findAccount(knex, username);
    },
    async byPassword(username, password, address) {
      const mark = createHmac('sha256', secret)
        .update(writeJson([username, password]))
        .digest('base64');
      const known = remembered.get(mark);
      if (known && known.until > now()) return { ok: true, account: known.account };
      // A client that opens many connections at once asks once.
      const asked = asking.get(mark);
      if (asked) return asked;
      const checking = check(username, password, address).finally(() => asking.delete(mark));
      asking.set(mark, checking);
      const checked = await checking;
      if (checked.ok) {
        if (remembered.size > 1000) remembered.clear();
        remembered.set(mark, { account: checked.account, until: now() + REMEMBERED });
      }
      return checked;
    },
  };
}

/** Stores the demo accounts that are not there yet; answers with those. */
export async function addDemoAccounts({ knex }: Store, now: number): Promise<Account[]> {
  const added: Account[] = [];
  for (const { password, role: _role, ...account } of DEMO_ACCOUNTS) {
    if (await findAccount(knex, account.username)) continue;
    await saveAccount(knex, account, await hashPassword(password), now);
    added.push(account);
  }
  return added;
}

let unknown: Promise<string> | undefined;
function unknownPassword(): Promise<string> {
  unknown ??= hashPassword(randomBytes(16).toString('hex'));
  return unknown;
}

function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
