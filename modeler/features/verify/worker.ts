/** Verifies a bundle away from the page's own thread. It gets one question, tells how far it is, and answers once. */
import { parseVerifierKey, verifyBundle } from '@countersign/engine';
import type { BundleVerdict } from '@countersign/engine';
import { browserPort } from './browser-port.js';
import { openBundleFile } from './bundle-file.js';

/** What the page asks: a file, a key as text, and the text of a checkpoint where the reader holds one. */
export interface VerifyQuestion {
  readonly file: Blob;
  readonly key: string;
  readonly checkpoint: string | null;
}

/** What the worker says: rows read so far, the verdict, or why there is none. */
export type VerifyMessage =
  | { readonly kind: 'progress'; readonly rows: number }
  | { readonly kind: 'verdict'; readonly verdict: BundleVerdict }
  | { readonly kind: 'unreadable'; readonly what: 'file' | 'key'; readonly why: string };

async function answer({ file, key: text, checkpoint }: VerifyQuestion): Promise<VerifyMessage> {
  const key = parseVerifierKey(browserPort, text);
  if (key?.type !== 1) return { kind: 'unreadable', what: 'key', why: '' };
  let files;
  try {
    files = await openBundleFile(file);
  } catch (error) {
    return { kind: 'unreadable', what: 'file', why: error instanceof Error ? error.message : String(error) };
  }
  const trust = checkpoint === null ? { key } : { key, checkpoint };
  const verdict = await verifyBundle(browserPort, files, trust, (rows) => {
    say({ kind: 'progress', rows });
  });
  return { kind: 'verdict', verdict };
}

function say(message: VerifyMessage): void {
  postMessage(message);
}

addEventListener('message', ({ data }: MessageEvent<VerifyQuestion>) => {
  void answer(data).then(say);
});
