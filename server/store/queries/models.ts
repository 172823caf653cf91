/**
 * Drafts of the modeler. A file has a current revision; every saved revision stays. Saving names the
 * revision it is based on, so that nobody overwrites what another saved meanwhile.
 */
import type { Knex } from 'knex';
import type { Row } from './search-types.js';
import { reader } from './values.js';

/** What a draft is. */
export type ModelType = 'bpmn' | 'form' | 'dmn';

/** A draft without its content. */
export interface Model {
  readonly modelKey: string;
  readonly name: string;
  readonly folder: string;
  readonly type: string;
  readonly revision: number;
  readonly updatedAt: string;
  readonly updatedBy: string;
}

/** One saved revision; `size` in characters. */
export interface Revision {
  readonly revision: number;
  readonly savedAt: string;
  readonly savedBy: string;
  readonly message: string | null;
  readonly size: number;
}

/** What a new draft starts with. */
export interface NewModel {
  readonly name: string;
  readonly folder: string;
  readonly type: ModelType;
  readonly content: string;
  readonly message: string | null;
}

/** A change of a draft; absent parts stay. */
export interface ModelChange {
  readonly content: string;
  readonly name?: string;
  readonly folder?: string;
  readonly message: string | null;
  readonly baseRevision: number;
}

/** Who does it and when (milliseconds). */
export interface Author {
  readonly by: string;
  readonly at: number;
}

const COLUMNS = ['key', 'name', 'folder', 'type', 'revision', 'updated_at', 'updated_by'];

/** All drafts, or those of a folder, by folder and name. */
export async function listModels(knex: Knex, folder?: string): Promise<Model[]> {
  const query = knex('model_file').select(COLUMNS).orderBy(['folder', 'name', 'key']);
  if (folder !== undefined) query.where({ folder });
  return ((await query) as Row[]).map(toModel);
}

/** A draft; null where there is none. */
export async function findModel(knex: Knex, modelKey: number): Promise<Model | null> {
  const row = await knex('model_file').where({ key: modelKey }).first<Row | undefined>(COLUMNS);
  return row ? toModel(row) : null;
}

/** The content of a revision; null where there is none. */
export async function findContent(
  knex: Knex,
  modelKey: number,
  revision: number,
): Promise<(Revision & { content: string }) | null> {
  const row = (await knex('model_revision').where({ model_key: modelKey, revision }).first()) as
    Row | undefined;
  if (!row) return null;
  const content = reader(row).text('content');
  return { ...toRevision({ ...row, size: content.length }), content };
}

/** All revisions of a draft, newest first. */
export async function listRevisions(knex: Knex, modelKey: number): Promise<Revision[]> {
  const rows = await knex('model_revision')
    .where({ model_key: modelKey })
    .orderBy('revision', 'desc')
    .select<Row[]>('revision', 'saved_at', 'saved_by', 'message', knex.raw('length(content) as size'));
  return rows.map(toRevision);
}

/** The contents of all drafts of a type, for finding what they hold. */
export async function listContents(
  knex: Knex,
  type: ModelType,
): Promise<{ modelKey: string; name: string; content: string }[]> {
  const rows = await knex('model_file as f')
    .join('model_revision as r', (on) => on.on('r.model_key', 'f.key').andOn('r.revision', 'f.revision'))
    .where('f.type', type)
    .select<Row[]>('f.key as key', 'f.name as name', 'r.content as content');
  return rows.map((row) => {
    const column = reader(row);
    return { modelKey: column.key('key'), name: column.text('name'), content: column.text('content') };
  });
}

/** Stores a new draft with its first revision. */
export async function createModel(knex: Knex, model: NewModel, author: Author): Promise<number> {
  return knex.transaction(async (transaction) => {
    const key = await nextModelKey(transaction);
    await transaction('model_file').insert({
      key,
      name: model.name,
      folder: model.folder,
      type: model.type,
      revision: 1,
      created_at: author.at,
      created_by: author.by,
      updated_at: author.at,
      updated_by: author.by,
    });
    await addRevision(transaction, key, 1, model.content, model.message, author);
    return key;
  });
}

/** Stores a new revision; false where the draft has moved on from `baseRevision`, or is gone. */
export async function saveModel(
  knex: Knex,
  modelKey: number,
  change: ModelChange,
  author: Author,
): Promise<boolean> {
  return knex.transaction(async (transaction) => {
    const revision = change.baseRevision + 1;
    const changed = await transaction('model_file')
      .where({ key: modelKey, revision: change.baseRevision })
      .update({
        revision,
        updated_at: author.at,
        updated_by: author.by,
        ...(change.name === undefined ? {} : { name: change.name }),
        ...(change.folder === undefined ? {} : { folder: change.folder }),
      });
    if (changed === 0) return false;
    await addRevision(transaction, modelKey, revision, change.content, change.message, author);
    return true;
  });
}

/** Removes a draft with its revisions; false where there is none. */
export async function deleteModel(knex: Knex, modelKey: number): Promise<boolean> {
  return knex.transaction(async (transaction) => {
    await transaction('model_revision').where({ model_key: modelKey }).delete();
    return (await transaction('model_file').where({ key: modelKey }).delete()) > 0;
  });
}

/** Drafts count their own keys: the engine's are handed out in blocks that belong to the runtime. */
async function nextModelKey(knex: Knex): Promise<number> {
  await knex('key_block').insert({ name: 'model', next: 1 }).onConflict('name').ignore();
  const row = await knex('key_block').where({ name: 'model' }).first<{ next: number | string }>('next');
  await knex('key_block').where({ name: 'model' }).increment('next', 1);
  return Number(row.next);
}

async function addRevision(
  knex: Knex,
  modelKey: number,
  revision: number,
  content: string,
  message: string | null,
  author: Author,
): Promise<void> {
  await knex('model_revision').insert({
    model_key: modelKey,
    revision,
    content,
    message,
    saved_at: author.at,
    saved_by: author.by,
  });
}

function toModel(row: Row): Model {
  const column = reader(row);
  return {
    modelKey: column.key('key'),
    name: column.text('name'),
    folder: column.text('folder'),
    type: column.text('type'),
    revision: column.number('revision'),
    updatedAt: column.time('updated_at'),
    updatedBy: column.text('updated_by'),
  };
}

function toRevision(row: Row): Revision {
  const column = reader(row);
  return {
    revision: column.number('revision'),
    savedAt: column.time('saved_at'),
    savedBy: column.text('saved_by'),
    message: column.textOrNull('message'),
    size: column.number('size'),
  };
}
