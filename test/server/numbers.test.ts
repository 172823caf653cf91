/** Numbers that callers send have a range, and a stored one that nobody can read keeps no server from starting. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRuntime } from '@countersign/server';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';

const HUNDRED_YEARS = 3_155_760_000_000;
const MESSAGE = { name: 'n', correlationKey: 'k' };
const JOBS = { type: 't', maxJobsToActivate: 1, timeout: 1_000 };

describe('numbers of callers', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.close());

  const send = async (method: string, path: string, body: unknown) => {
    const headers = { 'Content-Type': 'application/json' };
    const response = await fetch(server.url + path, { method, headers, body: JSON.stringify(body) });
    const text = await response.text();
    return { status: response.status, text };
  };

  it.each([
    ['POST', '/v2/messages/publication', { ...MESSAGE, timeToLive: Number.MAX_SAFE_INTEGER }, 'timeToLive'],
    ['POST', '/v2/messages/publication', { ...MESSAGE, timeToLive: HUNDRED_YEARS + 1 }, 'timeToLive'],
    ['POST', '/v2/messages/publication', { ...MESSAGE, timeToLive: -1 }, 'timeToLive'],
    ['POST', '/v2/jobs/activation', { ...JOBS, timeout: 2 ** 52 }, 'timeout'],
    ['POST', '/v2/jobs/activation', { ...JOBS, timeout: 0 }, 'timeout'],
    ['POST', '/v2/jobs/activation', { ...JOBS, requestTimeout: -(2 ** 52) }, 'requestTimeout'],
    ['POST', '/v2/jobs/1/failure', { retries: 2 ** 31 }, 'retries'],
    ['POST', '/v2/jobs/1/failure', { retries: 1, retryBackOff: 2 ** 50 }, 'retryBackOff'],
    ['PATCH', '/v2/jobs/1', { changeset: { retries: 2 ** 40 } }, 'retries'],
    ['PATCH', '/v2/jobs/1', { changeset: { timeout: 2 ** 50 } }, 'timeout'],
    ['PUT', '/v2/clock', { timestamp: 2 ** 52 }, 'timestamp'],
  ])('%s %s refuses %j with the range', async (method, path, body, name) => {
    const { status, text } = await send(method, path, body);
    expect(status).toBe(400);
    expect(text).toMatch(new RegExp(`${name}[^"]*must be a whole number from -?\\d+ to \\d+`));
  });

  it('takes the ends of a range', async () => {
    const published = await send('POST', '/v2/messages/publication', {
      ...MESSAGE,
      timeToLive: HUNDRED_YEARS,
    });
    expect(published.status).toBe(200);
  });
});

describe('a stored message whose time nobody can read', () => {
  it('lets a server start, is told, and others beside it expire', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-numbers-'));
    const database = join(folder, 'test.db');
    const errors: string[] = [];
    const onError = (error: unknown) => void errors.push(error instanceof Error ? error.message : '');
    try {
      const first = await openRuntime({ database, onError });
      for (const correlationKey of ['a', 'b'])
        await first.publishMessage(
          { name: 'n', correlationKey, timeToLive: 60_000, variables: {} },
          'client:x',
        );
      await first.shutdown();
      const file = new DatabaseSync(database);
      file.exec(`update message set expires_at = 9223372036854775807 where correlation_key = 'a'`);
      file.exec(`update message set expires_at = 1 where correlation_key = 'b'`);
      const second = await openRuntime({ database, onError });
      const left = () => file.prepare('select correlation_key as k from message').all() as unknown;
      await expect.poll(left).toEqual([{ k: 'a' }]);
      expect(errors).toEqual(['1 kept messages bear a time that cannot be read and never expire']);
      await second.shutdown();
      file.close();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
