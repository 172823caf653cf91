import { expect, it } from 'vitest';
import { createHashing } from './hashing.js';

it('runs two at once, the others in turn, and turns a crowd away', async () => {
  const hashing = createHashing();
  let running = 0;
  let most = 0;
  const works = Array.from({ length: 60 }, (_, at) =>
    hashing.run(async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise(setImmediate);
      running -= 1;
      return at;
    }),
  );
  const taken = works.filter((work) => work !== null);
  expect(taken.length).toBeLessThan(60);
  expect(await Promise.all(taken)).toEqual(taken.map((_, at) => at));
  expect(most).toBe(2);
  expect(await hashing.run(() => Promise.resolve('again'))).toBe('again');
});
