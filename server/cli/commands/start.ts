/** `countersign start`: runs the server until it is told to stop. */
import type { Command } from 'commander';
import type { Logger } from 'pino';
import { DEMO_ACCOUNTS } from '../../access/demo-accounts.js';
import { createLog } from '../../observability/log.js';
import { readSettings } from '../../settings/settings.js';
import { describeDatabase } from '../../settings/database-url.js';
import type { Settings } from '../../settings/settings.js';
import type { CommandContext } from '../command.js';
import { CliFailure, EXIT } from '../exit-codes.js';
import { keepHeapSmall } from '../heap.js';
import type { Terminal } from '../terminal.js';

/** Milliseconds the program may outlive the server. */
const LINGER = 500;

/** Milliseconds that stopping may take at most. */
const LAST_RESORT = 30_000;

/** Adds the command. */
export function addStartCommand(program: Command, { terminal }: CommandContext): void {
  program
    .command('start')
    .description('run the server; its settings come from the environment, README.md lists them')
    .action(() => start(terminal));
}

async function start(terminal: Terminal): Promise<void> {
  const result = readSettings(terminal.environment);
  if (!result.ok) {
    const list = result.errors.map((error) => `  - ${error}`).join('\n');
    throw new CliFailure(`The settings are wrong:\n${list}`, EXIT.usage);
  }
  const { settings } = result;
  keepHeapSmall();
  const log = createLog(settings.logLevel);
  const stopSaying = sayWhatIsWaitedFor(terminal, settings);
  const server = await begin(settings, log).finally(stopSaying);
  terminal.out(welcome(server.url, settings));
  const signal = await toldToStop();
  terminal.out(`\n${signal}: finishing what is in hand …\n`);
  // Whatever does not end, such as a question to a database that fell silent: what was answered is on disk.
  const lastResort = setTimeout(() => {
    terminal.out(`Not everything ended within ${String(LAST_RESORT / 1000)} s: stopping all the same.\n`);
    process.exit(EXIT.failed);
  }, LAST_RESORT);
  try {
    await server.close();
  } catch (error) {
    throw new CliFailure(`The server did not stop cleanly: ${describe(error)}`, EXIT.failed, {
      cause: error,
    });
  } finally {
    clearTimeout(lastResort);
    // Everything is closed; an idle connection to somewhere else must not keep the program.
    setTimeout(() => process.exit(), LINGER).unref();
  }
}

async function begin(settings: Settings, log: Logger) {
  // The other commands need none of the server: it is loaded here.
  const { startServer } = await import('../server.js');
  try {
    return await startServer(settings, log);
  } catch (error) {
    throw new CliFailure(`The server cannot start: ${explain(error, settings)}`, EXIT.failed, {
      cause: error,
    });
  }
}

/** Milliseconds after which a start says what it waits for. */
const PATIENCE = 2_000;

/** A database elsewhere may take a while to be reached: whoever looks on is told what for. The answer ends it. */
function sayWhatIsWaitedFor(terminal: Terminal, { database }: Settings): () => void {
  const timer = setTimeout(() => {
    const what = database.startsWith('postgres')
      ? `the PostgreSQL database ${describeDatabase(database)} to answer (30 seconds at most)`
      : 'the database to be ready';
    terminal.out(`\n  Waiting for ${what} …\n`);
  }, PATIENCE);
  return () => {
    clearTimeout(timer);
  };
}

/** The first signal to stop; a second one means: now. One listener hears both, so that none falls between two. */
function toldToStop(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let isTold = false;
    const hear = (signal: NodeJS.Signals): void => {
      if (isTold) process.exit(EXIT.failed);
      isTold = true;
      resolve(signal);
    };
    process.on('SIGINT', hear);
    process.on('SIGTERM', hear);
  });
}

function welcome(url: string, settings: Settings): string {
  const accounts = DEMO_ACCOUNTS.map(({ username, role }) => `    ${username.padEnd(8)}${role}\n`).join('');
  const people =
    settings.authentication === 'demo' ? `\n  Sign in as (the password is the name):\n${accounts}` : '';
  return `\n  Countersign is ready at ${url}\n${people}\n  Stop it with Ctrl+C.\n\n`;
}

function explain(error: unknown, { port, host, database }: Settings): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE')
    return `port ${String(port)} of ${host} is taken. Stop what uses it, or set PORT to another one.`;
  if (code === 'EACCES')
    return `port ${String(port)} may not be used by this account. Set PORT to one above 1023.`;
  return `${describe(error)} (database: ${describeDatabase(database)})`;
}

/** An error with what caused it: the outermost often says only that something failed. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${describe(error.cause)}`;
}
