/** Genuine bundles, and every corruption of one, as the files in test/audit/vectors have them. `UPDATE_VECTORS=1` writes those again. */
import { describe, expect, it } from 'vitest';
import { CORRUPTIONS } from '../support/bundle-corruptions.js';
import { readBundleVectors, verifyVector, writeBundleVectors } from '../support/bundle-vectors.js';

if (process.env['UPDATE_VECTORS'] === '1') await writeBundleVectors();
const vectors = readBundleVectors();

describe('the bundles among the test vectors', () => {
  it('are three genuine ones and one for every corruption', () => {
    const names = ['genuine', 'genuine-filtered', 'genuine-stamped', ...CORRUPTIONS.map(({ name }) => name)];
    expect(vectors.map(({ file }) => file)).toEqual(names.map((name) => `${name}.zip`));
    expect(vectors.filter(({ genuine }) => genuine).map(({ file }) => file)).toEqual([
      'genuine.zip',
      'genuine-filtered.zip',
      'genuine-stamped.zip',
    ]);
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
