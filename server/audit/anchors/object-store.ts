/**
 * A store of objects that can't be removed (S3 with Object Lock): each newest checkpoint becomes an object there, under
 * a retention in compliance mode that nobody can shorten, the owner of the bucket included.
 */
import { createHash } from 'node:crypto';
import { AwsClient } from 'aws4fetch';
import { writeJson } from '@countersign/engine';
import type { Runtime } from '../../runtime/runtime.js';
import { saveReceipt } from '../../store/audit-tree.js';
import type { StoredCheckpoint } from '../../store/audit-tree.js';
import { startAnchoring } from './anchoring.js';
import type { Anchoring } from './anchoring.js';

/** Where checkpoints are kept, and for how long. */
export interface ObjectStoreAddress {
  /** Address of the bucket and the beginning of its objects' names, without a slash at its end. */
  readonly url: string;
  readonly region: string;
  /** Days that an object is locked, counted from its checkpoint. */
  readonly days: number;
  readonly credentials: ObjectStoreCredentials;
}

/** Who writes; the names are those of AWS. */
export interface ObjectStoreCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

const DAY = 24 * 60 * 60 * 1000;
/** Milliseconds that the store may take to answer. */
const PATIENCE = 10_000;
/** Milliseconds between two checkpoints that the store is sent. */
const INTERVAL = 60_000;

/** Puts a checkpoint into the store under its lock; answers the receipt. Throws where it is refused or not reached. */
export async function putCheckpoint(
  { url, region, days, credentials }: ObjectStoreAddress,
  { at, size, note }: StoredCheckpoint,
): Promise<string> {
  const body = `${writeJson({ at: new Date(at).toISOString(), size, note })}\n`;
  const hash = createHash('sha256').update(body).digest();
  const retainUntil = new Date(at + days * DAY).toISOString();
  const object = `${url}/${String(size).padStart(15, '0')}.json`;
  // Trying again is the anchoring's: it waits longer each time.
  const client = new AwsClient({ ...credentials, region, service: 's3', retries: 0 });
  const signed = await client.sign(object, {
    method: 'PUT',
    body,
    headers: {
      'Content-Type': 'application/json',
      'X-Amz-Content-Sha256': hash.toString('hex'),
      'X-Amz-Checksum-Sha256': hash.toString('base64'),
      'X-Amz-Object-Lock-Mode': 'COMPLIANCE',
      'X-Amz-Object-Lock-Retain-Until-Date': retainUntil,
    },
  });
  const response = await fetch(signed, { signal: AbortSignal.timeout(PATIENCE), redirect: 'error' });
  const text = await response.text();
  if (!response.ok) {
    throw new Error(`The object store answered ${response.status} to ${object}: ${text.slice(0, 200)}`);
  }
  return writeJson({ object, version: response.headers.get('x-amz-version-id'), retainUntil });
}

/** Sends the newest checkpoints of a runtime's trail to an object store, and keeps the receipts. */
export function startObjectStore(
  { store: { connection }, commit }: Pick<Runtime, 'store' | 'commit'>,
  address: ObjectStoreAddress,
  onError: (error: unknown, what: string) => void,
): Anchoring {
  return startAnchoring((checkpoint) => putCheckpoint(address, checkpoint), {
    interval: INTERVAL,
    save: (size, receipt) =>
      commit((batch) => {
        saveReceipt(connection, `object store ${address.url}`, size, batch.now, receipt);
      }),
    onError: (error) => onError(error, 'putting a checkpoint into the object store'),
  });
}

/**
 * Reads `ADDRESS REGION DAYS`, such as `https://s3.eu-central-1.amazonaws.com/my-bucket/audit eu-central-1 3650`, and
 * the credentials in the variables that AWS names; or says what to write instead.
 */
export function readObjectStore(
  text: string,
  given: (name: string) => string | undefined,
): ObjectStoreAddress | { readonly error: string } {
  const [url, region = '', days = '', ...rest] = text.split(/\s+/);
  const parsed = URL.canParse(url) ? new URL(url) : null;
  const isAddress =
    parsed !== null && /^https?:$/.test(parsed.protocol) && parsed.search === '' && parsed.username === '';
  if (!isAddress || !/^[a-z0-9-]+$/.test(region) || !/^[1-9]\d{0,4}$/.test(days) || rest.length > 0) {
    return {
      error:
        'COUNTERSIGN_AUDIT_S3 is no object store. Use the address of a bucket, its region and the days to lock an ' +
        'object for, such as "https://s3.eu-central-1.amazonaws.com/my-bucket/audit eu-central-1 3650".',
    };
  }
  const accessKeyId = given('AWS_ACCESS_KEY_ID');
  const secretAccessKey = given('AWS_SECRET_ACCESS_KEY');
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    return { error: 'COUNTERSIGN_AUDIT_S3 needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to write with.' };
  }
  const sessionToken = given('AWS_SESSION_TOKEN');
  const credentials = { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
  return { url: url.replace(/\/+$/, ''), region, days: Number(days), credentials };
}
