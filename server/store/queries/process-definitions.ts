/** Searches process definitions and reads what was deployed with them. */
import type { Knex } from 'knex';
import { asKey } from '@countersign/engine';
import type { Key } from '@countersign/engine';
import { isLive } from './deleted-definitions.js';
import type { Searchable } from './search-types.js';
import { TENANT_FIELD, reader } from './values.js';

/** A process definition, as the API gives it. */
export interface ProcessDefinitionItem {
  readonly name: string | null;
  readonly resourceName: string;
  readonly version: number;
  readonly versionTag: string | null;
  readonly processDefinitionId: string;
  readonly tenantId: string;
  readonly processDefinitionKey: string;
  readonly hasStartForm: boolean;
  readonly state: DefinitionState;
}

/** A deleted version drains while instances run that began before it was. */
type DefinitionState = 'ACTIVE' | 'DRAINING' | 'DELETED';

const LATEST = `case when pd.version = (select max(v.version) from process_definition v
  where v.process_id = pd.process_id and ${isLive('v.key')}) then 1 else 0 end`;
const STATE = `case when ${isLive('pd.key')} then 'ACTIVE' when exists (select 1 from process_instance pi
  where pi.process_definition_key = pd.key and pi.state = 'ACTIVE') then 'DRAINING' else 'DELETED' end`;
const HAS_START_FORM = 'case when pd.start_form_id is null then 0 else 1 end';

/** Process definitions, every version of each. */
export const PROCESS_DEFINITIONS: Searchable<ProcessDefinitionItem> = {
  from: (knex) => knex('process_definition as pd'),
  guards: [{ type: 'PROCESS_DEFINITION', permission: 'READ_PROCESS_DEFINITION', id: 'pd.process_id' }],
  key: 'pd.key',
  select: {
    key: 'pd.key',
    processId: 'pd.process_id',
    name: 'pd.name',
    version: 'pd.version',
    versionTag: 'pd.version_tag',
    resourceName: 'pd.resource_name',
    hasStartForm: HAS_START_FORM,
    state: STATE,
  },
  fields: {
    processDefinitionKey: { sql: 'pd.key', kind: 'key' },
    processDefinitionId: { sql: 'pd.process_id', kind: 'text' },
    name: { sql: 'pd.name', kind: 'text', nullable: true },
    resourceName: { sql: 'pd.resource_name', kind: 'text' },
    version: { sql: 'pd.version', kind: 'integer' },
    versionTag: { sql: 'pd.version_tag', kind: 'text', nullable: true },
    tenantId: TENANT_FIELD,
    isLatestVersion: { sql: LATEST, kind: 'flag', sortable: false },
    hasStartForm: { sql: HAS_START_FORM, kind: 'flag', sortable: false },
    state: { sql: STATE, kind: 'word', words: ['ACTIVE', 'DRAINING', 'DELETED'], sortable: false },
  },
  toItem(row) {
    const column = reader(row);
    return {
      name: column.textOrNull('name'),
      resourceName: column.text('resourceName'),
      version: column.number('version'),
      versionTag: column.textOrNull('versionTag'),
      processDefinitionId: column.text('processId'),
      tenantId: column.tenantId,
      processDefinitionKey: column.key('key'),
      hasStartForm: column.flag('hasStartForm'),
      state: column.text('state') as DefinitionState,
    };
  },
};

/** The BPMN file that a definition was deployed with; null where there is no such definition. */
export async function findDefinitionXml(knex: Knex, processDefinitionKey: number): Promise<string | null> {
  const row = await knex('process_definition as pd')
    .join('resource as r', 'r.key', 'pd.resource_key')
    .where('pd.key', processDefinitionKey)
    .first<{ content: string } | undefined>('r.content as content');
  return row?.content ?? null;
}

/** A form, as the API gives it; `schema` is its JSON as text. */
export interface FormItem {
  readonly tenantId: string;
  readonly formId: string;
  readonly schema: string;
  readonly version: number;
  readonly formKey: string;
}

/** The form with this key; null where there is none. */
export function findForm(knex: Knex, formKey: number): Promise<FormItem | null> {
  return oneForm(forms(knex).where('f.key', formKey));
}

function forms(knex: Knex): Knex.QueryBuilder {
  return knex('form as f').join('resource as r', 'r.key', 'f.resource_key');
}

async function oneForm(query: Knex.QueryBuilder): Promise<FormItem | null> {
  const row: unknown = await query.first(
    'f.key as key',
    'f.form_id as formId',
    'f.version as version',
    'r.content as schema',
  );
  if (typeof row !== 'object' || row === null) return null;
  const column = reader({ ...row });
  return {
    tenantId: column.tenantId,
    formId: column.text('formId'),
    schema: column.text('schema'),
    version: column.number('version'),
    formKey: column.key('key'),
  };
}

/** The keys of every version of every process, deleted ones too. */
export async function findVersionKeys(knex: Knex): Promise<Key[]> {
  const rows = (await knex('process_definition').select({ key: 'key' }).orderBy('key')) as {
    key: number | string;
  }[];
  return rows.map(({ key }) => asKey(Number(key)));
}
