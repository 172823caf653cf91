/** Two idle nodes whose PostgreSQL is stopped, and then frozen: both live, say so, and go on by themselves. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startPostgres, whyNoPostgres } from '../support/postgres.js';
import type { TestPostgres } from '../support/postgres.js';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';

const missing = whyNoPostgres();
if (missing !== null) console.log(missing);

/** An own server can be hurt; one that is somebody else's cannot. */
const cannotHurt = missing !== null || process.env['COUNTERSIGN_TEST_POSTGRES_URL'] !== undefined;

/** Reads of several kinds: a list, a search, one row, a list of ours. */
const READS = [
  ['POST', '/v2/process-instances/search'],
  ['POST', '/v2/user-tasks/search'],
  ['GET', '/v2/process-definitions/1'],
  ['GET', '/api/models'],
] as const;

describe.skipIf(cannotHurt)('two idle nodes whose PostgreSQL', () => {
  let postgres: TestPostgres;
  let database: string;
  let folder: string;
  let nodes: TestServer[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'countersign-outage-'));
    postgres = await startPostgres();
    database = await postgres.create();
    const settings = {
      COUNTERSIGN_DATABASE_URL: database,
      COUNTERSIGN_AUDIT_KEY_FILE: join(folder, 'audit.key'),
      COUNTERSIGN_AUDIT_CHECKPOINT_FILE: join(folder, 'checkpoints'),
    };
    nodes = [];
    for (let count = 0; count < 2; count += 1) nodes.push(await startServer({ process: true, settings }));
  }, 60_000);
  afterAll(async () => {
    await Promise.all(nodes.map((node) => node.close()));
    await postgres?.stop();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  const ask = async (node: TestServer, [method, path]: readonly [string, string]) => {
    const body = method === 'POST' ? { body: '{}', headers: { 'Content-Type': 'application/json' } } : {};
    const response = await fetch(node.url + path, { method, ...body });
    await response.text();
    return { status: response.status, retryAfter: response.headers.get('Retry-After') };
  };
  const publish = async (node: TestServer): Promise<number> => {
    const response = await fetch(`${node.url}/v2/messages/publication`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: '{"name":"still there","correlationKey":"k","timeToLive":60000}',
    });
    await response.text();
    return response.status;
  };
  const statusesOf = async (path: string) =>
    Promise.all(nodes.map(async (node) => (await fetch(node.url + path)).status));

  const isAway = async (): Promise<void> => {
    await expect.poll(() => statusesOf('/health/ready'), { timeout: 30_000 }).toEqual([503, 503]);
    for (const node of nodes) {
      for (const read of READS) {
        expect({ read, ...(await ask(node, read)) }).toEqual({ read, status: 503, retryAfter: '1' });
      }
      expect(node.child?.exitCode).toBeNull();
    }
    expect(await statusesOf('/health/live')).toEqual([200, 200]);
    for (const node of nodes)
      await expect.poll(() => unavailable(node), { timeout: 10_000 }).toBeGreaterThan(0);
  };
  const unavailable = async ({ url }: TestServer): Promise<number> => {
    const figures = await (await fetch(`${url}/metrics`)).text();
    return Number(/^countersign_database_unavailable_seconds_total (\S+)$/m.exec(figures)?.[1]);
  };
  const isBack = async (): Promise<void> => {
    await expect.poll(() => statusesOf('/health/ready'), { timeout: 30_000 }).toEqual([200, 200]);
    const expected = [200, 200, 404, 200];
    for (const node of nodes) {
      const asked = async () => {
        const answers = [];
        for (const read of READS) answers.push((await ask(node, read)).status);
        return answers;
      };
      await expect.poll(asked, { timeout: 20_000 }).toEqual(expected);
      expect(await publish(node)).toBe(200);
    }
  };

  test('is stopped as it stands live, refuse reads for a while, and go on', { timeout: 80_000 }, async () => {
    const running = postgres.pid();
    if (running === null) throw new Error('not an own server');
    await isBack();
    process.kill(running, 'SIGQUIT');
    try {
      await isAway();
    } finally {
      await postgres.start();
    }
    await isBack();
  });

  test('is frozen live, refuse reads for a while, and go on', { timeout: 80_000 }, async () => {
    const running = postgres.pid();
    if (running === null) throw new Error('not an own server');
    const all = (): number[] => [running, ...childrenOf(running)];
    await isBack();
    const frozen = all();
    for (const pid of frozen) process.kill(pid, 'SIGSTOP');
    try {
      await isAway();
    } finally {
      for (const pid of frozen) process.kill(pid, 'SIGCONT');
    }
    await isBack();
  });

  test(
    'is frozen under load live, answer with 200 or 503 and nothing else, and go on',
    { timeout: 80_000 },
    async () => {
      const running = postgres.pid();
      if (running === null) throw new Error('not an own server');
      await isBack();
      let isFrozen = true;
      const load = nodes.flatMap((node) =>
        [1, 2, 3, 4].map(async () => {
          const statuses = new Set<number>();
          while (isFrozen) statuses.add(await publish(node));
          return statuses;
        }),
      );
      const frozen = [running, ...childrenOf(running)];
      for (const pid of frozen) process.kill(pid, 'SIGSTOP');
      try {
        for (const node of nodes) expect((await fetch(`${node.url}/health`)).status).toBe(200);
        await isAway();
      } finally {
        isFrozen = false;
        for (const pid of frozen) process.kill(pid, 'SIGCONT');
      }
      for (const statuses of await Promise.all(load)) {
        expect([...statuses].filter((status) => status !== 200 && status !== 503)).toEqual([]);
        expect(statuses).toContain(503);
      }
      await isBack();
    },
  );

  test(
    'is frozen in the middle of commits end in order when they are told to',
    { timeout: 80_000 },
    async () => {
      const running = postgres.pid();
      if (running === null) throw new Error('not an own server');
      await isBack();
      const load = nodes.flatMap((node) => [1, 2, 3, 4].map(() => publish(node).catch(() => 0)));
      const frozen = [running, ...childrenOf(running)];
      for (const pid of frozen) process.kill(pid, 'SIGSTOP');
      try {
        const codes = nodes.map(
          ({ child }) => new Promise<number | null>((resolve) => child?.once('exit', resolve)),
        );
        for (const { child } of nodes) child?.kill('SIGTERM');
        // The last resort would end them with 1.
        expect(await Promise.all(codes)).toEqual([0, 0]);
      } finally {
        for (const pid of frozen) process.kill(pid, 'SIGCONT');
      }
      for (const status of await Promise.all(load)) expect([200, 503, 0]).toContain(status);
    },
  );
});

function childrenOf(pid: number): number[] {
  const lines = execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' });
  return lines
    .split('\n')
    .map(Number)
    .filter((child) => child > 0);
}
