import { describe, expect, it } from 'vitest';
import { jsonSize } from './json-size.js';

describe('the size of JSON', () => {
  it.each<unknown>([
    null,
    true,
    -12.5,
    'text',
    [],
    {},
    [1, [2, 'three'], null],
    { a: 1, b: { c: ['d', false] }, e: '' },
  ])('%j has about as many characters as it is written with', (value) => {
    const written = JSON.stringify(value).length;
    expect(Math.abs(jsonSize(value) - written)).toBeLessThanOrEqual(3);
  });

  it('counts whole numbers of 64 bits by their digits', () => {
    expect(jsonSize([2n ** 62n])).toBe('[4611686018427387904]'.length + 1);
  });

  it('is not counted to its end beyond what is asked for', () => {
    let looked = 0;
    const items = Array.from({ length: 1_000 }, () => ({
      get text() {
        looked += 1;
        return 'x'.repeat(100);
      },
    }));
    expect(jsonSize(items, 2_000)).toBeGreaterThan(2_000);
    expect(looked).toBeLessThan(30);
  });
});
