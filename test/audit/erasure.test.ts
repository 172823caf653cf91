/** A person is erased: nothing of them is in the files of the database any more, and everything else goes on. */
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
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
import type { ErasureCertificate, SignedCertificate } from '../../server/audit/erasure/certificate.js';
import { openHolds } from '../../server/audit/holds/holds.js';
import { nodeJournalPort } from '../../server/audit/journal-port.js';
import { openLeafWork } from '../../server/audit/sequencer/leaves.js';
import { openAuditTrail, trailFiles } from '../../server/audit/trail.js';
import type { AuditTrail } from '../../server/audit/trail.js';
import type { Batch } from '../../server/runtime/batch.js';
import { findErasure, findErasures } from '../../server/store/erasure/records.js';
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

async function openTrail(): Promise<void> {
  trail = await openAuditTrail(open.runtime, trailFiles(open.path), {
    onError: (error) => open.errors.push(error),
    work: await openLeafWork(open.path),
    interval: 3_600_000,
  });
}

async function restart(): Promise<void> {
  await trail.close();
  await open.restart();
  await openTrail();
}

beforeEach(async () => {
  open = await openTestRuntime();
  await open.deploy(REVIEW);
  await openTrail();
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

  test('goes on where it was killed, after any of its transactions, and its certificate tells of all', async () => {
    const { rows } = await planErasure({ runtime: open.runtime, trail }, REQUEST);
    const states: string[][] = [];
    let certificate: ErasureCertificate | undefined;
    for (let attempt = 1; !certificate; attempt += 1) {
      let left = states.flat().includes('files') ? Infinity : 1;
      const { runtime } = open;
      const commit = <T>(work: (batch: Batch) => T): Promise<T> =>
        (left -= 1) < 0 ? Promise.reject(new Error('killed')) : runtime.commit(work);
      const result = await erase({ runtime: { ...runtime, commit }, trail }, REQUEST, 'user:dpo').catch(
        (error: unknown) => (error as Error).message,
      );
      if (typeof result === 'string') expect(result).toBe('killed');
      else certificate = result.ok ? result.signed.certificate : undefined;
      await restart();
      states.push((await findErasures(open.runtime.store.knex)).map(({ state }) => state));
      expect(attempt).toBeLessThan(20);
    }
    // One in which it began, then the parts; at last the files are left to be rewritten, and asking again does so.
    expect(states.slice(0, -2)).toEqual(states.slice(0, -2).map(() => ['unfinished']));
    expect(states.length).toBeGreaterThan(5);
    expect(states.slice(-2)).toEqual([['files'], ['complete', 'complete']]);
    const [first] = (await findErasures(open.runtime.store.knex)).slice(-1);
    const signed = (await findErasure(
      open.runtime.store.knex,
      Number(first.key) as Key,
    )) as SignedCertificate;
    expect(signed.certificate.rows).toHaveLength(rows);
    expect(signed.certificate.pseudonyms).toHaveLength(1);
    expect(certificate.rows).toEqual([]);
    expect(fileText()).not.toMatch(TRACES);
    expect(open.rows('select * from erasure_begun')).toEqual([]);
    expect(open.rows('select * from erased_row')).toEqual([]);
  });

  test('takes what commands write while it runs', async () => {
    const { runtime } = open;
    const address = { street: 'Elbchaussee 17' };
    const created = await runtime.createInstance(
      { processId: 'review', variables: { clerk: 'otto', address } },
      'user:otto',
    );
    if (!created.ok) throw new Error(created.rejection.reason);
    const elementInstanceKey = created.processInstanceKey;
    let commits = 0;
    const commit = async <T>(work: (batch: Batch) => T): Promise<T> => {
      commits += 1;
      // Between what was found and its deletion, somebody writes more of the same: in a tree, and beside all trees.
      const variables = { [`late${commits}`]: 'Elbchaussee 17', by: 'xq-marlene' };
      if (commits <= 4) {
        await runtime.execute(
          { type: 'set variables', elementInstanceKey, variables, local: true },
          'user:otto',
        );
        await runtime.broadcastSignal({ name: 'all', variables }, 'user:xq-marlene');
      }
      return runtime.commit(work);
    };
    const parts = { runtime: { ...runtime, commit }, trail };
    const done = await erase(parts, { ...REQUEST, includeRunning: true }, 'user:dpo');
    expect(done.ok && done.signed.certificate.remaining).toEqual([]);
    expect(commits).toBeGreaterThan(5);
    expect(fileText()).not.toMatch(TRACES);
  });

  test('says so where a reader keeps old bytes in the files, and rewrites them when it is asked again', async () => {
    const reader = new DatabaseSync(open.path, { readOnly: true });
    reader.exec('begin');
    reader.prepare('select count(*) from audit').get();
    const parts = { runtime: open.runtime, trail };
    expect(await erase(parts, REQUEST, 'user:dpo')).toMatchObject({ ok: true, areFilesRewritten: false });
    expect(await findErasures(open.runtime.store.knex)).toMatchObject([{ state: 'files' }]);
    reader.exec('commit');
    reader.close();
    expect(await erase(parts, REQUEST, 'user:dpo')).toMatchObject({ ok: true, areFilesRewritten: true });
    expect(fileText()).not.toMatch(TRACES);
    const states = (await findErasures(open.runtime.store.knex)).map(({ state }) => state);
    expect(states).toEqual(['complete', 'complete']);
  });

  test('does not run twice at once', async () => {
    const parts = { runtime: open.runtime, trail };
    const first = erase(parts, REQUEST, 'user:dpo');
    await expect(erase(parts, REQUEST, 'user:dpo')).rejects.toThrow('Another erasure runs');
    expect(await first).toMatchObject({ ok: true });
    expect(await erase(parts, REQUEST, 'user:dpo')).toMatchObject({ ok: true });
  });

  test('tells where words stand that have to stay, and why', async () => {
    const named = REVIEW.replaceAll('review', 'of-quast').replace(
      'id="decide"',
      'id="decide" name="Ask Elbchaussee 17"',
    );
    await open.deploy(named, 'Elbchaussee 17.bpmn');
    await open.runtime.createInstance(
      { processId: 'of-quast', variables: { 'Elbchaussee 17': 1 } },
      'user:otto',
    );
    const request = { ...REQUEST, includeRunning: true };
    const done = await erase({ runtime: open.runtime, trail }, request, 'user:dpo');
    const remaining = done.ok ? done.signed.certificate.remaining : [];
    expect(remaining.map(({ table, column, rows }) => [table, column, rows])).toEqual([
      ['audit', 'data', 2],
      ['process_definition', 'resource_name', 1],
      ['resource', 'content', 1],
      ['resource', 'name', 1],
      ['variable', 'name', 1],
    ]);
    for (const { why } of remaining) expect(why).toMatch(/^[A-Z].*\.$/);
    expect(JSON.stringify(remaining)).not.toMatch(TRACES);
  });

  test('of a person with a common word as name leaves that word, and tells where it stands', async () => {
    const variables = { clerk: 'demo', text: 'This is a demo of it' };
    await open.runtime.createInstance({ processId: 'review', variables }, 'user:demo');
    const demo = { ...REQUEST, persons: ['demo'], values: [], includeRunning: true };
    const plan = await planErasure({ runtime: open.runtime, trail }, demo);
    expect(plan.mentions).toBe(1);
    const done = await erase({ runtime: open.runtime, trail }, demo, 'user:dpo');
    const remaining = done.ok ? done.signed.certificate.remaining : [];
    expect(remaining).toMatchObject([
      { table: 'audit_content', rows: 0, mentions: 1 },
      { table: 'variable', rows: 0, mentions: 1 },
    ]);
    // No instance has written anything meanwhile: it is the word that stays.
    for (const { why } of remaining) expect(why).toMatch(/^A user name is a word of longer texts there/);
    const values = open.rows<{ name: string; value: string }>(
      `select name, value from variable where name in ('clerk', 'text') and value like '%demo%' or value like '%erased%'`,
    );
    expect(values).toEqual([
      { name: 'clerk', value: '{"erased":true}' },
      { name: 'text', value: '"This is a demo of it"' },
    ]);
    expect(open.rows(`select actor from deployment`)).not.toContainEqual({ actor: 'user:demo' });
  });

  test('names an open batch operation that would do something else without the words', async () => {
    const { batchOperations } = open.runtime;
    const filter = { processDefinitionId: 'review', businessId: 'Elbchaussee 17' };
    const made = await batchOperations.create(
      { type: 'CANCEL_PROCESS_INSTANCE', filter, plan: {} },
      'user:otto',
    );
    if (!made.ok) throw new Error(made.rejection.reason);
    await batchOperations.idle();
    open.rows(`update batch_operation set state = 'SUSPENDED' returning key`);
    const parts = { runtime: open.runtime, trail };
    const refused = await erase(parts, REQUEST, 'user:dpo');
    expect(!refused.ok && refused.plan.obstacles).toEqual([
      expect.stringContaining(`The batch operation ${made.key} names them and is not over`),
    ]);
    await batchOperations.control(made.key, 'cancel', 'user:otto');
    expect(await erase(parts, REQUEST, 'user:dpo')).toMatchObject({ ok: true });
    expect(open.rows('select filter from batch_operation')).toEqual([
      { filter: '{"processDefinitionId":"review","businessId":"(erased)"}' },
    ]);
  });

  test('is refused where a legal hold stands, until it is lifted', async () => {
    const holds = openHolds(open.runtime);
    const set = await holds.set({ processId: 'review', reason: 'case 12 of the court' }, 'user:dpo');
    if (!set.ok) throw new Error(set.rejection.reason);
    const { hold } = set;
    const parts = { runtime: open.runtime, trail };
    const refused = await erase(parts, REQUEST, 'user:dpo');
    expect(!refused.ok && refused.plan.obstacles.join()).toMatch(/legal hold .* case 12 of the court/);
    expect(await holds.lift(hold.key, 'user:dpo')).toEqual({ ok: true });
    expect(await holds.lift(hold.key, 'user:dpo')).toMatchObject({ ok: false });
    expect((await erase(parts, REQUEST, 'user:dpo')).ok).toBe(true);
  });
});
