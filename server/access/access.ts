/**
 * Who may come in. Two ways to say who one is: Basic credentials (clients) and a session cookie
 * (the web app). A session's token is random; only its hash is stored.
 */
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { writeJson } from '@countersign/engine';
import { findAccount, saveAccount } from '../store/queries/accounts.js';
import { deleteExpiredSessions, deleteSession, findSession, saveSession } from '../store/queries/sessions.js';
import type { Store } from '../store/store.js';
import { accountCaller } from './account.js';
import type { Account, Caller } from './account.js';
import { DEMO_ACCOUNTS } from './demo-accounts.js';
import { createHashing } from './hashing.js';
import { createIdentity } from './identity.js';
import type { Identity, Person } from './identity.js';
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

/**
 * Credentials that let nobody in: wrong where `retryAfter` is 0; else nobody looked at them, and they can be sent again in
 * so many seconds. There were too many wrong ones, or, where `isCrowd`, others wait for their turn.
 */
export interface NotIn {
  readonly ok: false;
  readonly retryAfter: number;
  readonly isCrowd: boolean;
}

/** A sign-in that worked, or why not. */
export type SignIn = { readonly ok: true; readonly caller: Caller; readonly token: string } | NotIn;

/** Who Basic credentials are, or why there is none. */
export type Identified = { readonly ok: true; readonly caller: Caller } | NotIn;

/** Whether a password was right. */
export type Confirmation = { readonly ok: true } | NotIn;

/** The door of the server. */
export interface Access {
  /** Checks a user name and password and opens a session; `address` is where the request came from. */
  signIn(username: string, password: string, address: string): Promise<SignIn>;
  /** Checks the password of somebody who is in already, within the limit of the sign-in; it is never remembered. */
  confirm(username: string, password: string, address: string): Promise<Confirmation>;
  /** Ends a session; nothing happens where there is none. */
  signOut(token: string): Promise<void>;
  /** Whose session it is, where it is still open. */
  bySession(token: string): Promise<Caller | null>;
  /** Who Basic credentials are. */
  byPassword(username: string, password: string, address: string): Promise<Identified>;
  /** A password as it is stored, in its turn among those that are looked at; null where too many wait. */
  hash(password: string): Promise<string> | null;
}

/** Milliseconds for which a session is known without a look, so that it ends on every node within a second. */
const SESSION_KNOWN = 1000;
/** Sessions known at most. */
const MOST_SESSIONS = 10_000;

/** Opens the door on the store's accounts; `now` in milliseconds (the system's, never a pinned clock). */
export function createAccess(
  { knex }: Store,
  now: () => number = Date.now,
  identity: Identity = createIdentity({ knex }),
): Access {
  const byName = createSignInLimit(now, MOST_FOR_NAME);
  const byAddress = createSignInLimit(now, MOST_FROM_ADDRESS);
  const secret = randomBytes(32);
  const remembered = new Map<string, { username: string; hash: string; until: number }>();
  const sessions = new Map<string, { username: string; until: number; revision: number }>();

  const asking = new Map<string, Promise<Checked>>();
  const hashing = createHashing();

  /** Looks at a password, unless there were too many wrong ones, or more at once than can be hashed. */
  async function check(username: string, password: string, address: string): Promise<Checked> {
    const isCrowded = byAddress.waitFor(address) > 0;
    const retryAfter = byName.waitFor(username, isCrowded ? 1 : MOST_FOR_NAME);
    if (retryAfter > 0) return { ok: false, retryAfter, isCrowd: false };
    // Counted before it is looked at, so that guesses sent together count as well.
    byName.failed(username);
    byAddress.failed(address);
    const person = await identity.person(username);
    // An unknown name takes as long as a wrong password, so that names cannot be guessed by time.
    const against = person?.passwordHash ?? (await unknownPassword());
    const work = hashing.run(() => verifyPassword(password, against));
    if (work === null) {
      byName.takeBack(username);
      byAddress.takeBack(address);
      return { ok: false, retryAfter: 1, isCrowd: true };
    }
    if (!(await work) || person === null) return { ok: false, retryAfter: 0, isCrowd: false };
    byName.succeeded(username);
    byAddress.takeBack(address);
    // A hash takes its time: whoever was deactivated or given another password meanwhile is not let in by the old one.
    const current = await identity.person(username);
    if (current?.passwordHash !== against) return { ok: false, retryAfter: 0, isCrowd: false };
    return { ok: true, person: current };
  }

  /** Whose session it is, looked up once in a while. */
  async function usernameOf(token: string): Promise<string | null> {
    const tokenHash = hashToken(token);
    const known = sessions.get(tokenHash);
    const revision = identity.revision();
    if (known && known.until > now() && known.revision === revision) return known.username;
    sessions.delete(tokenHash);
    const found = await findSession(knex, tokenHash, now());
    if (found === null) return null;
    if (sessions.size > MOST_SESSIONS) sessions.clear();
    const until = Math.min(now() + SESSION_KNOWN, found.expiresAt);
    sessions.set(tokenHash, { username: found.username, until, revision });
    return found.username;
  }

  return {
    async signIn(username, password, address) {
      const checked = await check(username, password, address);
      if (!checked.ok) return checked;
      const { person } = checked;
      const token = randomBytes(32).toString('base64url');
      await deleteExpiredSessions(knex, now());
      await saveSession(knex, {
        tokenHash: hashToken(token),
        username,
        createdAt: now(),
        expiresAt: now() + SESSION_LENGTH,
      });
      return { ok: true, caller: callerOf(person), token };
    },
    async confirm(username, password, address) {
      const checked = await check(username, password, address);
      return checked.ok ? { ok: true } : checked;
    },
    async signOut(token) {
      await deleteSession(knex, hashToken(token));
      sessions.delete(hashToken(token));
    },
    async bySession(token) {
      const username = await usernameOf(token);
      const person = username === null ? null : await identity.person(username);
      return person && callerOf(person);
    },
    hash: (password) => hashing.run(() => hashPassword(password)),
    async byPassword(username, password, address) {
      const mark = createHmac('sha256', secret)
        .update(writeJson([username, password]))
        .digest('base64');
      const known = remembered.get(mark);
      if (known && known.until > now()) {
        const person = await identity.person(known.username);
        // Another password, or no account any more: what was remembered counts no longer.
        if (person?.passwordHash === known.hash) return { ok: true, caller: callerOf(person) };
        remembered.delete(mark);
      }
      // A client that opens many connections at once asks once.
      const asked = asking.get(mark);
      const checking = asked ?? check(username, password, address).finally(() => asking.delete(mark));
      if (!asked) asking.set(mark, checking);
      const checked = await checking;
      if (!checked.ok) return checked;
      const { person } = checked;
      if (remembered.size > 1000) remembered.clear();
      remembered.set(mark, { username, hash: person.passwordHash, until: now() + REMEMBERED });
      return { ok: true, caller: callerOf(person) };
    },
  };
}

/** Somebody whose password was right, or why there is nobody. */
type Checked = { readonly ok: true; readonly person: Person } | NotIn;

function callerOf(person: Person): Caller {
  return accountCaller(person.account, person);
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
