/** Finds what an erasure concerns, and removes it: contents, persons, accounts, and the last traces in the files. */
import type { Key } from '@countersign/engine';
import type { Knex } from 'knex';
import type { Database } from '../database.js';
import { isSqlite } from '../migrations/columns.js';
import { endSnapshots } from '../snapshots.js';

/** A content that an erasure concerns, with its row. */
export interface FoundContent {
  readonly position: number;
  readonly rootKey: Key | null;
  readonly type: string;
  readonly commitment: string;
}

interface ContentRow {
  position: number | string;
  root_key: number | string | null;
  process_instance_key: number | string | null;
  type: string;
  commitment: string;
  content: string;
}

const PAGE = 2_000;

/** The contents that `concerns` says yes to, a page at a time through all there are. */
export async function findContents(
  knex: Knex,
  concerns: (content: string, processInstanceKey: number | null) => boolean,
): Promise<FoundContent[]> {
  const found: FoundContent[] = [];
  for (let after = 0; ;) {
    const rows = await knex('audit_content as c')
      .join('audit as a', 'a.position', 'c.position')
      .where('c.position', '>', after)
      .orderBy('c.position')
      .limit(PAGE)
      .select<ContentRow[]>(
        'c.position',
        'a.root_key',
        'a.process_instance_key',
        'a.type',
        'a.commitment',
        'c.content',
      );
    for (const row of rows) {
      const instance = row.process_instance_key === null ? null : Number(row.process_instance_key);
      if (!concerns(row.content, instance)) continue;
      const rootKey = row.root_key === null ? null : (Number(row.root_key) as Key);
      found.push({ position: Number(row.position), rootKey, type: row.type, commitment: row.commitment });
    }
    if (rows.length < PAGE) return found;
    after = Number(rows[rows.length - 1].position);
  }
}

/** A tree that an erasure concerns. */
export interface ConcernedTree {
  readonly rootKey: Key;
  readonly processDefinitionKey: Key;
  readonly processId: string;
  readonly isActive: boolean;
}

/** The trees of these roots that the database still has, and every definition that ran in them. */
export async function findTrees(
  knex: Knex,
  rootKeys: readonly Key[],
): Promise<{ trees: ConcernedTree[]; definitionKeys: Key[] }> {
  const trees: ConcernedTree[] = [];
  const definitionKeys = new Set<Key>();
  for (let first = 0; first < rootKeys.length; first += 500) {
    const rows = await knex('process_instance as i')
      .join('process_definition as d', 'd.key', 'i.process_definition_key')
      .whereIn('i.root_key', rootKeys.slice(first, first + 500))
      .select<
        Record<'key' | 'root_key' | 'process_definition_key' | 'process_id' | 'state', string | number>[]
      >('i.key', 'i.root_key', 'i.process_definition_key', 'd.process_id', 'i.state');
    for (const row of rows) {
      const processDefinitionKey = Number(row.process_definition_key) as Key;
      definitionKeys.add(processDefinitionKey);
      if (Number(row.key) !== Number(row.root_key)) continue;
      const rootKey = Number(row.root_key) as Key;
      trees.push({
        rootKey,
        processDefinitionKey,
        processId: String(row.process_id),
        isActive: row.state === 'ACTIVE',
      });
    }
  }
  return { trees, definitionKeys: [...definitionKeys] };
}

/** A person whose name can be erased: the actor, its pseudonym, and what its account says of it. */
export interface FoundPerson {
  readonly username: string;
  /** Null where the person never acted. */
  readonly pseudonym: string | null;
  /** Name and address of the account, where there is one. */
  readonly words: readonly string[];
}

/** What is known of a person by a user name. */
export async function findPerson(knex: Knex, username: string): Promise<FoundPerson> {
  const person = await knex('person')
    .where('name', `user:${username}`)
    .first<{ pseudonym: string } | undefined>('pseudonym');
  const account = await knex('account')
    .where({ username })
    .first<{ name: string; email: string | null } | undefined>('name', 'email');
  const words = [account?.name, account?.email].filter(
    (word) => typeof word === 'string' && word !== username,
  );
  return { username, pseudonym: person?.pseudonym ?? null, words: words as string[] };
}

/** Text columns that name who did something. */
const NAMING = /(?:^actor|^author|_by|^username|^owner|^assignee)$/;
/** Tables that are handled on their own, and the journal, which never changes. */
const APART: ReadonlySet<string> = new Set([
  'audit',
  'audit_content',
  'person',
  'migration',
  'migration_lock',
]);
const OF_PERSON = ['session', 'api_key', 'group_member', 'role_member', 'account'];

interface TextColumn {
  readonly table: string;
  readonly column: string;
}

