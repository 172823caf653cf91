/** Contents and persons on their way through the database: apart from the rows, and whole again when they are read. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { commitmentOfText, pseudonymOf } from '@countersign/engine';
import type { JsonObject } from '@countersign/engine';
import { bpmnXml, chain, serviceTask } from '../../test/support/bpmn-xml.js';
import { openTestRuntime } from '../../test/support/runtime.js';
import type { TestRuntime } from '../../test/support/runtime.js';
import { nodeJournalPort } from '../audit/journal-port.js';
import { createSqliteKnex } from './knex-sqlite.js';
import { migrate } from './migrations/index.js';
import { findAuditRows } from './queries/audit-rows.js';
import type { AuditRow } from './queries/audit-rows.js';
import { openSqlite } from './sqlite.js';

const WORK = bpmnXml({
  id: 'claim',
  nodes: [{ type: 'startEvent', id: 'start' }, serviceTask('work'), { type: 'endEvent', id: 'end' }],
  flows: chain('start', 'work', 'end'),
});

let open: TestRuntime;
beforeEach(async () => {
  open = await openTestRuntime();
  await open.deploy(WORK);
  const variables = { customer: { name: 'Berta Blum', age: 41 } };
  await open.runtime.createInstance({ processId: 'claim', variables }, 'user:mary');
});
afterEach(() => open.close());

const allRows = async (): Promise<AuditRow[]> =>
  (await findAuditRows(open.runtime.store.knex, {}, { order: 'asc' })).rows;

describe('a row of the audit table', () => {
  test('holds neither a value nor the name of a person, but a commitment', () => {
    const rows = open.rows<{ actor: string; data: string; commitment: string | null; type: string }>(
      'select * from audit',
    );
    expect(JSON.stringify(rows)).not.toMatch(/Berta|mary/);
    const [created] = rows.filter(({ type }) => type === 'variable created');
    expect(created.commitment).toMatch(/^[0-9a-f]{64}$/);
    expect(created.actor).toMatch(/^user:p-[0-9a-f]{32}$/);
  });

  test('keeps the commitment that its salt and content give', () => {
    const [row] = open.rows<{ commitment: string; salt: string; content: string }>(
      `select commitment, salt, content from audit join audit_content using (position) where type = 'variable created'`,
    );
    expect(row.content).toBe('{"value":{"name":"Berta Blum","age":41}}');
    const canonical = '{"value":{"age":41,"name":"Berta Blum"}}';
    expect(commitmentOfText(nodeJournalPort, Buffer.from(row.salt, 'hex'), canonical)).toBe(row.commitment);
    const [person] = open.rows<{ pseudonym: string; name: string; salt: string }>(
      `select * from person where name = 'user:mary'`,
    );
    expect(pseudonymOf(nodeJournalPort, Buffer.from(person.salt, 'hex'), person.name)).toBe(person.pseudonym);
  });

  test('is read whole, and is found by the person who acted', async () => {
    const rows = await allRows();
    const [created] = rows.filter(({ type }) => type === 'variable created');
    expect(created).toMatchObject({
      actor: 'user:mary',
      erased: false,
      data: { name: 'customer', value: { name: 'Berta Blum', age: 41 } },
    });
    const byMary = { actor: 'user:mary' };
    const found = await findAuditRows(open.runtime.store.knex, byMary, { order: 'asc' });
    expect(found.rows).toEqual(rows.filter(({ actor }) => actor === 'user:mary'));
  });

  test('has the pseudonym of a person again after a restart', async () => {
    await open.restart();
    await open.runtime.createInstance({ processId: 'claim', variables: {} }, 'user:mary');
    expect(open.rows(`select name from person where name = 'user:mary'`)).toHaveLength(1);
    const actors = open.rows<{ actor: string }>(
      `select distinct actor from audit where root_key is not null`,
    );
    expect(actors).toHaveLength(1);
  });
});

describe('a database of the former version', () => {
  test('is taken apart when it is opened, and reads as before', async () => {
    const before = await allRows();
    const folder = mkdtempSync(join(tmpdir(), 'countersign-former-'));
    const connection = openSqlite(join(folder, 'former.db'));
    const knex = createSqliteKnex(connection.binding);
    try {
      await migrate(knex);
      await knex.raw('drop table audit_content');
      await knex.raw('drop table person');
      await knex.raw('alter table audit drop column commitment');
      for (const row of before) {
        await knex('audit').insert({
          position: row.position,
          root_key: row.rootProcessInstanceKey,
          process_instance_key: row.processInstanceKey,
          sequence: row.sequence,
          at: Date.parse(row.at),
          actor: row.actor,
          type: row.type,
          element_id: row.elementId,
          element_instance_key: row.elementInstanceKey,
          flow_id: row.flowId,
          process_definition_key: row.processDefinitionKey,
          data: JSON.stringify(row.data),
        });
      }
      await knex('migration').where('name', '0009-contents').delete();
      await migrate(knex);
      expect(JSON.stringify(await knex('audit').select())).not.toMatch(/Berta|mary/);
      const after = await findAuditRows(knex, {}, { order: 'asc' });
      expect(after.rows).toEqual(before);
      await expect(knex('audit').update({ actor: 'system' })).rejects.toThrow(/cannot be changed/);
    } finally {
      await knex.destroy();
      connection.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

/** Deletes contents and a person as an erasure does, and answers the data of the rows of a type. */
async function eraseAll(type: string): Promise<JsonObject[]> {
  const { knex } = open.runtime.store;
  await knex('audit_content').delete();
  await knex('person').delete();
  return (await allRows()).filter((row) => row.type === type).map(({ data }) => data as JsonObject);
}

describe('erased content', () => {
  test('is read as a stand-in, and the person as the pseudonym', async () => {
    expect(await eraseAll('variable created')).toEqual([
      { variableKey: expect.any(Number) as number, name: 'customer', value: { erased: true } },
    ]);
    const rows = await allRows();
    expect(rows.filter(({ erased }) => erased).map(({ type }) => type)).toEqual(['variable created']);
    expect(rows.every(({ actor }) => !actor.includes('mary'))).toBe(true);
    // The comparison with the journal at the end is not for a database that was changed by hand.
    await open.runtime.store.knex('variable').update({ value: '{"erased":true}' });
    const actor = rows[0].actor;
    await open.runtime.store
      .knex('deployment')
      .update({ actor: open.rows<{ actor: string }>('select actor from audit limit 1')[0].actor });
    expect(actor).toMatch(/^user:p-/);
  });
});
