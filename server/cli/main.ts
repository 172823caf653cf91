#!/usr/bin/env node
/** The program: `countersign start` runs a server until it is told to stop; `countersign convert` converts a file. */
import { pino } from 'pino';
import { DEMO_ACCOUNTS } from '../access/demo-accounts.js';
import { readSettings } from '../settings/settings.js';
import type { Settings } from '../settings/settings.js';
import { convert } from './convert.js';
import { startServer } from './server.js';

const USAGE = `Usage: countersign [start]
       countersign convert FILE [--out FILE] [--json]

  start    Runs the server (default). Settings come from the environment; README.md lists them.
  convert  Converts a BPMN file of Camunda 7, and reports what is left to decide.
`;

const [command = 'start', ...rest] = process.argv.slice(2);
if (command === 'start') await start();
else if (command === 'convert') await runConvert(rest);
else if (command === 'help' || command === '--help' || command === '-h') process.stdout.write(USAGE);
else fail(`There is no command "${command}".\n\n${USAGE}`, 2);

async function runConvert(args: readonly string[]): Promise<void> {
  const { code, output, error } = await convert(args);
  process.stdout.write(output);
  process.stderr.write(error);
  process.exitCode = code;
}

async function start(): Promise<void> {
  const result = readSettings(process.env);
  if (!result.ok) {
    fail(`The settings are wrong:\n${result.errors.map((error) => `  - ${error}\n`).join('')}`, 2);
    return;
  }
  const { settings } = result;
  const log = pino(
    { level: settings.logLevel, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination(2),
  );
  try {
    const server = await startServer(settings, log);
    process.stdout.write(welcome(server.url, settings));
    const stop = (signal: NodeJS.Signals): void => {
      process.stdout.write(`\n${signal}: finishing what is in hand …\n`);
      // A second signal means: now.
      process.once(signal, () => process.exit(1));
      server.close().then(
        () => process.exit(0),
        (error: unknown) => {
          fail(`The server did not stop cleanly: ${describe(error)}\n`, 1);
          process.exit();
        },
      );
    };
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
  } catch (error) {
    fail(`The server cannot start: ${explain(error, settings)}\n`, 1);
  }
}

function welcome(url: string, settings: Settings): string {
  const accounts = DEMO_ACCOUNTS.map(({ username, role }) => `    ${username.padEnd(8)}${role}\n`).join('');
  const people =
    settings.authentication === 'demo' ? `\n  Sign in as (the password is the name):\n${accounts}` : '';
  return `\n  Countersign is ready at ${url}\n${people}\n  Stop it with Ctrl+C.\n\n`;
}

function explain(error: unknown, { port, host, databaseFile }: Settings): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE')
    return `port ${String(port)} of ${host} is taken. Stop what uses it, or set PORT to another one.`;
  if (code === 'EACCES')
    return `port ${String(port)} may not be used by this account. Set PORT to one above 1023.`;
  return `${describe(error)} (database: ${databaseFile})`;
}

/** An error with what caused it: the outermost often says only that something failed. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${describe(error.cause)}`;
}

function fail(text: string, code: number): void {
  process.stderr.write(text);
  process.exitCode = code;
}
