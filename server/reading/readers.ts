/**
 * Files from outside are read in threads of their own, each file within a time and an amount of memory: whatever a file
 * holds, nobody else waits for it. A thread that goes beyond is ended, and the file is refused. Small files are
 * read at once, since no content of that size takes long.
 */
import { Worker } from 'node:worker_threads';
import type { Conversion, ConversionRefusal } from '@countersign/engine';
import { Unavailable } from '../runtime/errors.js';
import type { DeploymentProblem, ResourceUpload } from '../runtime/deployments.js';
import { builtFile } from '../settings/folders.js';
import { doWork, type Answers, type Asked } from './work.js';
import type { Answered } from './worker.js';

/** A file that could not be read within the limits, as a sentence. */
export interface Beyond {
  readonly beyond: string;
}

/** Reads files from outside. */
export interface Readers {
  /** Converts a file of Camunda 7. */
  convert(content: string): Promise<Conversion | ConversionRefusal>;
  /** What is wrong with files by themselves; whether what they refer to is deployed is not looked at. */
  check(resources: readonly ResourceUpload[], now: number): Promise<readonly DeploymentProblem[] | Beyond>;
  /** Ends the threads. */
  close(): Promise<void>;
}

/** How much is read at once, and how long and with how much memory. */
export interface ReadingLimits {
  readonly threads: number;
  /** Files that may wait for a thread. */
  readonly waiting: number;
  readonly seconds: number;
  readonly megabytes: number;
  /** Characters of a file that is read at once. */
  readonly small: number;
}

const LIMITS: ReadingLimits = { threads: 1, waiting: 8, seconds: 20, megabytes: 512, small: 32_768 };

/** How long a thread without work stays, in milliseconds. */
const IDLE_MS = 30_000;

interface Waiting {
  readonly asked: Asked;
  readonly resolve: (answer: Answers[keyof Answers] | Beyond) => void;
  readonly reject: (error: Error) => void;
}

/** Starts no thread before it is needed. */
export function createReaders(limits: ReadingLimits = LIMITS): Readers {
  const queue: Waiting[] = [];
  const threads = new Set<Worker>();
  const idle: Worker[] = [];

  const start = (): Worker => {
    const worker = new Worker(builtFile('reading/worker.js'), {
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: limits.megabytes },
    });
    worker.unref();
    threads.add(worker);
    worker.once('exit', () => {
      threads.delete(worker);
      const place = idle.indexOf(worker);
      if (place >= 0) idle.splice(place, 1);
      next();
    });
    // Told to whom it works for; without work there is nobody to tell.
    worker.on('error', () => undefined);
    return worker;
  };

  const next = (): void => {
    while (queue.length > 0) {
      const worker = idle.pop() ?? (threads.size < limits.threads ? start() : undefined);
      if (!worker) return;
      const waiting = queue.shift();
      if (waiting) run(worker, waiting);
    }
  };

  const run = (worker: Worker, { asked, resolve, reject }: Waiting): void => {
    const limit = setTimeout(() => {
      settle();
      const beyond = `The file takes longer than ${String(limits.seconds)} seconds to read.`;
      void worker.terminate().then(() => resolve({ beyond }));
    }, limits.seconds * 1000);
    const settle = (): void => {
      clearTimeout(limit);
      worker.removeAllListeners('message');
      worker.off('error', failed);
      worker.off('exit', ended);
    };
    const failed = (error: Error & { code?: string }): void => {
      settle();
      if (error.code !== 'ERR_WORKER_OUT_OF_MEMORY') return reject(error);
      resolve({ beyond: `The file needs more than ${String(limits.megabytes)} MB of memory to be read.` });
    };
    const ended = (): void => {
      settle();
      reject(new Unavailable('The server is stopping', 1_000));
    };
    worker.once('message', (answered: Answered) => {
      settle();
      if ('failure' in answered) reject(new Error(answered.failure));
      else resolve(answered.answer);
      rest(worker);
    });
    worker.once('error', failed);
    worker.once('exit', ended);
    worker.postMessage(asked);
  };

  const rest = (worker: Worker): void => {
    idle.push(worker);
    next();
    if (!idle.includes(worker)) return;
    setTimeout(() => {
      if (idle.includes(worker) && queue.length === 0) void worker.terminate();
    }, IDLE_MS).unref();
  };

  const ask = (asked: Asked, size: number): Promise<Answers[keyof Answers] | Beyond> => {
    if (size <= limits.small) return doWork(asked);
    if (queue.length >= limits.waiting)
      return Promise.reject(new Unavailable('Too many large files are being read', 2_000));
    return new Promise((resolve, reject) => {
      queue.push({ asked, resolve, reject });
      next();
    });
  };

  return {
    async convert(content) {
      const answer = (await ask({ kind: 'convert', content }, content.length)) as Answers['convert'] | Beyond;
      return 'beyond' in answer ? { ok: false, reason: answer.beyond } : answer;
    },
    async check(resources, now) {
      const size = resources.reduce((sum, { content }) => sum + content.length, 0);
      if (size <= limits.small) return [];
      return (await ask({ kind: 'check', resources, now }, size)) as Answers['check'] | Beyond;
    },
    async close() {
      queue.length = 0;
      await Promise.all([...threads].map((worker) => worker.terminate()));
    },
  };
}
