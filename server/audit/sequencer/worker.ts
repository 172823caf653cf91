/** The thread that hashes rows, so that commits do not wait for it. It answers one message with one. */
import { setTimeout as pause } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import type { TreeState } from './leaves.js';
import { openLeafWork } from './leaves.js';

/** What the thread is asked: to begin with a state, for the next round, or to end. */
export type Asked =
  | { readonly kind: 'begin'; readonly state: TreeState }
  | { readonly kind: 'next' }
  | { readonly kind: 'end' };

/** What it answers: a round, null, or why there is none. */
export type Answered = { readonly round: unknown } | { readonly failure: SentFailure };

/** A failure, with what tells that the database was away. */
export interface SentFailure {
  readonly message: string;
  readonly code?: unknown;
  readonly severity?: unknown;
  readonly syscall?: unknown;
}

const work = openLeafWork((workerData as { database: string }).database);

/** Questions are answered one after the other: a beginning must not come into the middle of a round. */
let chain: Promise<unknown> = Promise.resolve();

/** Milliseconds that what is being read has to come to its end. */
const END_PATIENCE = 1_000;

parentPort?.on('message', (asked: Asked) => {
  if (asked.kind === 'end') {
    void end();
    return;
  }
  const answered = chain.then(() => answer(asked));
  chain = answered.catch(() => undefined);
  answered.then(
    (round) => parentPort?.postMessage({ round } satisfies Answered),
    (error: unknown) => parentPort?.postMessage({ failure: failureOf(error) } satisfies Answered),
  );
});

function failureOf(error: unknown): SentFailure {
  if (!(error instanceof Error)) return { message: String(error) };
  const { message, code, severity, syscall } = error as Error & Partial<SentFailure>;
  return { message, code, severity, syscall };
}

async function answer(asked: Exclude<Asked, { kind: 'end' }>): Promise<unknown> {
  const leaves = await work;
  if (asked.kind === 'next') return leaves.next();
  leaves.begin(asked.state);
  return null;
}

/** The thread ends by itself once nothing keeps it: stopped from outside in a query, it would take the process along. */
async function end(): Promise<void> {
  // A database that fell silent is not waited for: what is being read fails when its connection is closed.
  await Promise.race([chain, pause(END_PATIENCE, undefined, { ref: false })]);
  try {
    await (await work).close();
  } catch {
    // It could not even be opened.
  }
  parentPort?.close();
}