/** Every text column of the database but the journal's. */
async function textColumns(knex: Knex): Promise<TextColumn[]> {
  const rows = (await knex.raw(
    isSqlite(knex)
      ? `select m.name as "table", p.name as "column" from sqlite_master m join pragma_table_info(m.name) p
           where m.type = 'table' and m.name not like 'sqlite_%' and lower(p.type) in ('text', 'varchar(255)')`
      : `select table_name as "table", column_name as "column" from information_schema.columns
           where table_schema = current_schema() and data_type in ('text', 'character varying')`,
  )) as TextColumn[] | { rows: TextColumn[] };
  return ('rows' in rows ? rows.rows : rows).filter(({ table }) => !APART.has(table));
}

/** The columns that name who did something, by table. */
export async function namingColumns(knex: Knex): Promise<TextColumn[]> {
  const columns = await textColumns(knex);
  return columns.filter(({ table, column }) => NAMING.test(column) && !OF_PERSON.includes(table));
}

/** Deletes contents. */
export function deleteContents(connection: Database, positions: readonly number[]): void {
  const remove = connection.prepare('delete from audit_content where position = ?');
  for (const position of positions) remove.run(position);
}

/** Deletes the snapshots of trees: they hold what was erased. */
export function deleteSnapshots(connection: Database, rootKeys: readonly Key[]): void {
  const remove = connection.prepare('delete from snapshot where root_key = ?');
  for (const rootKey of rootKeys) remove.run(rootKey);
}

/** Deletes a person with its account, and puts the pseudonym where it was named as the one who did something. */
export function deletePerson(
  connection: Database,
  { username, pseudonym }: FoundPerson,
  columns: readonly TextColumn[],
): void {
  const standIn = pseudonym === null ? '(erased)' : `user:${pseudonym}`;
  for (const { table, column } of columns) {
    connection
      .prepare(`update ${quoted(table)} set ${quoted(column)} = ? where ${quoted(column)} in (?, ?)`)
      .run(standIn, username, `user:${username}`);
  }
  for (const table of OF_PERSON) {
    connection.prepare(`delete from ${quoted(table)} where username = ?`).run(username);
  }
  connection.prepare('delete from person where name = ?').run(`user:${username}`);
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Where a word still stands in a table, and how often; the journal's rows among them. */
export interface Remaining {
  readonly table: string;
  readonly column: string;
  readonly rows: number;
}

/** Looks for words in every text column there is. */
export async function findRemaining(knex: Knex, words: readonly string[]): Promise<Remaining[]> {
  if (words.length === 0) return [];
  const found: Remaining[] = [];
  const columns = [
    ...(await textColumns(knex)),
    { table: 'audit', column: 'data' },
    { table: 'audit', column: 'actor' },
    { table: 'audit_content', column: 'content' },
  ];
  for (const { table, column } of columns) {
    const query = knex(table).where((either) => {
      for (const word of words) {
        void either.orWhereRaw(`lower(??) like ? escape '\\'`, [column, `%${likeText(word.toLowerCase())}%`]);
      }
    });
    const [{ total }] = await query.count<{ total: number | string }[]>({ total: '*' });
    if (Number(total) > 0) found.push({ table, column, rows: Number(total) });
  }
  return found;
}

function likeText(word: string): string {
  return word.replace(/[\\%_]/g, (character) => `\\${character}`);
}

/**
 * Rewrites the database's files, so that bytes that were deleted are in none of them any more. It takes as long as
 * copying the database, and as much room meanwhile.
 */
export async function rewriteFiles(knex: Knex): Promise<void> {
  if (!isSqlite(knex)) {
    await knex.raw('vacuum full');
    return;
  }
  // An export that still reads would keep what was erased in the files: it ends.
  endSnapshots(knex);
  await knex.raw('pragma secure_delete = on');
  await knex.raw('pragma temp_store = file');
  await knex.raw('vacuum');
  await knex.raw('pragma temp_store = memory');
  await knex.raw('pragma wal_checkpoint(truncate)');
}

/** The erasures that were done, the newest first. `at` is RFC 3339. */
export async function findErasures(knex: Knex): Promise<{ key: string; at: string }[]> {
  const rows = await knex('erasure')
    .orderBy('key', 'desc')
    .select<{ key: number | string; at: number | string }[]>('key', 'at');
  return rows.map(({ key, at }) => ({ key: String(key), at: new Date(Number(at)).toISOString() }));
}

/** The signed certificate of an erasure, as it was stored; null where there is none of that key. */
export async function findErasure(knex: Knex, key: Key): Promise<unknown> {
  const row = await knex('erasure').where({ key }).first<{ certificate: string } | undefined>('certificate');
  return row ? JSON.parse(row.certificate) : null;
}

/** Stores the signed certificate of an erasure. */
export function saveErasure(connection: Database, key: Key, at: number, signed: object): void {
  connection
    .prepare('insert into erasure (key, at, certificate) values (?, ?, ?)')
    .run(key, at, JSON.stringify(signed));
}
