/**
 * Runs the samples' example worker beside the server: a program of its own, as a user would write
 * it, that knows nothing but the server's address.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Logger } from 'pino';

/** Milliseconds before a worker that ended by itself is started again. */
const PAUSE = 2000;

/** Starts the worker and keeps it running; the answer stops it. */
export function startSampleWorker(processes: string, address: string, log: Logger): () => Promise<void> {
  let stopped = false;
  let restart: NodeJS.Timeout | undefined;
  let child = launch();

  function launch(): ReturnType<typeof spawn> {
    const started = spawn(process.execPath, [join(processes, 'worker.mjs')], {
      env: { ...process.env, CAMUNDA_REST_ADDRESS: address },
      // The channel tells the worker when this process is gone, however it went.
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    started.stdout?.on('data', (text: Buffer) => {
      log.debug({ worker: 'samples' }, text.toString().trimEnd());
    });
    started.stderr?.on('data', (text: Buffer) => {
      log.warn({ worker: 'samples' }, text.toString().trimEnd());
    });
    started.on('error', (error) => {
      log.error({ err: error }, 'the example worker cannot be started');
    });
    started.on('exit', (code) => {
      if (stopped) return;
      log.warn({ code }, 'the example worker ended and is started again');
      restart = setTimeout(() => {
        child = launch();
      }, PAUSE);
    });
    return started;
  }

  return async () => {
    stopped = true;
    clearTimeout(restart);
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    const lastResort = setTimeout(() => child.kill('SIGKILL'), 3000);
    await ended;
    clearTimeout(lastResort);
  };
}
