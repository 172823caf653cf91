/** Reads a deployed file by the key of anything that it defines. */
import type { Knex } from 'knex';
import type { Key } from '@countersign/engine';
import { isLive } from './deleted-definitions.js';
import type { Row } from './search-types.js';
import { reader } from './values.js';

/** A version of something that was deployed, with the file it came from. */
export interface DeployedFile {
  readonly resourceKey: string;
  readonly resourceId: string;
  readonly resourceName: string;
  readonly version: number;
  readonly versionTag: string | null;
  readonly content: string;
}

/** The tables of what a file can define, and the column of its id. */
const TABLES = [
  ['generic_resource', 'resource_id', 'version_tag'],
  ['process_definition', 'process_id', 'version_tag'],
  ['form', 'form_id', 'version_tag'],
  ['decision_requirements', 'requirements_id', null],
] as const;

/** The file of a version; undefined where nothing has the key, or it was deleted. */
export async function findFile(knex: Knex, key: Key): Promise<DeployedFile | undefined> {
  for (const [table, id, tag] of TABLES) {
    const row = await knex(`${table} as d`)
      .join('resource as r', 'r.key', 'd.resource_key')
      .where('d.key', key)
      .whereRaw(isLive('d.key'))
      .first<Row | undefined>({
        key: 'd.key',
        id: `d.${id}`,
        version: 'd.version',
        name: 'd.resource_name',
        content: 'r.content',
        ...(tag && { tag: `d.${tag}` }),
      });
    if (!row) continue;
    const column = reader(row);
    return {
      resourceKey: column.key('key'),
      resourceId: column.text('id'),
      resourceName: column.text('name'),
      version: column.number('version'),
      versionTag: tag ? column.textOrNull('tag') : null,
      content: column.text('content'),
    };
  }
  return undefined;
}
