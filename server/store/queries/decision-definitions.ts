/** Searches decisions and the DMN files they are in (decision requirements), and reads those files. */
import type { Knex } from 'knex';
import { isLive } from './deleted-definitions.js';
import type { Searchable } from './search-types.js';
import { TENANT_FIELD, reader } from './values.js';

/** A decision definition, as the API gives it. */
export interface DecisionDefinitionItem {
  readonly decisionDefinitionId: string;
  readonly decisionDefinitionKey: string;
  readonly decisionRequirementsId: string;
  readonly decisionRequirementsKey: string;
  readonly decisionRequirementsName: string;
  readonly decisionRequirementsVersion: number;
  readonly name: string;
  readonly tenantId: string;
  readonly version: number;
}

/** A DMN file, as the API gives it. */
export interface DecisionRequirementsItem {
  readonly decisionRequirementsId: string;
  readonly decisionRequirementsKey: string;
  readonly decisionRequirementsName: string;
  readonly resourceName: string;
  readonly tenantId: string;
  readonly version: number;
}

const LATEST = `case when dd.version = (select max(v.version) from decision_definition v
  where v.decision_id = dd.decision_id and ${isLive('v.key')}) then 1 else 0 end`;

/** Decisions, every version of each. */
export const DECISION_DEFINITIONS: Searchable<DecisionDefinitionItem> = {
  from: (knex) =>
    knex('decision_definition as dd')
      .join('decision_requirements as dr', 'dr.key', 'dd.requirements_key')
      .whereRaw(isLive('dd.key')),
  guards: [{ type: 'DECISION_DEFINITION', permission: 'READ_DECISION_DEFINITION', id: 'dd.decision_id' }],
  key: 'dd.key',
  select: {
    key: 'dd.key',
    decisionId: 'dd.decision_id',
    name: 'dd.name',
    version: 'dd.version',
    requirementsKey: 'dr.key',
    requirementsId: 'dr.requirements_id',
    requirementsName: 'dr.name',
    requirementsVersion: 'dr.version',
  },
  fields: {
    decisionDefinitionKey: { sql: 'dd.key', kind: 'key' },
    decisionDefinitionId: { sql: 'dd.decision_id', kind: 'text' },
    name: { sql: 'dd.name', kind: 'text' },
    version: { sql: 'dd.version', kind: 'integer' },
    decisionRequirementsKey: { sql: 'dr.key', kind: 'key' },
    decisionRequirementsId: { sql: 'dr.requirements_id', kind: 'text' },
    decisionRequirementsName: { sql: 'dr.name', kind: 'text' },
    decisionRequirementsVersion: { sql: 'dr.version', kind: 'integer' },
    isLatestVersion: { sql: LATEST, kind: 'flag', sortable: false },
    tenantId: TENANT_FIELD,
  },
  toItem(row) {
    const column = reader(row);
    return {
      decisionDefinitionId: column.text('decisionId'),
      decisionDefinitionKey: column.key('key'),
      decisionRequirementsId: column.text('requirementsId'),
      decisionRequirementsKey: column.key('requirementsKey'),
      decisionRequirementsName: column.text('requirementsName'),
      decisionRequirementsVersion: column.number('requirementsVersion'),
      name: column.text('name'),
      tenantId: column.tenantId,
      version: column.number('version'),
    };
  },
};

/** DMN files, every version of each. */
export const DECISION_REQUIREMENTS: Searchable<DecisionRequirementsItem> = {
  from: (knex) => knex('decision_requirements as dr').whereRaw(isLive('dr.key')),
  guards: [{ type: 'DECISION_REQUIREMENTS_DEFINITION', permission: 'READ', id: 'dr.requirements_id' }],
  key: 'dr.key',
  select: {
    key: 'dr.key',
    requirementsId: 'dr.requirements_id',
    name: 'dr.name',
    version: 'dr.version',
    resourceName: 'dr.resource_name',
  },
  fields: {
    decisionRequirementsKey: { sql: 'dr.key', kind: 'key' },
    decisionRequirementsId: { sql: 'dr.requirements_id', kind: 'text' },
    decisionRequirementsName: { sql: 'dr.name', kind: 'text' },
    version: { sql: 'dr.version', kind: 'integer' },
    resourceName: { sql: 'dr.resource_name', kind: 'text' },
    tenantId: TENANT_FIELD,
  },
  toItem(row) {
    const column = reader(row);
    return {
      decisionRequirementsId: column.text('requirementsId'),
      decisionRequirementsKey: column.key('key'),
      decisionRequirementsName: column.text('name'),
      resourceName: column.text('resourceName'),
      tenantId: column.tenantId,
      version: column.number('version'),
    };
  },
};

/** The DMN file with this key, as it was deployed; null where there is none. */
export async function findRequirementsXml(knex: Knex, requirementsKey: number): Promise<string | null> {
  return contentOf(knex('decision_requirements as dr').where('dr.key', requirementsKey));
}

/** The DMN file that a decision is in; null where there is no such decision. */
export async function findDecisionXml(knex: Knex, decisionDefinitionKey: number): Promise<string | null> {
  return contentOf(
    knex('decision_definition as dd')
      .join('decision_requirements as dr', 'dr.key', 'dd.requirements_key')
      .where('dd.key', decisionDefinitionKey),
  );
}

async function contentOf(query: Knex.QueryBuilder): Promise<string | null> {
  const row: unknown = await query
    .join('resource as r', 'r.key', 'dr.resource_key')
    .first('r.content as content');
  return typeof row === 'object' && row !== null ? reader({ ...row }).text('content') : null;
}
