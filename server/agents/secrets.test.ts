/** Secrets are put in place at the last moment, and taken out of what others say. */
import { describe, expect, test } from 'vitest';
import { isSecretReference, missingSecret, readSecrets, redact, resolveSecrets } from './secrets.js';

const secrets = readSecrets({
  COUNTERSIGN_SECRET_KEY: 'k-1',
  COUNTERSIGN_SECRET_HOST: 'models',
  COUNTERSIGN_SECRET_EMPTY: '',
});

describe('secrets', () => {
  test('are put in place of their references, and only there', () => {
    expect(resolveSecrets('https://{{secrets.HOST}}/{{ secrets.KEY }}/HOST', secrets)).toEqual({
      ok: true,
      text: 'https://models/k-1/HOST',
      values: ['models', 'k-1'],
    });
    expect(resolveSecrets('no reference', secrets)).toEqual({ ok: true, text: 'no reference', values: [] });
  });

  test.each(['NOT_SET', 'EMPTY'])('that are not set are named (%s)', (name) => {
    expect(resolveSecrets(`{{secrets.KEY}} {{secrets.${name}}}`, secrets)).toEqual({
      ok: false,
      missing: name,
    });
    expect(missingSecret(name)).toBe(
      `The secret ${name} is not set. Start the server with COUNTERSIGN_SECRET_${name}.`,
    );
  });

  test('are the only variables of the environment that can be named', () => {
    const reading = readSecrets({ HOME: '/root', COUNTERSIGN_SECRET_A: 'a' });
    expect(reading('HOME')).toBeUndefined();
  });

  test('are told from keys written out', () => {
    expect(
      ['{{secrets.KEY}}', ' {{ secrets.KEY }} ', 'sk-123', 'Bearer {{secrets.KEY}}', ''].map(
        isSecretReference,
      ),
    ).toEqual([true, true, false, false, false]);
  });

  test('are taken out of a text', () => {
    expect(redact('wrong key k-1 (k-1)', ['k-1'])).toBe('wrong key *** (***)');
  });
});
