/** `countersign bench`: how many one-job instances a second this machine runs, or a server that is named. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { runLoad } from '../../bench/load.js';
import { printOne, readCount, withServer } from '../command.js';
import type { CommandContext, RemoteOptions } from '../command.js';
import { connect } from '../connection.js';
import { CliFailure } from '../exit-codes.js';
import { createProgress } from '../terminal.js';

interface BenchOptions extends RemoteOptions {
  readonly instances: number;
  readonly callers: number;
  readonly stream: boolean;
}

const MAIN = fileURLToPath(new URL('../main.js', import.meta.url));

/** Adds the command. */
export function addBenchCommand(program: Command, context: CommandContext): void {
  withServer(program.command('bench'))
    .description('measure: a server of its own with a database that is removed afterwards, or --server')
    .option('--instances <number>', 'how many to run', readCount, 5_000)
    .option('--callers <number>', 'how many start at the same time', readCount, 50)
    .option('--stream', 'have jobs pushed to the workers instead of polling for them', false)
    .action((options: BenchOptions) => bench(context, options));
}

async function bench(context: CommandContext, options: BenchOptions): Promise<void> {
  const { terminal } = context;
  const { environment } = terminal;
  // COUNTERSIGN_SERVER does not count here: load is for a server that was named for it.
  const own = options.server === undefined ? await startOwn(environment) : null;
  const progress = createProgress(terminal);
  try {
    const connection = connect({ server: own?.url ?? options.server, environment: own ? {} : environment });
    const result = await runLoad(connection, { ...options, progress: progress.update });
    progress.done();
    printOne(context, options, result);
  } finally {
    progress.done();
    await own?.stop();
  }
}

/** A server in a process of its own, on a database of its own in the system's temporary folder. */
async function startOwn(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<{ url: string; stop(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-bench-'));
  const child = spawn(process.execPath, [MAIN, 'start'], {
    env: {
      PATH: environment.PATH,
      PORT: '0',
      COUNTERSIGN_DATABASE_URL: `sqlite:${join(folder, 'bench.db')}`,
      COUNTERSIGN_AUTH: 'none',
      COUNTERSIGN_SAMPLES: 'none',
      COUNTERSIGN_WORKERS: 'none',
      COUNTERSIGN_LOG: 'error',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const url = await new Promise<string>((resolve, reject) => {
      let output = '';
      child.stdout.on('data', (text: Buffer) => {
        output += text.toString();
        const found = /ready at (http:\S+)/.exec(output)?.[1];
        if (found !== undefined) resolve(found);
      });
      child.once('error', reject);
      child.once('exit', () => reject(new CliFailure(`The server to measure did not start. ${output}`)));
    });
    return { url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
