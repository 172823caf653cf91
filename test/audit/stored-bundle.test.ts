/** Bundles and proofs of a running server: they verify, and rows that somebody changed behind its back are named. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  fromHex,
  parseCheckpoint,
  parseVerifierKey,
  verifyBundle,
  verifyConsistency,
  verifyInclusion,
  verifyNote,
} from '@countersign/engine';
import type { BundleVerdict, Key, VerifierKey } from '@countersign/engine';
import { openBundle } from '../../server/audit/bundle/open-bundle.js';
import { nodeJournalPort as port } from '../../server/audit/journal-port.js';
import { bpmnXml, chain, serviceTask } from '../support/bpmn-xml.js';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';

const PROCESS = bpmnXml({
  id: 'claim',
  nodes: [{ type: 'startEvent', id: 'start' }, serviceTask('work'), { type: 'endEvent', id: 'end' }],
  flows: chain('start', 'work', 'end'),
});

let server: TestServer;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-bundles-'));
  server = await startServer({ database: join(folder, 'test.db') });
  await server.runtime?.deploy({ resources: [{ name: 'claim.bpmn', content: PROCESS }], actor: 'user:mary' });
  await create(60);
});

afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function create(count: number): Promise<void> {
  for (let number = 0; number < count; number += 1) {
    const variables = { customer: `Customer ${number}`, amount: number / 8 };
    await server.runtime?.createInstance({ processId: 'claim', variables }, 'user:mary');
  }
}

async function ask(path: string): Promise<Response> {
  return fetch(`${server.url}/api/audit/${path}`);
}

async function json<T>(path: string): Promise<T> {
  const response = await ask(path);
  expect(response.status, await response.clone().text()).toBe(200);
  return (await response.json()) as T;
}

async function logKey(): Promise<VerifierKey> {
  const { items } = await json<{ items: { key: string }[] }>('keys');
  const key = parseVerifierKey(port, items[items.length - 1].key);
  if (key === undefined) throw new Error('The log has no key.');
  return key;
}

async function verified(query: string, from = 'bundle'): Promise<BundleVerdict> {
  const response = await ask(`${from}${query}`);
  expect(response.status).toBe(200);
  const path = join(folder, 'bundle.zip');
  writeFileSync(path, Buffer.from(await response.arrayBuffer()));
  const bundle = await openBundle(path);
  try {
    return await verifyBundle(port, bundle, { key: await logKey() });
  } finally {
    bundle.close();
  }
}

function said({ checks }: BundleVerdict, name: string): string {
  const check = checks.find((one) => one.name === name);
  return `${check?.result}: ${check?.said}`;
}

function failures({ checks }: BundleVerdict): string[] {
  return checks.filter(({ result }) => result === 'failed').map(({ name, said: why }) => `${name}: ${why}`);
}

interface Proof {
  readonly index: number;
  readonly leaf: string;
  readonly size: number;
  readonly proof: string[];
  readonly checkpoint: string;
}

function bytes(hashes: readonly string[]): Uint8Array[] {
  return hashes.map((hash) => fromHex(hash) ?? new Uint8Array(0));
}

describe('a bundle of the server', () => {
  it('has the model of a process that was deleted, and what became of it', async () => {
    const [instance] = server.runtime?.store.connection
      .prepare('select process_definition_key as key from process_instance limit 1')
      .all() as { key: Key }[];
    for (const { key } of server.runtime?.store.connection
      .prepare('select key from process_instance')
      .all() as {
      key: Key;
    }[])
      await server.runtime?.cancelInstance(key, 'user:mary');
    const before = said(await verified(''), 'models');
    expect(await server.runtime?.deleteResource(instance.key, 'user:mary')).toMatchObject({ ok: true });
    const verdict = await verified('');
    expect(failures(verdict)).toEqual([]);
    expect(before).toMatch(/^ok/);
    expect(said(verdict, 'models')).toBe(before);
  });

  it('of everything is genuine, with contents, the person and the model', async () => {
    const verdict = await verified('');
    expect(failures(verdict)).toEqual([]);
    expect(said(verdict, 'rows')).toMatch(/^ok: \d{3} rows of leaves 0 to \d{3}, none left out$/);
    expect(said(verdict, 'contents')).toMatch(/^ok: [1-9]\d+ are what their rows commit to, 0 were erased/);
    expect(said(verdict, 'persons')).toContain('1 persons are named');
    expect(said(verdict, 'models')).toBe('ok: 1 files; 1 of them are in a row of their deployment');
  });

  it('is one of the formats of export', async () => {
    const verdict = await verified('?format=bundle&elementId=work', 'exports');
    expect(failures(verdict)).toEqual([]);
    expect(said(verdict, 'rows')).toContain('left out');
  });

  it('of one element is genuine, and counts what it leaves out', async () => {
    const verdict = await verified('?elementId=work');
    expect(failures(verdict)).toEqual([]);
    expect(said(verdict, 'rows')).toMatch(
      /^ok: \d+ rows of leaves 0 to \d+, [1-9]\d+ left out, each by its hash$/,
    );
  });

  it('of a period is about the leaves of that period', async () => {
    const verdict = await verified('?from=2000-01-01&to=2001-01-01');
    expect(failures(verdict)).toEqual([]);
    expect(said(verdict, 'rows')).toMatch(/^ok: 0 rows/);
  });

  it('shows on demand that the log continues an earlier checkpoint, and says so where there was none', async () => {
    await verified('');
    const early = parseCheckpoint(await (await ask('checkpoint')).text());
    await verified('');
    await create(3);
    const verdict = await verified(`?elementId=end&checkpoint=${early?.checkpoint.size ?? 0}`);
    expect(failures(verdict)).toEqual([]);
    expect(said(verdict, 'earlier checkpoints')).toBe('ok: the tree continues all 1 of them');
    const response = await ask('bundle?checkpoint=999999');
    expect([response.status, await response.text()]).toEqual([
      404,
      expect.stringContaining('no checkpoint of 999999 rows'),
    ]);
  });

  it.each([
    ['changed', "update audit set element_id = 'other' where position = 7", 'position 7 was changed'],
    ['removed', 'delete from audit where position = 9', 'position 9 was removed'],
  ])(
    'is not made where a row was %s in the database by somebody without the key',
    async (_what, sql, words) => {
      await verified('');
      const database = new DatabaseSync(server.database);
      database.exec('drop trigger audit_keeps_values; drop trigger audit_keeps_rows');
      database.exec(sql);
      database.close();
      const [failure] = failures(await verified(''));
      expect(failure).toContain(words);
      const { items } = await json<{ items: { data: unknown }[] }>('../audit?type=audit exported&order=desc');
      expect(items[0].data).toMatchObject({ format: 'bundle', rows: 0, sha256: null, outcome: 'failed' });
    },
  );
});

describe('the proofs of the server', () => {
  it('show that a row is in the tree of a signed checkpoint', async () => {
    await verified('');
    const key = await logKey();
    for (const position of [1, 2, 200, 256, 257]) {
      const { index, leaf, size, proof, checkpoint } = await json<Proof>(
        `proof/inclusion?position=${position}`,
      );
      const head = parseCheckpoint(checkpoint);
      if (head === undefined) throw new Error('That is no checkpoint.');
      expect(verifyNote(port, head.note, [key]).signed).toEqual([key]);
      const [hash] = bytes([leaf]);
      expect(verifyInclusion(port.sha256, hash, index, size, bytes(proof), head.checkpoint.root)).toBe(true);
    }
  });

  it('show that the tree of one checkpoint continues that of another', async () => {
    await verified('');
    const first = parseCheckpoint(await (await ask('checkpoint')).text());
    await create(5);
    await verified('');
    if (first === undefined) throw new Error('That is no checkpoint.');
    const { proof, checkpoint } = await json<Proof>(`proof/consistency?from=${first.checkpoint.size}`);
    const second = parseCheckpoint(checkpoint);
    if (second === undefined) throw new Error('That is no checkpoint.');
    expect(second.checkpoint.size).toBeGreaterThan(first.checkpoint.size);
    expect(verifyConsistency(port.sha256, first.checkpoint, second.checkpoint, bytes(proof))).toBe(true);
  });

  it('come in tiles too, whole or in part', async () => {
    await verified('');
    const whole = Buffer.from(await (await ask('tile/0/000')).arrayBuffer());
    const part = Buffer.from(await (await ask('tile/0/000.p/10')).arrayBuffer());
    expect([whole.length, part.length]).toEqual([256 * 32, 320]);
    expect(whole.subarray(0, 320).equals(part)).toBe(true);
    const { leaf } = await json<Proof>('proof/inclusion?position=3');
    expect(whole.subarray(64, 96).toString('hex')).toBe(leaf);
    expect((await ask('tile/0/x001/000')).status).toBe(404);
    expect((await ask('tile/0/1')).status).toBe(400);
    expect((await ask('proof/inclusion?position=999999')).status).toBe(404);
  });
});
