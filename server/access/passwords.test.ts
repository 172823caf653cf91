import { describe, expect, it } from 'vitest';
import { hashPassword, verifyPassword } from './passwords.js';
import { createSignInLimit } from './sign-in-limit.js';

describe('passwords', () => {
  it('verifies the password that was hashed and no other', async () => {
    const stored = await hashPassword('correct horse');
    expect(stored).not.toContain('horse');
    expect(await verifyPassword('correct horse', stored)).toBe(true);
    expect(await verifyPassword('correct horse ', stored)).toBe(false);
    expect(await verifyPassword('correct horse', 'plain$text')).toBe(false);
  });

  it('salts: the same password never gives the same hash', async () => {
    expect(await hashPassword('same')).not.toBe(await hashPassword('same'));
  });
});

describe('sign-in limit', () => {
  it('refuses after five failures until the oldest is a quarter of an hour old', () => {
    let now = 0;
    const limit = createSignInLimit(() => now, 5);
    for (let count = 0; count < 5; count += 1) {
      expect(limit.waitFor('mary')).toBe(0);
      limit.failed('mary');
      now += 1000;
    }
    expect(limit.waitFor('mary')).toBe(15 * 60 - 5);
    expect(limit.waitFor('demo')).toBe(0);
    now = 15 * 60 * 1000;
    expect(limit.waitFor('mary')).toBe(0);
  });

  it('forgets failures when the right password comes', () => {
    const limit = createSignInLimit(() => 0, 5);
    for (let count = 0; count < 5; count += 1) limit.failed('x');
    limit.succeeded('x');
    expect(limit.waitFor('x')).toBe(0);
  });
});
