/** A witness outside, by its own protocol: it checks what it is sent as a stranger would, and cosigns. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  SIGNATURE_TYPES,
  cosign,
  formatSignature,
  fromBase64,
  parseCheckpoint,
  verifierKey,
  verifyConsistency,
} from '@countersign/engine';
import type { Checkpoint, VerifierKey } from '@countersign/engine';
import { askWitness } from '../../server/audit/anchors/witness.js';
import { nodeJournalPort } from '../../server/audit/journal-port.js';
import { openLeafWork } from '../../server/audit/sequencer/leaves.js';
import { openAuditTrail, trailFiles } from '../../server/audit/trail.js';
import type { AuditTrail } from '../../server/audit/trail.js';
import { lastCheckpoint } from '../../server/store/audit-tree.js';
import { openTestRuntime } from '../support/runtime.js';
import type { TestRuntime } from '../support/runtime.js';

let open: TestRuntime;
let trail: AuditTrail;
let http: Server;
let key: VerifierKey;
let url: string;
let seen: Checkpoint | undefined;

/** What the witness answers to a submission; it keeps what it has cosigned. */
function witness(body: string, privateKey: Parameters<typeof sign>[2]): [number, string] {
  const [head, ...rest] = body.split('\n\n');
  const [old, ...proof] = head.split('\n');
  const read = parseCheckpoint(rest.join('\n\n'));
  if (!read) return [400, 'no checkpoint'];
  if (old !== `old ${seen?.size ?? 0}`) return [409, `${seen?.size ?? 0}\n`];
  const hashes = proof.map((line) => fromBase64(line) ?? new Uint8Array());
  if (seen && !verifyConsistency(nodeJournalPort.sha256, seen, read.checkpoint, hashes)) {
    return [422, 'the tree does not grow from the one before'];
  }
  seen = read.checkpoint;
  const signature = cosign(nodeJournalPort, read.note.text, key, 1_900_000_000, (message) =>
    sign(null, message, privateKey),
  );
  return [200, formatSignature(signature)];
}

beforeEach(async () => {
  seen = undefined;
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const { x } = publicKey.export({ format: 'jwk' });
  const bytes = Buffer.from(x ?? '', 'base64url');
  key = verifierKey(nodeJournalPort, 'witness.example/w1', bytes, SIGNATURE_TYPES.cosignature);
  http = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const [status, text] = witness(Buffer.concat(parts).toString('utf8'), privateKey);
      response.writeHead(request.url === '/add-checkpoint' ? status : 404).end(text);
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  open = await openTestRuntime();
  trail = await openAuditTrail(open.runtime, trailFiles(open.path), {
    onError: (error) => open.errors.push(error),
    work: await openLeafWork(open.path),
    interval: 3_600_000,
  });
});
afterEach(async () => {
  await trail.close();
  await open.close();
  http.close();
});

async function grow(messages: number): Promise<NonNullable<Awaited<ReturnType<typeof lastCheckpoint>>>> {
  for (let count = 0; count < messages; count += 1) {
    await open.runtime.broadcastSignal({ name: 'tick', variables: {} }, 'client:test');
  }
  await trail.catchUp();
  const last = await lastCheckpoint(open.runtime.store.knex);
  if (!last) throw new Error('no checkpoint');
  return last;
}

test('cosigns each checkpoint that grows from the one before', async () => {
  const { knex } = open.runtime.store;
  const first = await grow(3);
  expect(await askWitness(knex, { url, key }, first, 0)).toMatchObject({
    note: expect.stringContaining('witness.example/w1') as string,
  });
  const second = await grow(7);
  const answer = await askWitness(knex, { url, key }, second, first.size);
  expect('note' in answer && answer.note.startsWith(second.note)).toBe(true);
});

test('says what it has seen where the server has lost its memory', async () => {
  const { knex } = open.runtime.store;
  const first = await grow(3);
  await askWitness(knex, { url, key }, first, 0);
  const second = await grow(2);
  expect(await askWitness(knex, { url, key }, second, 0)).toEqual({ seen: first.size });
});

test('is not believed with a cosignature of another key', async () => {
  const other = {
    ...key,
    publicKey: generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' }).subarray(-32),
  };
  const checkpoint = await grow(2);
  await expect(askWitness(open.runtime.store.knex, { url, key: other }, checkpoint, 0)).rejects.toThrow(
    /without a right cosignature/,
  );
});
