/** Finds what was deployed last from a file of a name. */
import type { Knex } from 'knex';
import { isLive } from './deleted-definitions.js';
import type { Row } from './search-types.js';
import { reader } from './values.js';

/** The latest version of a process that came from a file. */
export interface DeployedResource {
  readonly version: number;
  readonly processDefinitionKey: string;
  readonly processDefinitionId: string;
}

/** The latest versions of all processes, by the name of the file they came from; one process for each file. */
export async function findDeployedResources(knex: Knex): Promise<ReadonlyMap<string, DeployedResource>> {
  const rows = await knex('process_definition as pd')
    .whereRaw(
      `pd.version = (select max(v.version) from process_definition v where v.process_id = pd.process_id and ${isLive('v.key')})`,
    )
    .orderBy('pd.key')
    .select<Row[]>({
      key: 'pd.key',
      processId: 'pd.process_id',
      version: 'pd.version',
      name: 'pd.resource_name',
    });
  return new Map(
    rows.map((row: Row) => {
      const column = reader(row);
      const resource = {
        version: column.number('version'),
        processDefinitionKey: column.key('key'),
        processDefinitionId: column.text('processId'),
      };
      return [column.text('name'), resource];
    }),
  );
}
