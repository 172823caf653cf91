/**
 * Somebody has the database but not the key, changes it while no server runs, and hopes that the next start signs what
 * it finds: the start refuses, and says what it found.
 */
import { appendFileSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createFrontier, leafOf } from '@countersign/engine';
import { openRuntime } from '@countersign/server';
import type { RuntimeOptions } from '@countersign/server';
import { nodeJournalPort } from '../../server/audit/journal-port.js';
import { openLeafWork } from '../../server/audit/sequencer/leaves.js';
import { inspectTrail, openAuditTrail, trailFiles } from '../../server/audit/trail.js';
import { openLeafReader } from '../../server/store/leaf-reader.js';
import { bpmnXml, chain, serviceTask } from '../support/bpmn-xml.js';

const WORK = bpmnXml({
  id: 'claim',
  nodes: [{ type: 'startEvent', id: 'start' }, serviceTask('work'), { type: 'endEvent', id: 'end' }],
  flows: chain('start', 'work', 'end'),
});

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-tampered-'));
  path = join(folder, 'a.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A server's life: it starts, some instances begin, every row gets its checkpoint, and it ends. */
async function live(instances: number): Promise<void> {
  const { checkpointFile } = trailFiles(path);
  const inspect: RuntimeOptions['inspect'] = (store) => inspectTrail(store, checkpointFile);
  const runtime = await openRuntime({ database: path, inspect });
  try {
    await runtime.deploy({ resources: [{ name: 'claim.bpmn', content: WORK }], actor: 'user:demo' });
    const trail = await openAuditTrail(runtime, trailFiles(path), {
      onError: (error) => {
        throw error;
      },
      work: await openLeafWork(path),
      interval: 3_600_000,
    });
    for (let count = 0; count < instances; count += 1)
      await runtime.createInstance({ processId: 'claim', variables: {} }, 'user:mary');
    await trail.catchUp();
    await trail.close();
  } finally {
    await runtime.shutdown();
  }
}

function tamper(...statements: readonly string[]): void {
  const database = new DatabaseSync(path);
  for (const sql of statements) database.exec(sql);
  database.close();
}

/** Makes the tiles of the first two levels anew from the rows, as the server would have made them. */
async function remakeTiles(): Promise<void> {
  const reader = await openLeafReader(path);
  const { leaves } = await reader.read('', 1_000_000);
  await reader.close();
  const hashes = leaves.map((leaf) => leafOf(nodeJournalPort, leaf).hash);
  const database = new DatabaseSync(path);
  const write = database.prepare('update audit_tree set hashes = ? where level = ? and tile = ?');
  const roots: Uint8Array[] = [];
  for (let tile = 0; tile * 256 < hashes.length; tile += 1) {
    const part = hashes.slice(tile * 256, tile * 256 + 256);
    write.run(Buffer.concat(part), 0, tile);
    const frontier = createFrontier(nodeJournalPort.sha256);
    for (const hash of part) frontier.append(hash);
    if (part.length === 256) roots.push(frontier.root());
  }
  if (roots.length > 0) write.run(Buffer.concat(roots), 1, 0);
  database.close();
}

function count(): unknown {
  const database = new DatabaseSync(path);
  const rows: unknown = database.prepare('select count(*) as rows, max(position) as last from audit').get();
  database.close();
  return rows;
}

const UNGUARDED = ['drop trigger audit_keeps_rows', 'drop trigger audit_keeps_values'];
const CHANGED = "update audit set element_id = 'other' where position = ";

describe('a start', () => {
  test('goes on where nobody changed anything, also after a line that a crash cut off', async () => {
    await live(5);
    appendFileSync(`${path}.checkpoints.jsonl`, '{"at":"2030-01-01T09:00:00.000Z","si');
    await live(5);
    rmSync(`${path}.checkpoints.jsonl`);
    await live(5);
  });

  test.each([
    ['an old row', 20],
    ['one of the last rows', 300],
  ])('refuses where %s was changed and the tree made to fit', async (_what, position) => {
    await live(80);
    tamper(...UNGUARDED, CHANGED + String(position));
    await remakeTiles();
    await expect(live(1)).rejects.toThrow('does not give the root that was signed for its');
  });

  test.each([
    ['the last row', 'delete from audit where position = (select max(position) from audit)', 'removed from'],
    [
      'the last hundred rows',
      'delete from audit where position > (select max(position) from audit) - 100',
      'removed from',
    ],
    ['every row', 'delete from audit', 'removed from'],
    [
      'a value of one of the last rows',
      "update audit set actor = 'user:x' where position = 310",
      'changed in',
    ],
  ])(
    'refuses where %s was taken and the tree still has it, and uses no position again',
    async (_what, sql, words) => {
      await live(80);
      tamper(...UNGUARDED, sql);
      const counted = count();
      const refused = live(1);
      await expect(refused).rejects.toThrow(`${words} the database after it was recorded.`);
      await expect(refused).rejects.toThrow('Put the database back from a backup');
      expect(count()).toEqual(counted);
    },
  );

  test('refuses where the last checkpoint was changed with the tree', async () => {
    await live(20);
    tamper(...UNGUARDED, `${CHANGED}30`, "update audit_checkpoint set root = 'AAAA'");
    await expect(live(1)).rejects.toThrow('The last checkpoint of the audit trail');
  });

  test('refuses an older database beside a newer file of checkpoints', async () => {
    await live(3);
    copyFileSync(path, join(folder, 'older.db'));
    await live(3);
    copyFileSync(join(folder, 'older.db'), path);
    await expect(live(1)).rejects.toThrow(/was signed up to \d+ rows, as .*checkpoints\.jsonl says/);
    rmSync(`${path}.checkpoints.jsonl`);
    await live(1);
  });

  test('refuses where tree and checkpoints were emptied so that they are made anew', async () => {
    await live(10);
    tamper(...UNGUARDED, `${CHANGED}12`, 'delete from audit_tree', 'delete from audit_checkpoint');
    await expect(live(1)).rejects.toThrow('but the database knows of 0');
  });

  test('refuses where the last checkpoint says another size', async () => {
    await live(10);
    tamper('update audit_checkpoint set size = size + 1');
    await expect(live(1)).rejects.toThrow('was changed');
  });

  test('refuses where the file has another tree of the same size', async () => {
    await live(10);
    const file = `${path}.checkpoints.jsonl`;
    const last = JSON.parse(readFileSync(file, 'utf8').trim().split('\n').at(-1) ?? '') as { note: string };
    const [origin, size] = last.note.split('\n');
    const note = last.note
      .replace(`${origin}\n${size}\n`, `${origin}\n${size}\nAAAA`)
      .replace(/AAAA.{4}/, 'AAAA');
    appendFileSync(file, `${JSON.stringify({ ...last, note })}\n`);
    await expect(live(1)).rejects.toThrow('the tree was made anew');
  });

  test('refuses where the keys were taken out', async () => {
    await live(3);
    tamper('delete from audit_key');
    await expect(live(1)).rejects.toThrow('its keys are missing');
  });

  test('takes a file of another log for what it is: none of its own', async () => {
    await live(3);
    const line = { at: '2030-01-01T09:00:00.000Z', size: 9_999, note: 'another.log/1\n9999\nAAAA\n\n' };
    writeFileSync(`${path}.checkpoints.jsonl`, `${JSON.stringify(line)}\n`);
    await live(1);
  });
});
