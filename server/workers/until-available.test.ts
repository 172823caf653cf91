/** A command waits for the database as long as that says, and no longer than makes sense. */
import { describe, expect, test } from 'vitest';
import { Unavailable } from '../runtime/errors.js';
import { untilAvailable } from './until-available.js';

/** Runs a command that fails `times` times; answers how it ended, and what was waited. */
async function run(times: number, error: Error): Promise<{ result: string; waits: number[] }> {
  const waits: number[] = [];
  let left = times;
  const command = (): Promise<string> => (left-- > 0 ? Promise.reject(error) : Promise.resolve('done'));
  const wait = (ms: number): Promise<void> => {
    waits.push(ms);
    return Promise.resolve();
  };
  const result = await untilAvailable(command, wait).catch((thrown: unknown) =>
    thrown === error ? 'thrown' : 'other',
  );
  return { result, waits };
}

describe('a command', () => {
  const busy = new Unavailable('The queue is full.', 250);

  test('is run again after the time that the database asks for', async () => {
    expect(await run(2, busy)).toEqual({ result: 'done', waits: [250, 250] });
  });

  test('is given up when the database stays away', async () => {
    const { result, waits } = await run(Infinity, busy);
    expect(result).toBe('thrown');
    expect(waits).toHaveLength(19);
  });

  test('is not run again after a defect', async () => {
    expect(await run(1, new Error('a bug'))).toEqual({ result: 'thrown', waits: [] });
  });
});
