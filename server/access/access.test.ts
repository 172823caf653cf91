import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../store/store.js';
import type { Store } from '../store/store.js';
import { SESSION_LENGTH, addDemoAccounts, createAccess } from './access.js';
import { createIdentity } from './identity.js';

let store: Store;
beforeAll(async () => {
  store = await openStore(':memory:');
  await addDemoAccounts(store, 0);
});
afterAll(() => store.close());

describe('the door', () => {
  it('opens a session for the right password, until it is over', async () => {
    let now = 1000;
    const access = createAccess(store, () => now);
    const signedIn = await access.signIn('mary', 'mary', '127.0.0.1');
    if (!signedIn.ok) throw new Error('refused');
    expect(await access.bySession(signedIn.token)).toMatchObject({
      account: { username: 'mary', groups: ['accounting'], roles: ['member'] },
    });
    expect(await access.bySession('x'.repeat(43))).toBeNull();

    now += SESSION_LENGTH;
    expect(await access.bySession(signedIn.token)).toBeNull();
  });

  it('ends a session at sign-out, and no other', async () => {
    const access = createAccess(store);
    const [one, two] = [await access.signIn('demo', 'demo', 'a'), await access.signIn('demo', 'demo', 'a')];
    if (!one.ok || !two.ok) throw new Error('refused');
    await access.signOut(one.token);
    expect(await access.bySession(one.token)).toBeNull();
    expect(await access.bySession(two.token)).toMatchObject({
      admin: true,
      account: { roles: ['admin', 'member'] },
    });
  });

  it('stores no token and no password', async () => {
    const access = createAccess(store);
    const signedIn = await access.signIn('mary', 'mary', 'a');
    if (!signedIn.ok) throw new Error('refused');
    const stored = JSON.stringify([
      await store.knex('session').select(),
      await store.knex('account').select('password_hash'),
    ]);
    expect(stored).not.toContain(signedIn.token);
    expect(stored).not.toContain('"mary"}');
  });

  it('refuses wrong passwords and unknown names, then every attempt for a while', async () => {
    let now = 1000;
    const access = createAccess(store, () => now);
    expect(await access.byPassword('nobody', 'nobody', 'a')).toEqual({
      ok: false,
      retryAfter: 0,
      isCrowd: false,
    });
    for (let attempt = 0; attempt < 5; attempt += 1) {
      expect(await access.signIn('emil', 'wrong', 'a')).toEqual({ ok: false, retryAfter: 0, isCrowd: false });
    }
    expect(await access.signIn('emil', 'emil', 'a')).toEqual({
      ok: false,
      retryAfter: 15 * 60,
      isCrowd: false,
    });
    expect(await access.byPassword('emil', 'emil', 'a')).toEqual({
      ok: false,
      retryAfter: 15 * 60,
      isCrowd: false,
    });
    expect(await access.byPassword('carlos', 'carlos', 'a')).toMatchObject({
      caller: { actor: 'user:carlos' },
    });
    now += 15 * 60 * 1000;
    expect(await access.byPassword('emil', 'emil', 'a')).toMatchObject({ caller: { actor: 'user:emil' } });
  });

  it('lets nobody in whose account was deactivated while the password was looked at', async () => {
    const identity = createIdentity(store);
    const access = createAccess(store, Date.now, identity);
    const asking = access.signIn('mary', 'mary', 'a');
    await store.knex('account').where({ username: 'mary' }).update({ deactivated_at: 1 });
    identity.forget();
    expect(await asking).toMatchObject({ ok: false });
    await store.knex('account').where({ username: 'mary' }).update({ deactivated_at: null });
    identity.forget();
    expect(await access.signIn('mary', 'mary', 'a')).toMatchObject({ ok: true });
  });

  it('looks at no more guesses than allowed, also where they come together', async () => {
    const access = createAccess(store);
    const guesses = Array.from({ length: 20 }, (_, at) =>
      access.byPassword('mia', `guess ${String(at)}`, 'a'),
    );
    const answers = await Promise.all(guesses);
    const looked = answers.filter((answer) => !answer.ok && answer.retryAfter === 0);
    expect(looked).toHaveLength(5);
  });

  it('lets people in from an address that others guess from', async () => {
    const access = createAccess(store);
    for (let at = 0; at < 60; at += 1) await access.signIn(`nobody ${String(at)}`, 'x', 'shared');
    expect(await access.byPassword('mary', 'mary', 'shared')).toMatchObject({ ok: true });
    expect(await access.signIn('carlos', 'wrong', 'shared')).toEqual({
      ok: false,
      retryAfter: 0,
      isCrowd: false,
    });
    expect(await access.signIn('carlos', 'wrong', 'shared')).toMatchObject({ retryAfter: 15 * 60 });
  });

  it('adds the demo accounts once', async () => {
    await addDemoAccounts(store, 0);
    expect(await store.knex('account').count({ total: '*' })).toEqual([{ total: 5 }]);
  });
});
