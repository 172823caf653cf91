/** Verifies a bundle away from the page's own thread. It gets one question, tells how far it is, and answers once. */
import { certificateNames, parseVerifierKey, verifyBundle } from '@countersign/engine';
import type { BundleVerdict } from '@countersign/engine';
import { browserPort } from './browser-port.js';
import { openBundleFile } from './bundle-file.js';

/**
 * What the page asks: a file, a key as text, and what the reader holds besides: the text of a checkpoint, and PEM of an
 * authority whose time stamps the bundle must have.
 */
export interface VerifyQuestion {
  readonly file: Blob;
  readonly key: string;
  readonly checkpoint: string | null;
  readonly authority: string | null;
}

/** What the worker says: rows read so far, the verdict, or why there is none. */
export type VerifyMessage =
  | { readonly kind: 'progress'; readonly rows: number }
  | { readonly kind: 'verdict'; readonly verdict: BundleVerdict }
  | { readonly kind: 'unreadable'; readonly what: 'file' | 'key' | 'authority'; readonly why: string };

async function answer({ file, key: text, checkpoint, authority }: VerifyQuestion): Promise<VerifyMessage> {
  const key = parseVerifierKey(browserPort, text);
  if (key?.type !== 1) return { kind: 'unreadable', what: 'key', why: '' };
  let files;
  try {
    files = await openBundleFile(file);
  } catch (error) {
    return { kind: 'unreadable', what: 'file', why: reason(error) };
  }
  try {
    if (authority !== null) await certificateNames(authority);
  } catch (error) {
    return { kind: 'unreadable', what: 'authority', why: reason(error) };
  }
  const trust = {
    key,
    ...(checkpoint !== null && { checkpoint }),
    ...(authority !== null && { timeStampCertificates: authority }),
  };
  const verdict = await verifyBundle(browserPort, files, trust, (rows) => {
    say({ kind: 'progress', rows });
  });
  return { kind: 'verdict', verdict };
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function say(message: VerifyMessage): void {
  postMessage(message);
}

addEventListener('message', ({ data }: MessageEvent<VerifyQuestion>) => {
  void answer(data).then(say);
});
