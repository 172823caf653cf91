/** Verifies a bundle away from the page's own thread. It gets one question, tells how far it is, and answers once. */
import { SIGNATURE_TYPES, certificateNames, parseVerifierKey, verifyBundle } from '@countersign/engine';
import type { BundleVerdict } from '@countersign/engine';
import { browserPort } from './browser-port.js';
import { openBundleFile } from './bundle-file.js';

/**
 * What the page asks: a file, a key as text, and what the reader holds besides: the text of a checkpoint, the
 * keys of witnesses with spaces between them, and PEM of an authority whose time stamps the bundle must have.
 */
export interface VerifyQuestion {
  readonly file: Blob;
  readonly key: string;
  readonly checkpoint: string | null;
  readonly witnesses: string;
  readonly authority: string | null;
}

/** What of a question can't be read. */
export type VerifyFailure = 'file' | 'key' | 'witness' | 'authority';

/** What the worker says: rows read so far, the verdict, or why there is none. */
export type VerifyMessage =
  | { readonly kind: 'progress'; readonly rows: number }
  | { readonly kind: 'verdict'; readonly verdict: BundleVerdict }
  | { readonly kind: 'unreadable'; readonly what: VerifyFailure; readonly why: string };

async function answer(question: VerifyQuestion): Promise<VerifyMessage> {
  const { file, checkpoint, authority } = question;
  const key = parseVerifierKey(browserPort, question.key);
  if (key?.type !== SIGNATURE_TYPES.ed25519) return { kind: 'unreadable', what: 'key', why: '' };
  const words = question.witnesses.split(/\s+/).filter((word) => word !== '');
  const witnesses = words.flatMap((word) => {
    const witness = parseVerifierKey(browserPort, word);
    return witness?.type === SIGNATURE_TYPES.cosignature ? [witness] : [];
  });
  if (witnesses.length < words.length) return { kind: 'unreadable', what: 'witness', why: '' };
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
    witnesses,
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
