/** Genuine bundles, and every corruption of one, as the files in test/audit/vectors have them. `UPDATE_VECTORS=1` writes those again. */
import { describe, expect, it } from 'vitest';
import { CORRUPTIONS } from '../support/bundle-corruptions.js';
import { readBundleVectors, verifyVector, writeBundleVectors } from '../support/bundle-vectors.js';

if (process.env['UPDATE_VECTORS'] === '1') await writeBundleVectors();
const vectors = readBundleVectors();

describe('the bundles among the test vectors', () => {
  it('are genuine ones, those about selections, and one for every corruption', () => {
    const good = ['genuine', 'genuine-filtered', 'genuine-stamped', 'genuine-cosigned'];
    const selected = ['genuine-instance', 'instance-with-hole', 'instance-without-rows'];
    const files = (names: readonly string[]): string[] => names.map((name) => `${name}.zip`);
    const all = vectors.map(({ file }) => file);
    expect(all).toEqual(
      files([...good, ...selected, 'never-recorded', ...CORRUPTIONS.map(({ name }) => name)]),
    );
    const [genuine, complete] = (['genuine', 'complete'] as const).map((what) =>
      vectors.filter((vector) => vector[what]).map(({ file }) => file),
    );
    expect(genuine).toEqual(files([...good, ...selected]));
    expect(complete).toEqual(files(['genuine', 'genuine-stamped', 'genuine-cosigned', 'genuine-instance']));
  });

  it.each(vectors.map((vector) => [vector.file, vector] as const))(
    '%s gets its verdict',
    async (_file, vector) => {
      expect(await verifyVector(vector)).toEqual({
        code: vector.genuine ? 0 : vector.failed.includes('archive') ? 2 : 1,
        complete: vector.complete,
        failed: vector.failed,
      });
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
