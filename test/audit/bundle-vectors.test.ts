/** Genuine bundles, and every corruption of one, as the files in test/audit/vectors have them. `UPDATE_VECTORS=1` writes those again. */
import { describe, expect, it } from 'vitest';
import { CORRUPTIONS } from '../support/bundle-corruptions.js';
import { readBundleVectors, verifyVector, writeBundleVectors } from '../support/bundle-vectors.js';

if (process.env['UPDATE_VECTORS'] === '1') await writeBundleVectors();
const vectors = readBundleVectors();

describe('the bundles among the test vectors', () => {
  it('are four genuine ones and one for every corruption', () => {
    const good = ['genuine', 'genuine-filtered', 'genuine-stamped', 'genuine-cosigned'];
    const files = (names: readonly string[]): string[] => names.map((name) => `${name}.zip`);
    const all = vectors.map(({ file }) => file);
    expect(all).toEqual(files([...good, ...CORRUPTIONS.map(({ name }) => name)]));
    expect(vectors.filter(({ genuine }) => genuine).map(({ file }) => file)).toEqual(files(good));
  });

  it.each(vectors.map((vector) => [vector.file, vector] as const))(
    '%s gets its verdict',
    async (_file, vector) => {
      expect(await verifyVector(vector)).toEqual({ code: vector.genuine ? 0 : 1, failed: vector.failed });
    },
  );

  it.each(CORRUPTIONS.map((corruption) => [corruption.name, corruption] as const))(
    '%s is found by the checks that must find it',
    (name, { failed }) => {
      const vector = vectors.find(({ file }) => file === `${name}.zip`);
      expect(vector?.failed).toEqual(expect.arrayContaining([...failed]));
    },
  );
});
