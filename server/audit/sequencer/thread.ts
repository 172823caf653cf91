/** The sequencer's work in a thread of its own; the same interface as the work itself. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { LeafWork, Round } from './leaves.js';
import type { Answered, Asked } from './worker.js';

/** Starts the thread on a database. A thread that dies fails what was asked of it; the next question starts another. */
export function startLeafThread(database: string): LeafWork {
  let worker: Worker | undefined;
  let waiting: { resolve: (round: unknown) => void; reject: (error: Error) => void } | undefined;

  const give = (answered: Answered): void => {
    const asked = waiting;
    waiting = undefined;
    if ('failure' in answered) asked?.reject(new Error(answered.failure));
    else asked?.resolve(answered.round);
  };
  const start = (): Worker => {
    const started = new Worker(workerFile(), { workerData: { database }, execArgv: [] });
    started.unref();
    started.on('message', give);
    started.on('error', (error) => give({ failure: error.message }));
    started.on('exit', () => {
      if (worker === started) worker = undefined;
      give({ failure: 'The thread of the sequencer ended' });
    });
    return started;
  };
  const ask = (asked: Asked): Promise<unknown> => {
    if (!worker && asked.kind === 'next')
      return Promise.reject(new Error('The thread of the sequencer ended'));
    worker ??= start();
    return new Promise((resolve, reject) => {
      waiting = { resolve, reject };
      worker?.postMessage(asked);
    });
  };
  let begun: Promise<unknown> = Promise.resolve();

  return {
    begin(state) {
      begun = ask({ kind: 'begin', state });
      // Its failure is told by the next round.
      begun.catch(() => undefined);
    },
    async next() {
      await begun;
      return (await ask({ kind: 'next' })) as Round | null;
    },
    async close() {
      await worker?.terminate();
    },
  };
}

/** The compiled file: beside this one, or, where the sources run, among what was built. */
function workerFile(): URL {
  const beside = new URL('./worker.js', import.meta.url);
  if (existsSync(fileURLToPath(beside))) return beside;
  const built = new URL('../../dist/audit/sequencer/worker.js', import.meta.url);
  if (existsSync(fileURLToPath(built))) return built;
  throw new Error('The server is not built: run "npm run build" first');
}
