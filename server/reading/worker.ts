/** The thread that reads files from outside. It answers one message with one. */
import { parentPort } from 'node:worker_threads';
import { doWork, type Answers, type Asked } from './work.js';

/** An answer, or why there is none. */
export type Answered = { readonly answer: Answers[keyof Answers] } | { readonly failure: string };

parentPort?.on('message', (asked: Asked) => {
  doWork(asked).then(
    (answer) => parentPort?.postMessage({ answer } satisfies Answered),
    (error: unknown) => {
      const failure = error instanceof Error ? (error.stack ?? error.message) : String(error);
      parentPort?.postMessage({ failure } satisfies Answered);
    },
  );
});
