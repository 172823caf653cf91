/** Starts a verification in a worker of its own. */
import type { VerifyMessage, VerifyQuestion } from './worker.js';

/** Asks; `hear` gets progress and then one answer. The function that comes back ends it early. */
export function runVerification(
  question: VerifyQuestion,
  hear: (message: VerifyMessage) => void,
): () => void {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  worker.addEventListener('message', ({ data }: MessageEvent<VerifyMessage>) => {
    if (data.kind !== 'progress') worker.terminate();
    hear(data);
  });
  worker.addEventListener('error', ({ message }) => {
    worker.terminate();
    hear({ kind: 'unreadable', what: 'file', why: message });
  });
  worker.postMessage(question);
  return () => {
    worker.terminate();
  };
}
