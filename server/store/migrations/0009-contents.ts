/**
 * Contents of audit rows move to a table of their own, from which they can be erased; persons get pseudonyms.
 * Rows of an earlier version are taken apart here, once: the only change that `audit` ever sees.
 */
import { readJson, writeJson } from '@countersign/engine';
import type { JsonObject } from '@countersign/engine';
import type { Knex } from 'knex';
import { sealContent, splitRow } from '../contents.js';
import { newPerson } from '../people.js';
import { isSqlite, keyColumn } from './columns.js';

const PAGE = 1_000;

interface OldRow {
  position: number | string;
  actor: string;
  type: string;
  data: string;
}

/** Makes `audit_content` and `person`, adds `audit.commitment`, and moves what is there. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('audit_content', (table) => {
    keyColumn(knex, table, 'position');
    table.text('salt').notNullable();
    table.text('content').notNullable();
  });
  await knex.schema.createTable('person', (table) => {
    table.text('pseudonym').primary();
    table.text('name').notNullable().unique();
    table.text('salt').notNullable();
  });
  await knex.schema.alterTable('audit', (table) => {
    table.text('commitment');
  });
  await setGuard(knex, false);
  await moveRows(knex);
  await setGuard(knex, true);
}

/** Lets rows of `audit` be changed, or not. */
async function setGuard(knex: Knex, isOn: boolean): Promise<void> {
  if (isSqlite(knex)) {
    await knex.raw(
      isOn
        ? `create trigger audit_keeps_values before update on audit
             begin select raise(abort, 'rows of audit cannot be changed'); end`
        : 'drop trigger audit_keeps_values',
    );
  } else {
    await knex.raw(`alter table audit ${isOn ? 'enable' : 'disable'} trigger audit_keeps_rows`);
  }
}

async function moveRows(knex: Knex): Promise<void> {
  const pseudonyms = new Map<string, string>();
  for (let after = 0; ;) {
    const rows = await knex('audit')
      .where('position', '>', after)
      .orderBy('position')
      .limit(PAGE)
      .select<OldRow[]>('position', 'actor', 'type', 'data');
    for (const row of rows) await moveRow(knex, row, await storedActor(knex, row.actor, pseudonyms));
    if (rows.length < PAGE) return;
    after = Number(rows[rows.length - 1].position);
  }
}

async function moveRow(knex: Knex, row: OldRow, actor: string): Promise<void> {
  const { position } = row;
  const { data, content } = splitRow(row.type, readJson(row.data) as JsonObject);
  if (content === null) {
    if (actor !== row.actor) await knex('audit').where({ position }).update({ actor });
    return;
  }
  const { salt, text, commitment } = sealContent(content);
  await knex('audit_content').insert({ position, salt, content: text });
  await knex('audit')
    .where({ position })
    .update({ actor, data: writeJson(data), commitment });
}

async function storedActor(knex: Knex, actor: string, pseudonyms: Map<string, string>): Promise<string> {
  if (!actor.startsWith('user:')) return actor;
  const known = pseudonyms.get(actor);
  if (known !== undefined) return known;
  const person = newPerson(actor);
  await knex('person').insert(person);
  pseudonyms.set(actor, `user:${person.pseudonym}`);
  return `user:${person.pseudonym}`;
}
