/** Calls between nodes: what is under way when a wire is closed is lost without a word, not a failure. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createWire } from '../../server/store/postgres/wire.js';
import { startPostgres, whyNoPostgres } from '../support/postgres.js';
import type { TestPostgres } from '../support/postgres.js';

const missing = whyNoPostgres();
if (missing !== null) console.log(missing);

describe.skipIf(missing !== null)('a wire', () => {
  let postgres: TestPostgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres?.stop());

  test('carries a call to everybody, and none after it was closed', async () => {
    const heard: string[] = [];
    let hear = (): void => undefined;
    const first = new Promise<void>((resolve) => (hear = resolve));
    const listener = createWire(
      postgres.address,
      (text) => {
        heard.push(text);
        hear();
      },
      () => undefined,
    );
    const caller = createWire(
      postgres.address,
      () => undefined,
      () => undefined,
    );
    await Promise.all([listener.tried, caller.tried]);
    await caller.call('work');
    await first;
    await caller.close();
    await caller.call('more work');
    expect(heard).toEqual(['work']);
    await listener.close();
  });

  test('that is closed in the middle of calls fails none of them', async () => {
    const wire = createWire(
      postgres.address,
      () => undefined,
      () => undefined,
    );
    await wire.tried;
    const calls = ['one', 'two', 'three'].map((text) => wire.call(text));
    await wire.close();
    expect(await Promise.allSettled(calls)).toEqual(
      calls.map(() => ({ status: 'fulfilled', value: undefined })),
    );
  });

  test('says so when a call fails while it is open', async () => {
    const wire = createWire(
      postgres.address,
      () => undefined,
      () => undefined,
    );
    await wire.tried;
    await expect(wire.call('x'.repeat(9_000))).rejects.toThrow(/too long/);
    await wire.close();
  });
});
