/**
 * What proves the audit trail: the Merkle tree over its rows in tiles, its checkpoints, the keys that signed them and
 * what anchors outside answered; what must not be deleted; and the certificates of what was erased.
 */
import type { Knex } from 'knex';
import { keyColumn, whole } from './columns.js';

/** Makes `audit_tree`, `audit_checkpoint`, `audit_key`, `audit_anchor`, `legal_hold` and `erasure`. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('audit_tree', (table) => {
    whole(knex, table, 'level').notNullable();
    whole(knex, table, 'tile').notNullable();
    table.binary('hashes').notNullable();
    // The positions of the rows that the hashes of level 0 are of, as a JSON list; and the least and greatest of them.
    table.text('positions');
    whole(knex, table, 'first_position');
    whole(knex, table, 'last_position');
    table.primary(['level', 'tile']);
  });
  await knex.raw('create index audit_tree_position on audit_tree (last_position) where level = 0');
  await knex.schema.createTable('audit_checkpoint', (table) => {
    keyColumn(knex, table, 'size');
    table.text('root').notNullable();
    whole(knex, table, 'at').notNullable();
    table.text('note').notNullable();
    table.text('place').notNullable();
    whole(knex, table, 'waited').notNullable();
  });
  await knex.schema.createTable('audit_key', (table) => {
    keyColumn(knex, table, 'number');
    table.text('key').notNullable();
    table.text('statement').notNullable();
    whole(knex, table, 'at').notNullable();
  });
  await knex.schema.createTable('audit_anchor', (table) => {
    table.text('anchor').notNullable();
    whole(knex, table, 'size').notNullable();
    whole(knex, table, 'at').notNullable();
    table.text('receipt').notNullable();
    table.primary(['anchor', 'size']);
  });
  await knex.schema.createTable('legal_hold', (table) => {
    keyColumn(knex, table);
    table.text('process_id');
    whole(knex, table, 'root_key');
    table.text('reason').notNullable();
    table.text('set_by').notNullable();
    whole(knex, table, 'set_at').notNullable();
    table.text('lifted_by');
    whole(knex, table, 'lifted_at');
  });
  await knex.schema.createTable('erasure', (table) => {
    keyColumn(knex, table);
    whole(knex, table, 'at').notNullable();
    table.text('certificate').notNullable();
  });
}
