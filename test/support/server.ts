/**
 * Starts a real server for a test: in this process, or as a child process on the built files, each
 * on a port of its own with a database file of its own that is removed afterwards.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createCamundaClient } from '@camunda8/orchestration-cluster-api';
import type { CamundaClient } from '@camunda8/orchestration-cluster-api';
import { readSettings, startServer as start } from '@countersign/server';
import type { Clock, Runtime } from '@countersign/server';
import { pino } from 'pino';
import { ON_POSTGRES, createTestDatabase } from './databases.js';

/** How the server is started. By default: in this process, open to everybody, without samples and workers. */
export interface TestServerOptions {
  readonly process?: boolean;
  readonly authentication?: 'demo' | 'none';
  readonly samples?: 'all' | 'none';
  readonly workers?: string;
  readonly environment?: 'development' | 'production';
  /** Whether callers may pin the clock; they may where absent. */
  readonly clockControl?: 'system' | 'controlled';
  /** Megabytes. */
  readonly uploadLimit?: number;
  /** Keeps using this database file, which is then not removed. */
  readonly database?: string;
  /** Settings besides, by the names of their environment variables. */
  readonly settings?: Readonly<Record<string, string>>;
  /** In this process only. */
  readonly clock?: Clock;
}

/** A server that a test talks to. */
export interface TestServer {
  readonly url: string;
  readonly database: string;
  /** The runtime inside; only in this process. */
  readonly runtime: Runtime | null;
  /** The child process; only with `process`. */
  readonly child: ChildProcess | null;
  /** Stops it as an operator would, and removes the database. */
  close(): Promise<void>;
  /** Stops it as a power cut would; only with `process`. The database stays. */
  kill(): Promise<void>;
}

/** The built program; beside the compiled benchmarks `server` is what was built. */
const MAIN = ['../../server/dist/cli/main.js', '../../server/cli/main.js']
  .map((path) => fileURLToPath(new URL(path, import.meta.url)))
  .find((path) => existsSync(path)) as string;

/** Starts a server; it answers when this is fulfilled. */
export async function startServer(options: TestServerOptions = {}): Promise<TestServer> {
  const folder = options.database === undefined ? await mkdtemp(join(tmpdir(), 'countersign-')) : null;
  // What a server keeps beside its database stands in the folder, on PostgreSQL too.
  const own = ON_POSTGRES && folder !== null ? await createTestDatabase() : null;
  const database = options.database ?? own?.address ?? join(folder ?? '', 'test.db');
  const environment: Record<string, string> = {
    PORT: '0',
    COUNTERSIGN_DATABASE_URL: own ? own.address : `sqlite:${database}`,
    ...(own && {
      COUNTERSIGN_AUDIT_KEY_FILE: join(folder ?? '', 'audit.key'),
      COUNTERSIGN_AUDIT_CHECKPOINT_FILE: join(folder ?? '', 'checkpoints'),
    }),
    COUNTERSIGN_AUTH: options.authentication ?? 'none',
    COUNTERSIGN_SAMPLES: options.samples ?? 'none',
    COUNTERSIGN_WORKERS: options.workers ?? 'none',
    COUNTERSIGN_ENV: options.environment ?? 'development',
    COUNTERSIGN_LOG: 'error',
    COUNTERSIGN_CLOCK: options.clockControl ?? 'controlled',
    ...(options.uploadLimit !== undefined && { COUNTERSIGN_UPLOAD_LIMIT_MB: String(options.uploadLimit) }),
    ...options.settings,
  };
  const remove = async (): Promise<void> => {
    await own?.remove();
    if (folder !== null) await rm(folder, { recursive: true, force: true });
  };
  return options.process
    ? startChild(environment, database, remove)
    : startHere(environment, database, remove, options.clock);
}

async function startHere(
  environment: Record<string, string>,
  database: string,
  remove: () => Promise<void>,
  clock: Clock | undefined,
): Promise<TestServer> {
  const result = readSettings(environment);
  if (!result.ok) throw new Error(result.errors.join('\n'));
  const server = await start(
    result.settings,
    pino({ level: result.settings.logLevel }, pino.destination(2)),
    { clock },
  );
  return {
    url: server.url,
    database,
    runtime: server.runtime,
    child: null,
    async close() {
      await server.close();
      await remove();
    },
    kill: () => Promise.reject(new Error('Only a child process can be killed')),
  };
}

async function startChild(
  environment: Record<string, string>,
  database: string,
  remove: () => Promise<void>,
): Promise<TestServer> {
  const child = spawn(process.execPath, [MAIN, 'start'], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    let output = '';
    child.stdout.on('data', (text: Buffer) => {
      output += text.toString();
      const found = /ready at (http:\S+)/.exec(output)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', (code) =>
      reject(new Error(`The server ended with code ${String(code)} before it was ready:\n${output}`)),
    );
  });
  return {
    url,
    database,
    runtime: null,
    child,
    async close() {
      child.kill('SIGTERM');
      await ended;
      await remove();
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** The official client for a server, checking every answer to the last field. */
export function createClient(url: string, user?: { username: string; password: string }): CamundaClient {
  return createCamundaClient({
    config: {
      CAMUNDA_REST_ADDRESS: url,
      CAMUNDA_SDK_VALIDATION: 'res:fanatical',
      CAMUNDA_SDK_HTTP_RETRY_MAX_ATTEMPTS: 1,
      CAMUNDA_SDK_LOG_LEVEL: 'error',
      ...(user === undefined
        ? { CAMUNDA_AUTH_STRATEGY: 'NONE' }
        : {
            CAMUNDA_AUTH_STRATEGY: 'BASIC',
            CAMUNDA_BASIC_AUTH_USERNAME: user.username,
            CAMUNDA_BASIC_AUTH_PASSWORD: user.password,
          }),
    },
  });
}
