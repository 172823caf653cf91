/** The contents of audit rows that an erasure concerns, the trees they belong to, and their removal. */
import { readJson } from '@countersign/engine';
import type { Key } from '@countersign/engine';
import type { Knex } from 'knex';
import type { Database } from '../database.js';

/** Whether an erasure concerns a content. */
export type Concerns = (content: string, processInstanceKey: number | null) => boolean;

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
export async function findContents(knex: Knex, concerns: Concerns): Promise<FoundContent[]> {
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
    found.push(...rows.flatMap((row) => foundContent(row, concerns)));
    if (rows.length < PAGE) return found;
    after = Number(rows[rows.length - 1].position);
  }
}

function foundContent(row: ContentRow, concerns: Concerns): FoundContent[] {
  const instance = row.process_instance_key === null ? null : Number(row.process_instance_key);
  if (!concerns(row.content, instance)) return [];
  const rootKey = row.root_key === null ? null : (Number(row.root_key) as Key);
  return [{ position: Number(row.position), rootKey, type: row.type, commitment: row.commitment }];
}

/** The contents of a tree that are concerned, as they stand in the batch that will delete them. */
export function contentsOfTree(connection: Database, rootKey: Key, concerns: Concerns): FoundContent[] {
  const rows = connection
    .prepare(
      `select a.position, a.root_key, a.process_instance_key, a.type, a.commitment, c.content
       from audit a join audit_content c on c.position = a.position where a.root_key = ? order by a.position`,
    )
    .all(rootKey) as ContentRow[];
  return rows.flatMap((row) => foundContent(row, concerns));
}

/** A tree that an erasure concerns. */
export interface ConcernedTree {
  readonly rootKey: Key;
  readonly processDefinitionKey: Key;
  readonly processId: string;
  readonly isActive: boolean;
}

const AT_ONCE = 500;

/** The trees of these roots that the database still has. */
export async function findTrees(knex: Knex, rootKeys: readonly Key[]): Promise<ConcernedTree[]> {
  const trees: ConcernedTree[] = [];
  for (let first = 0; first < rootKeys.length; first += AT_ONCE) {
    const rows = await knex('process_instance as i')
      .join('process_definition as d', 'd.key', 'i.process_definition_key')
      .whereIn('i.key', rootKeys.slice(first, first + AT_ONCE))
      .select<Record<'key' | 'process_definition_key' | 'process_id' | 'state', string | number>[]>(
        'i.key',
        'i.process_definition_key',
        'd.process_id',
        'i.state',
      );
    for (const row of rows) {
      trees.push({
        rootKey: Number(row.key) as Key,
        processDefinitionKey: Number(row.process_definition_key) as Key,
        processId: String(row.process_id),
        isActive: row.state === 'ACTIVE',
      });
    }
  }
  return trees;
}

/** Every definition that ever ran in these trees. */
export async function findDefinitionKeys(knex: Knex, rootKeys: readonly Key[]): Promise<Key[]> {
  const keys = new Set<Key>();
  for (let first = 0; first < rootKeys.length; first += AT_ONCE) {
    const rows = await knex('audit')
      .whereIn('root_key', rootKeys.slice(first, first + AT_ONCE))
      .whereNotNull('process_definition_key')
      .distinct<{ key: number | string }[]>('process_definition_key as key');
    for (const { key } of rows) keys.add(Number(key) as Key);
  }
  return [...keys];
}

/** Deletes contents, and notes whose they were for the certificate. */
export function deleteContents(
  connection: Database,
  erasureKey: Key,
  contents: readonly Pick<FoundContent, 'position' | 'commitment'>[],
): void {
  const remove = connection.prepare('delete from audit_content where position = ?');
  const note = connection.prepare(
    `insert into erased_row (position, erasure_key, commitment) values (?, ?, ?)
     on conflict (position) do update set erasure_key = excluded.erasure_key`,
  );
  for (const { position, commitment } of contents) {
    remove.run(position);
    note.run(position, erasureKey, commitment);
  }
}

/** Deletes the snapshot of a tree: it holds what was erased. */
export function deleteSnapshot(connection: Database, rootKey: Key): void {
  connection.prepare('delete from snapshot where root_key = ?').run(rootKey);
}

/** The keys of the messages whose publication stands at these positions. */
export function publishedAt(connection: Database, positions: readonly number[]): Key[] {
  const select = connection.prepare(
    `select data from audit where position = ? and type = 'message published'`,
  );
  return positions.flatMap((position) => {
    const row = select.get(position) as { data: string } | undefined;
    return row ? [(readJson(row.data) as { messageKey: Key }).messageKey] : [];
  });
}
