/**
 * Searches element instances: every token that entered an element, and where it is now. A process
 * is an element instance too; its row is that of the process instance.
 */
import type { Knex } from 'knex';
import { ELEMENT_TYPES, isElementType } from '@countersign/engine';
import type { ElementType } from '@countersign/engine';
import { ELEMENT_HAS_INCIDENT } from './element-incidents.js';
import type { Searchable } from './search-types.js';
import { TENANT_FIELD, reader } from './values.js';

/** An element instance, as the API gives it, without its element's name: that stands in the model. */
export interface ElementInstanceItem {
  readonly processDefinitionId: string;
  readonly startDate: string;
  readonly endDate: string | null;
  readonly elementId: string;
  readonly type: string;
  readonly state: string;
  readonly hasIncident: boolean;
  readonly tenantId: string;
  readonly elementInstanceKey: string;
  readonly processInstanceKey: string;
  readonly rootProcessInstanceKey: string;
  readonly processDefinitionKey: string;
  readonly incidentKey: string | null;
}

/** Types that the API has no word for. */
const OTHER_WORDS: Readonly<Partial<Record<ElementType, string>>> = {
  transaction: 'SUB_PROCESS',
  complexGateway: 'UNKNOWN',
};

/** An element type as the API writes it: `serviceTask` is SERVICE_TASK. */
export function elementTypeWord(type: string): string {
  if (isElementType(type) && OTHER_WORDS[type] !== undefined) return OTHER_WORDS[type];
  return type.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

// Where two types share a word, the first stands for it.
const TYPES = new Map([...ELEMENT_TYPES].reverse().map((type) => [elementTypeWord(type), type]));
/** Elements of versions of processes: what a name means, which stands in the models alone. */
export class ElementPlaces {
  constructor(
    private readonly places: readonly { readonly definitionKey: number; readonly elementId: string }[],
  ) {}

  addTo(query: Knex.QueryBuilder): void {
    if (this.places.length === 0) return void query.whereRaw('1 = 0');
    // PostgreSQL takes a parameter of VALUES for a text.
    const marks = this.places.map(() => '(cast(? as bigint), ?)').join(', ');
    const values = this.places.flatMap(({ definitionKey, elementId }) => [definitionKey, elementId]);
    query.whereRaw(`(ei.process_definition_key, ei.element_id) in (values ${marks})`, values);
  }
}

/** All of them, and those of clients that nothing here has. */
const TYPE_WORDS = [...new Set([...TYPES.keys(), 'UNSPECIFIED', 'SEQUENCE_FLOW', 'UNKNOWN'])].sort();
/** Its own, or, for a call activity, one below it; a process counts those below as they come and go. */
const HAS_INCIDENT = `case when ${ELEMENT_HAS_INCIDENT} = 1 or ei.below > 0 then 1 else 0 end`;

/** Element instances. */
export const ELEMENT_INSTANCES: Searchable<ElementInstanceItem> = {
  from: (knex) =>
    knex.from(allInstances(knex)).join('process_definition as pd', 'pd.key', 'ei.process_definition_key'),
  guards: [{ type: 'PROCESS_DEFINITION', permission: 'READ_PROCESS_INSTANCE', id: 'pd.process_id' }],
  key: 'ei.key',
  select: {
    key: 'ei.key',
    rootKey: 'ei.root_key',
    instanceKey: 'ei.process_instance_key',
    definitionKey: 'ei.process_definition_key',
    processId: 'pd.process_id',
    startedAt: 'ei.started_at',
    endedAt: 'ei.ended_at',
    elementId: 'ei.element_id',
    type: 'ei.type',
    state: 'ei.state',
    incidentKey: 'ei.incident_key',
    hasIncident: HAS_INCIDENT,
  },
  fields: {
    elementInstanceKey: { sql: 'ei.key', kind: 'key' },
    processInstanceKey: { sql: 'ei.process_instance_key', kind: 'key' },
    processDefinitionKey: { sql: 'ei.process_definition_key', kind: 'key' },
    processDefinitionId: { sql: 'pd.process_id', kind: 'text' },
    elementInstanceScopeKey: { sql: 'ei.scope_key', kind: 'key', nullable: true, sortable: false },
    elementId: { sql: 'ei.element_id', kind: 'text' },
    type: { sql: 'ei.type', kind: 'word', words: TYPE_WORDS, stored: (word) => TYPES.get(word) ?? word },
    state: { sql: 'ei.state', kind: 'word', words: ['ACTIVE', 'COMPLETED', 'TERMINATED'] },
    startDate: { sql: 'ei.started_at', kind: 'time' },
    endDate: { sql: 'ei.ended_at', kind: 'time', nullable: true },
    hasIncident: { sql: HAS_INCIDENT, kind: 'flag', sortable: false },
    incidentKey: { sql: 'ei.incident_key', kind: 'key', nullable: true },
    tenantId: TENANT_FIELD,
  },
  special: {
    elementName(query, value) {
      if (!(value instanceof ElementPlaces)) return 'filter.elementName must be text.';
      value.addTo(query);
      return null;
    },
  },
  toItem(row) {
    const column = reader(row);
    const incidentKey = column.keyOrNull('incidentKey');
    return {
      processDefinitionId: column.text('processId'),
      startDate: column.time('startedAt'),
      endDate: column.timeOrNull('endedAt'),
      elementId: column.text('elementId'),
      type: elementTypeWord(column.text('type')),
      state: column.text('state'),
      hasIncident: column.flag('hasIncident'),
      tenantId: column.tenantId,
      elementInstanceKey: column.key('key'),
      processInstanceKey: column.key('instanceKey'),
      rootProcessInstanceKey: column.key('rootKey'),
      processDefinitionKey: column.key('definitionKey'),
      incidentKey,
    };
  },
};

const COLUMNS = [
  'key',
  'root_key',
  'process_instance_key',
  'process_definition_key',
  'element_id',
  'type',
  'scope_key',
  'state',
  'started_at',
  'ended_at',
  'incident_key',
];

function allInstances(knex: Knex): Knex.QueryBuilder {
  const processes = knex('process_instance as p')
    .join('process_definition as d', 'd.key', 'p.process_definition_key')
    .select(
      'p.key',
      'p.root_key',
      'p.key',
      'p.process_definition_key',
      'd.process_id',
      knex.raw("'process'"),
      'p.parent_element_instance_key',
      'p.state',
      'p.started_at',
      'p.ended_at',
      knex.raw('null'),
      'p.incident_count',
    );
  return knex('element_instance')
    .select([...COLUMNS, knex.raw('0 as below')])
    .unionAll([processes])
    .as('ei');
}
