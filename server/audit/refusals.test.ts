import { describe, expect, test } from 'vitest';
import { Unavailable } from '../runtime/errors.js';
import type { ServerEvent } from '../store/journal-events.js';
import { createRefusalRecords } from './refusals.js';

const REFUSED = {
  method: 'POST',
  route: '/v2/jobs/:jobKey/completion',
  status: 404,
  title: 'NOT_FOUND',
  detail: 'No job has the key 1.',
};

function open(): { written: ServerEvent[]; records: ReturnType<typeof createRefusalRecords> } {
  const written: ServerEvent[] = [];
  const record = (event: ServerEvent): Promise<void> => {
    written.push(event);
    return Promise.resolve();
  };
  const records = createRefusalRecords(
    record,
    () => 1_000,
    (error) => {
      throw error as Error;
    },
  );
  return { written, records };
}

describe('refusals', () => {
  test('of one kind are told once, and counted after that', async () => {
    const { written, records } = open();
    for (let time = 0; time < 5; time += 1) records.request(REFUSED, 'worker:a');
    records.request(REFUSED, 'worker:b');
    await records.close();
    expect(written.map(({ data }) => (data as { times: number }).times)).toEqual([1, 1, 4]);
    expect(written[0]).toMatchObject({ type: 'request refused', data: { ...REFUSED, times: 1 } });
  });

  test('that the database cannot take now are written when it can', async () => {
    const written: ServerEvent[] = [];
    let isAway = true;
    const record = (event: ServerEvent): Promise<void> => {
      if (isAway) return Promise.reject(new Unavailable('The database cannot be written now', 1_000));
      written.push(event);
      return Promise.resolve();
    };
    const errors: unknown[] = [];
    const records = createRefusalRecords(
      record,
      () => 1_000,
      (error) => errors.push(error),
    );
    for (let time = 0; time < 3; time += 1) records.request(REFUSED, 'worker:a');
    records.signIn('mary', '192.0.2.1');
    await records.settle();
    await records.settle();
    isAway = false;
    records.request(REFUSED, 'worker:a');
    await records.close();
    expect(errors).toEqual([]);
    expect(written.map(({ type, data }) => [type, (data as { times: number }).times])).toEqual([
      ['request refused', 4],
      ['sign-in refused', 1],
    ]);
  });

  test('cannot fill the disk, however many kinds a client thinks of', async () => {
    const { written, records } = open();
    for (let time = 0; time < 10_000; time += 1) records.signIn(`name-${time}`, '192.0.2.1');
    await records.close();
    expect(written.length).toBeLessThanOrEqual(101);
    const total = written.reduce((sum, { data }) => sum + (data as { times: number }).times, 0);
    expect(total).toBe(10_000);
  });
});
