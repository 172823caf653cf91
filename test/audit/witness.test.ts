/** A witness outside, by its own protocol: what it is sent, and what is believed of its answers. */
import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SIGNATURE_TYPES } from '@countersign/engine';
import { askWitness } from '../../server/audit/anchors/witness.js';
import { openLeafWork } from '../../server/audit/sequencer/leaves.js';
import { openAuditTrail, trailFiles } from '../../server/audit/trail.js';
import type { AuditTrail } from '../../server/audit/trail.js';
import { lastCheckpoint } from '../../server/store/audit-tree.js';
import { openCosignedNotes, saveCosignedNote } from '../../server/store/queries/cosigned-notes.js';
import { cosignedBy, testSigner } from '../support/audit-log.js';
import { openTestRuntime } from '../support/runtime.js';
import type { TestRuntime } from '../support/runtime.js';
import { serveWitness } from '../support/witness.js';
import type { TestWitness } from '../support/witness.js';

let open: TestRuntime;
let trail: AuditTrail;
let witness: TestWitness;

beforeEach(async () => {
  witness = await serveWitness();
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
  witness.close();
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
  expect(await askWitness(knex, witness, first, 0)).toMatchObject({
    note: expect.stringContaining('witness.example/w1') as string,
  });
  const second = await grow(7);
  const answer = await askWitness(knex, witness, second, first.size);
  expect('note' in answer && answer.note.startsWith(second.note)).toBe(true);
});

test('says what it has seen where the server has lost its memory', async () => {
  const { knex } = open.runtime.store;
  const first = await grow(3);
  await askWitness(knex, witness, first, 0);
  const second = await grow(2);
  expect(await askWitness(knex, witness, second, 0)).toEqual({ seen: first.size });
});

test('is not believed with a cosignature of another key', async () => {
  const other = {
    ...witness.key,
    publicKey: generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' }).subarray(-32),
  };
  const checkpoint = await grow(2);
  await expect(
    askWitness(open.runtime.store.knex, { url: witness.url, key: other }, checkpoint, 0),
  ).rejects.toThrow(/without a right cosignature/);
});

test('of which several cosigned has the lines of all under one text, and none in the name of another', async () => {
  const { runtime } = open;
  const { knex, connection } = runtime.store;
  const checkpoint = await grow(2);
  const [w1, w2] = ['w1', 'w2'].map((name) => testSigner(name, name, SIGNATURE_TYPES.cosignature));
  const [first, second] = [w1, w2].map((by) => cosignedBy(checkpoint.note, by));
  await runtime.commit(({ now: at }) => {
    saveCosignedNote(connection, 'w1', { ...checkpoint, at, note: first });
    saveCosignedNote(connection, 'w2', {
      ...checkpoint,
      at,
      note: cosignedBy(second, w1, 'a forged text\n'),
    });
    saveCosignedNote(connection, 'w3', { ...checkpoint, at, note: 'no note' });
  });
  const lines = second.slice(checkpoint.note.length);
  const { noteOf, newest, lastSizes } = await openCosignedNotes(knex);
  expect(await noteOf(checkpoint)).toBe(`${first}${lines}`);
  expect(await newest(checkpoint.size)).toEqual(checkpoint);
  expect(await newest(checkpoint.size + 1)).toBeUndefined();
  expect(await lastSizes(checkpoint.size - 1)).toEqual([]);
});
