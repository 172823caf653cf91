/** A person is erased: nothing of them is in the files of the database any more, and everything else goes on. */
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  createFrontier,
  leafOf,
  parseNote,
  parseVerifierKey,
  toBase64,
  verifyNote,
} from '@countersign/engine';
import type { Key } from '@countersign/engine';
import { erase, planErasure } from '../../server/audit/erasure/erase.js';
import type { ErasureRequest } from '../../server/audit/erasure/erase.js';
import { openHolds } from '../../server/audit/holds/holds.js';
import { nodeJournalPort } from '../../server/audit/journal-port.js';
import { openLeafWork } from '../../server/audit/sequencer/leaves.js';
import { openAuditTrail, trailFiles } from '../../server/audit/trail.js';
import type { AuditTrail } from '../../server/audit/trail.js';
import { lastCheckpoint, readKeys } from '../../server/store/audit-tree.js';
import { openLeafReader } from '../../server/store/leaf-reader.js';
import { saveAccount } from '../../server/store/queries/accounts.js';
import { findAuditRows } from '../../server/store/queries/audit-rows.js';
import { bpmnXml, chain } from '../support/bpmn-xml.js';
import { openTestRuntime } from '../support/runtime.js';
import type { TestRuntime } from '../support/runtime.js';

const REVIEW = bpmnXml({
  id: 'review',
  nodes: [
    { type: 'startEvent', id: 'start' },
    {
      type: 'userTask',
      id: 'decide',
      extensions: [
        '<zeebe:userTask />',
        '<zeebe:assignmentDefinition assignee="=clerk" candidateUsers="=[clerk]" />',
      ],
    },
    { type: 'endEvent', id: 'end' },
  ],
  flows: chain('start', 'decide', 'end'),
});

/** Words that must be nowhere afterwards. */
const TRACES = /xq-marlene|Marlene Quast|quast@example\.org|Elbchaussee 17/;

const REQUEST: ErasureRequest = {
  persons: ['xq-marlene'],
  values: ['Elbchaussee 17'],
  processInstanceKeys: [],
  legalGround: 'GDPR article 17 (1) b',
  reason: 'consent was withdrawn',
  includeRunning: false,
};

let open: TestRuntime;
let trail: AuditTrail;
let others: Key;

/** Runs an instance to its end: `clerk` gets its task and completes it. */
async function runReview(clerk: string, address: string): Promise<Key> {
  const { runtime } = open;
  const variables = { clerk, address: { street: address } };
  const created = await runtime.createInstance({ processId: 'review', variables }, `user:${clerk}`);
  if (!created.ok) throw new Error(created.rejection.reason);
  const [{ key }] = open.rows<{ key: Key }>(
    'select key from user_task where process_instance_key = ?',
    created.processInstanceKey,
  );
  const done = await runtime.execute(
    { type: 'complete user task', userTaskKey: key, variables: { by: clerk }, action: 'complete' },
    `user:${clerk}`,
  );
  expect(done.ok).toBe(true);
  return created.processInstanceKey;
}

beforeEach(async () => {
  open = await openTestRuntime();
  await open.deploy(REVIEW);
  trail = await openAuditTrail(open.runtime, trailFiles(open.path), {
    onError: (error) => open.errors.push(error),
    work: await openLeafWork(open.path),
    interval: 3_600_000,
  });
  const { knex } = open.runtime.store;
  const account = {
    username: 'xq-marlene',
    name: 'Marlene Quast',
    email: 'quast@example.org',
    groups: [],
    roles: [],
  };
  await saveAccount(knex, account, 'hash', 0);
  await runReview('xq-marlene', 'Elbchaussee 17, Hamburg');
  others = await runReview('otto', 'Hauptstr. 1');
  const message = {
    name: 'ask',
    correlationKey: 'quast@example.org',
    timeToLive: 60_000,
    variables: { a: 1 },
  };
  await open.runtime.publishMessage(message, 'client:shop');
  await trail.catchUp();
});
afterEach(async () => {
  await trail.close();
  expect(open.errors).toEqual([]);
  // The journal is compared with the projections here.
  await open.close();
});

/** The bytes of every file beside the database, as text. */
function fileText(): string {
  const folder = dirname(open.path);
  return readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'latin1'))
    .join('\n');
}

