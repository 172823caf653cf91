/** The thread that hashes rows, so that commits do not wait for it. It answers one message with one. */
import { parentPort, workerData } from 'node:worker_threads';
import type { TreeState } from './leaves.js';
import { openLeafWork } from './leaves.js';

/** What the thread is asked: to begin with a state, for the next round, or to end. */
export type Asked =
  | { readonly kind: 'begin'; readonly state: TreeState }
  | { readonly kind: 'next' }
  | { readonly kind: 'end' };

/** What it answers: a round, null, or why there is none. */
export type Answered = { readonly round: unknown } | { readonly failure: string };

const work = openLeafWork((workerData as { database: string }).database);

/** Questions are answered one after the other: a beginning must not come into the middle of a round. */
let chain: Promise<unknown> = Promise.resolve();

parentPort?.on('message', (asked: Asked) => {
  const answered = chain.then(() => answer(asked));
  chain = answered.catch(() => undefined);
  answered.then(
    (round) => parentPort?.postMessage({ round } satisfies Answered),
    (error: unknown) =>
      parentPort?.postMessage({ failure: error instanceof Error ? error.message : String(error) }),
  );
});

async function answer(asked: Asked): Promise<unknown> {
  const leaves = await work;
  if (asked.kind === 'next') return leaves.next();
  if (asked.kind === 'begin') leaves.begin(asked.state);
  else {
    // The thread ends by itself once nothing keeps it: stopped from outside in a query, it would take the process along.
    await leaves.close();
    parentPort?.close();
  }
  return null;
}
