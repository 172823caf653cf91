import { describe, expect, test } from 'vitest';
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

  test('cannot fill the disk, however many kinds a client thinks of', async () => {
    const { written, records } = open();
    for (let time = 0; time < 10_000; time += 1) records.signIn(`name-${time}`, '192.0.2.1');
    await records.close();
    expect(written.length).toBeLessThanOrEqual(101);
    const total = written.reduce((sum, { data }) => sum + (data as { times: number }).times, 0);
    expect(total).toBe(10_000);
  });
});