describe('an erasure', () => {
  test('leaves nothing of the person in any file, and what is not theirs as it was', async () => {
    expect(fileText()).toMatch(TRACES);
    const result = await erase({ runtime: open.runtime, trail }, REQUEST, 'user:dpo');
    expect(result.ok).toBe(true);
    expect(fileText()).not.toMatch(TRACES);
    const variables = open.rows<{ value: string }>(
      'select value from variable where process_instance_key = ? order by name',
      others,
    );
    expect(variables.map(({ value }) => value)).toEqual(['{"street":"Hauptstr. 1"}', '"otto"', '"otto"']);
  });

  test('changes no leaf: the checkpoint from before still proves every row', async () => {
    const before = await lastCheckpoint(open.runtime.store.knex);
    await erase({ runtime: open.runtime, trail }, REQUEST, 'user:dpo');
    const reader = await openLeafReader(open.path);
    const { leaves } = await reader.read('', before?.size ?? 0);
    await reader.close();
    const frontier = createFrontier(nodeJournalPort.sha256);
    for (const leaf of leaves) frontier.append(leafOf(nodeJournalPort, leaf).hash);
    expect(toBase64(frontier.root())).toBe(before?.root);
  });

  test('is told by a row and by a certificate that the log signed', async () => {
    const result = await erase({ runtime: open.runtime, trail }, REQUEST, 'user:dpo');
    if (!result.ok) throw new Error('refused');
    const { certificate, sha256, note } = result.signed;
    expect(certificate).toMatchObject({ legalGround: REQUEST.legalGround, origin: trail.origin });
    expect(JSON.stringify(certificate)).not.toMatch(TRACES);
    expect(certificate.rows.length).toBeGreaterThan(3);
    const [key] = await readKeys(open.runtime.store.knex);
    const verifier = parseVerifierKey(nodeJournalPort, key.key);
    const read = parseNote(note);
    expect(read?.text).toContain(sha256);
    expect(verifier && read && verifyNote(nodeJournalPort, read, [verifier]).signed).toHaveLength(1);
    const { rows } = await findAuditRows(open.runtime.store.knex, {}, { order: 'asc' });
    expect(rows.at(-1)).toMatchObject({
      type: 'content erased',
      actor: 'user:dpo',
      data: { certificate: sha256, rows: certificate.rows.length },
    });
    const theirs = rows.filter(({ erased }) => erased);
    expect(theirs.map(({ position }) => position)).toEqual(certificate.rows.map(({ position }) => position));
    expect(rows.filter(({ actor }) => /^user:p-/.test(actor)).length).toBeGreaterThan(0);
  });

  test('is only planned by a dry run', async () => {
    const plan = await planErasure({ runtime: open.runtime, trail }, REQUEST);
    expect(plan).toMatchObject({ obstacles: [], runningInstances: [] });
    expect(plan.instances).toHaveLength(1);
    expect(plan.rows).toBeGreaterThan(3);
    expect(fileText()).toMatch(TRACES);
  });

  test('does not write the name down again as its reason', async () => {
    const named = { ...REQUEST, reason: 'Marlene Quast asked for it' };
    const refused = await erase({ runtime: open.runtime, trail }, named, 'user:dpo');
    expect(!refused.ok && refused.plan.obstacles.join()).toContain('Say it without the name');
  });

  test('waits for the end of instances, unless it is told not to; those go on with stand-ins', async () => {
    const variables = { clerk: 'otto', address: { street: 'Elbchaussee 17' } };
    const created = await open.runtime.createInstance({ processId: 'review', variables }, 'user:otto');
    if (!created.ok) throw new Error(created.rejection.reason);
    const parts = { runtime: open.runtime, trail };
    const refused = await erase(parts, REQUEST, 'user:dpo');
    expect(!refused.ok && refused.plan.obstacles.join()).toMatch(/1 of the instances still run/);
    const done = await erase(parts, { ...REQUEST, includeRunning: true }, 'user:dpo');
    expect(done.ok).toBe(true);
    const [{ key }] = open.rows<{ key: Key }>(
      'select key from user_task where process_instance_key = ?',
      created.processInstanceKey,
    );
    const completed = await open.runtime.execute(
      { type: 'complete user task', userTaskKey: key, variables: {}, action: 'complete' },
      'user:otto',
    );
    expect(completed.ok).toBe(true);
  });

  test('is refused where a legal hold stands, until it is lifted', async () => {
    const holds = openHolds(open.runtime);
    const hold = await holds.set({ processId: 'review', reason: 'case 12 of the court' }, 'user:dpo');
    const parts = { runtime: open.runtime, trail };
    const refused = await erase(parts, REQUEST, 'user:dpo');
    expect(!refused.ok && refused.plan.obstacles.join()).toMatch(/legal hold .* case 12 of the court/);
    const ended = { rootKey: others, processId: 'review', endedAt: 0 };
    expect(open.runtime.retentionGuards.whyKept(ended, open.clock.now())).toMatch(/case 12/);
    expect(await holds.lift(hold.key, 'user:dpo')).toEqual({ ok: true });
    expect(await holds.lift(hold.key, 'user:dpo')).toMatchObject({ ok: false });
    expect((await erase(parts, REQUEST, 'user:dpo')).ok).toBe(true);
  });
});
