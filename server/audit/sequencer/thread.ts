/**
 * The sequencer's work in a thread of its own; the same interface as the work itself. While a round is being stored
 * and more rows wait, the thread is at the next one already.
 */
import { Worker } from 'node:worker_threads';
import { builtFile } from '../../settings/folders.js';
import type { LeafWork, Round } from './leaves.js';
import type { Answered, Asked } from './worker.js';

/** Megabytes for what the thread has just made: a chunk of rows and their hashes, which are soon gone. */
const YOUNG_GENERATION = 12;

/** Starts the thread on a database. A thread that dies fails what was asked of it; the next question starts another. */
export function startLeafThread(database: string): LeafWork {
  let worker: Worker | undefined;
  /** What was asked and is not answered; the thread answers in turn. */
  let waiting: { resolve: (round: unknown) => void; reject: (error: Error) => void }[] = [];

  const give = (answered: Answered): void => {
    const asked = waiting.shift();
    if ('failure' in answered)
      asked?.reject(Object.assign(new Error(answered.failure.message), answered.failure));
    else asked?.resolve(answered.round);
  };
  const failAll = (message: string): void => {
    const asked = waiting;
    waiting = [];
    for (const { reject } of asked) reject(new Error(message));
  };
  const start = (): Worker => {
    const started = new Worker(builtFile('audit/sequencer/worker.js'), {
      workerData: { database },
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION },
    });
    started.unref();
    started.on('message', give);
    started.on('error', (error) => failAll(error.message));
    started.on('exit', () => {
      if (worker === started) worker = undefined;
      failAll('The thread of the sequencer ended');
    });
    return started;
  };
  const ask = (asked: Asked): Promise<unknown> => {
    if (!worker && asked.kind === 'next')
      return Promise.reject(new Error('The thread of the sequencer ended'));
    worker ??= start();
    return new Promise((resolve, reject) => {
      waiting.push({ resolve, reject });
      worker?.postMessage(asked);
    });
  };
  const askNext = async (): Promise<Round | null> => (await ask({ kind: 'next' })) as Round | null;
  let begun: Promise<unknown> = Promise.resolve();
  /** The round after the one that was given, while more rows waited than that one took. */
  let ahead: Promise<Round | null> | undefined;

  return {
    begin(state) {
      ahead = undefined;
      begun = ask({ kind: 'begin', state });
      // Its failure is told by the next round.
      begun.catch(() => undefined);
    },
    async next() {
      await begun;
      const early = await ahead;
      ahead = undefined;
      // Rows may have come since the round was made ahead of its time: another one has to look.
      const round = early ? { ...early, isMore: true } : await askNext();
      if (early?.isMore ?? round?.isMore) {
        ahead = askNext();
        // Its failure is told by the next round.
        ahead.catch(() => undefined);
      }
      return round;
    },
    async close() {
      const ending = worker;
      if (!ending) return;
      const ended = new Promise((resolve) => ending.once('exit', resolve));
      ending.ref();
      ending.postMessage({ kind: 'end' } satisfies Asked);
      await ended;
    },
  };
}
