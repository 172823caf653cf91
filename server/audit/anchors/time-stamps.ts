/**
 * A time-stamping authority outside (RFC 3161): it signs that the bytes of a checkpoint existed at its time. Whoever
 * trusts it need not trust the clock of this server, nor that its key was not lost since.
 */
import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import {
  certificateNames,
  checkTimeStamp,
  readTimeStampResponse,
  timeStampRequest,
  toBase64,
} from '@countersign/engine';
import type { Runtime } from '../../runtime/runtime.js';
import type { StoredCheckpoint } from '../../store/audit-tree.js';
import { saveTimeStamp } from '../../store/queries/time-stamps.js';
import { isLoopback } from '../../settings/loopback.js';
import { startAnchoring } from './anchoring.js';
import type { Anchoring } from './anchoring.js';

/** Where an authority is asked, and the file with the certificates that its stamps are believed by. */
export interface TimeStampAddress {
  readonly url: string;
  readonly certificateFile: string;
}

/** An authority that can be asked; the certificates in PEM. */
export interface TimeStampAuthority {
  readonly url: string;
  readonly certificates: string;
}

/** Milliseconds that an authority may take for its whole answer. */
const PATIENCE = 10_000;
/** Bytes; an answer has some thousand, with the certificates in it. */
const LONGEST_ANSWER = 64 * 1024;
/** Milliseconds between two checkpoints that an authority is asked about: many are free and ask for moderation. */
const INTERVAL = 600_000;
const NONCE_BYTES = 16;

const USE =
  'Use the address of a time-stamping authority (https, or this machine) and, after a space, a PEM file with its ' +
  'certificate or the one of its root, such as "https://tsa.example.org/tsr /etc/countersign/tsa.pem".';

/**
 * Asks for a stamp of the checkpoint's note and checks it; answers the token in Base64. Throws where the authority
 * refuses, is not reached, or its answer proves nothing.
 */
export async function askTimeStamp(
  { url, certificates }: TimeStampAuthority,
  { note }: Pick<StoredCheckpoint, 'note'>,
  patience = PATIENCE,
): Promise<string> {
  const stamped = Buffer.from(note, 'utf8');
  const nonce = randomBytes(NONCE_BYTES);
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/timestamp-query', Accept: 'application/timestamp-reply' },
    body: Buffer.from(await timeStampRequest(createHash('sha256').update(stamped).digest(), nonce)),
    signal: AbortSignal.timeout(patience),
    redirect: 'error',
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`The time-stamping authority ${url} answered ${response.status}`);
  }
  const answer = await readAnswer(response, url);
  try {
    const token = await readTimeStampResponse(answer);
    await checkTimeStamp(token, { stamped, certificates, nonce });
    return toBase64(token);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`The answer of the time-stamping authority ${url} is not believed: ${why}`, {
      cause: error,
    });
  }
}

async function readAnswer(response: Response, url: string): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += part.length;
    // Leaving the loop closes the connection.
    if (bytes > LONGEST_ANSWER) throw new Error(`The answer of ${url} has more than ${LONGEST_ANSWER} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** Reads the certificates of an authority. Throws with what to write instead where the file has none. */
export async function openTimeStampAuthority({
  url,
  certificateFile,
}: TimeStampAddress): Promise<TimeStampAuthority> {
  try {
    const certificates = await readFile(certificateFile, 'utf8');
    await certificateNames(certificates);
    return { url, certificates };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`COUNTERSIGN_AUDIT_TSA: ${certificateFile} can't be used: ${why}. ${USE}`, {
      cause: error,
    });
  }
}

/** Has the newest checkpoints of a runtime's trail stamped, and keeps the tokens. */
export function startTimeStamps(
  { store: { connection }, commit }: Pick<Runtime, 'store' | 'commit'>,
  authority: TimeStampAuthority,
  onError: (error: unknown, what: string) => void,
): Anchoring {
  return startAnchoring((checkpoint) => askTimeStamp(authority, checkpoint), {
    interval: INTERVAL,
    save: (size, token) =>
      commit(({ now }) => {
        saveTimeStamp(connection, authority.url, { size, at: now, token });
      }),
    onError: (error) => onError(error, 'asking for a time stamp of a checkpoint'),
  });
}

/** Reads `ADDRESS FILE`, or says what to write instead. */
export function readTimeStampAddress(text: string): TimeStampAddress | { readonly error: string } {
  const [, url = '', certificateFile = ''] = /^(\S+)\s+(\S.*)$/.exec(text) ?? [];
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const isAddress =
    parsed !== undefined &&
    parsed.username === '' &&
    parsed.password === '' &&
    (parsed.protocol === 'https:' || (parsed.protocol === 'http:' && isLoopback(parsed.hostname)));
  if (!isAddress || certificateFile === '') {
    return { error: `COUNTERSIGN_AUDIT_TSA is no time-stamping authority. ${USE}` };
  }
  return { url, certificateFile };
}
