/** A server on which the made-up person is planted, with everything that it logs. */
import { join } from 'node:path';
import { createClock, readSettings, startServer } from '@countersign/server';
import type { RunningServer } from '@countersign/server';
import { pino } from 'pino';
import { RUNTIME_START } from '../support/runtime.js';
import { USERNAME, openAccount, plant } from './planted-person.js';
import type { Call } from './planted-person.js';

/** The server, and what a test asks of it. */
export interface Planted {
  readonly server: RunningServer;
  /** The instance about her that still runs. */
  readonly running: string;
  readonly administrator: Call;
  /** What was logged so far. */
  log(): string;
}

/** Starts a server on a database and plants the person; its key and checkpoints go into `folder`. */
export async function startPlanted(database: string, folder: string): Promise<Planted> {
  const result = readSettings({
    PORT: '0',
    COUNTERSIGN_DATABASE_URL: database,
    COUNTERSIGN_AUDIT_KEY_FILE: join(folder, 'key.pem'),
    COUNTERSIGN_AUDIT_CHECKPOINT_FILE: join(folder, 'checkpoints.jsonl'),
    COUNTERSIGN_AUTH: 'demo',
    COUNTERSIGN_SAMPLES: 'none',
    COUNTERSIGN_WORKERS: 'none',
    COUNTERSIGN_ENV: 'development',
    COUNTERSIGN_LOG: 'debug',
  });
  if (!result.ok) throw new Error(result.errors.join('\n'));
  let log = '';
  const toLog = pino({ level: 'debug' }, { write: (line: string) => void (log += line) });
  const server = await startServer(result.settings, toLog, { clock: createClock(RUNTIME_START) });
  await openAccount(server.runtime);
  const running = await plant({
    runtime: server.runtime,
    hers: caller(server.url, USERNAME, 'secret'),
    anonymous: caller(server.url),
  });
  return { server, running, administrator: caller(server.url, 'demo'), log: () => log };
}

function caller(url: string, username?: string, password = username): Call {
  return async (method, path, body, statuses = [200, 201, 204]) => {
    const credentials = Buffer.from(`${username}:${password}`).toString('base64');
    const response = await fetch(url + path, {
      method,
      headers: {
        'Content-Type': 'application/json',
        'X-Countersign': 'web',
        ...(username && { Authorization: `Basic ${credentials}` }),
      },
      body: body && JSON.stringify(body),
    });
    const bytes = await response.text();
    if (!statuses.includes(response.status)) {
      throw new Error(`${method} ${path}: ${String(response.status)} ${bytes.slice(0, 500)}`);
    }
    try {
      return JSON.parse(bytes) as Record<string, unknown>;
    } catch {
      return {};
    }
  };
}
