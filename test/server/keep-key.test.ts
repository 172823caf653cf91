/** The key under which a browser keeps what somebody typed: each person has their own, on every server and in every session. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../support/server.js';

async function keyOf(server: TestServer, username: string | null): Promise<unknown> {
  const headers: Record<string, string> =
    username === null
      ? {}
      : { Authorization: `Basic ${Buffer.from(`${username}:${username}`).toString('base64')}` };
  const response = await fetch(`${server.url}/api/session`, { headers });
  return ((await response.json()) as { keepKey: unknown }).keepKey;
}

describe('the key of what is kept', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({ authentication: 'demo' });
  });
  afterAll(() => server.close());

  it('is the same for the same person, another for others, and none for nobody', async () => {
    const mary = await keyOf(server, 'mary');
    expect(Buffer.from(String(mary), 'base64')).toHaveLength(32);
    expect(await keyOf(server, 'mary')).toBe(mary);
    expect(await keyOf(server, 'carlos')).not.toBe(mary);
    expect(await keyOf(server, null)).toBeNull();
  });

  it('is another in another database, and one for all where nobody signs in', async () => {
    const other = await startServer({ authentication: 'demo' });
    const open = await startServer();
    try {
      expect(await keyOf(other, 'mary')).not.toBe(await keyOf(server, 'mary'));
      expect(await keyOf(open, null)).toBe(await keyOf(open, null));
      expect(await keyOf(open, null)).not.toBeNull();
    } finally {
      await other.close();
      await open.close();
    }
  });
});
