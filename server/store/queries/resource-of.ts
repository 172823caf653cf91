/** Where a key leads: the ids by which grants name the process, the task, the decision or the file behind it. */
import type { Knex } from 'knex';
import type { Found } from '../../access/permissions.js';
import type { Place } from '../../access/operations.js';
import type { Row } from './search-types.js';
import { reader } from './values.js';

/** The table of each key that belongs to a process version. */
const OF_PROCESS: Readonly<Partial<Record<Place, string>>> = {
  processInstanceKey: 'process_instance',
  elementInstanceKey: 'element_instance',
  adHocSubProcessInstanceKey: 'element_instance',
  incidentKey: 'incident',
  jobKey: 'job',
};

type Finder = (knex: Knex, key: number) => Promise<Found | null>;

async function idOf(knex: Knex, table: string, column: string, key: number): Promise<string | null> {
  const [id] = await knex(table).where({ key }).limit(1).pluck<string[]>(column);
  return id ?? null;
}

function ofProcess(id: string | null): Found | null {
  return id === null ? null : { PROCESS_DEFINITION: { id } };
}

/** The process of a row with a `process_definition_key`. */
async function processOf(knex: Knex, table: string, key: number): Promise<string | null> {
  const [id] = await knex(`${table} as t`)
    .join('process_definition as pd', 'pd.key', 't.process_definition_key')
    .where('t.key', key)
    .limit(1)
    .pluck<string[]>('pd.process_id');
  return id ?? null;
}

const FINDERS: Readonly<Partial<Record<Place, Finder>>> = {
  async processDefinitionKey(knex, key) {
    return ofProcess(await idOf(knex, 'process_definition', 'process_id', key));
  },
  async elementInstanceKey(knex, key) {
    // A process instance is the outermost of its element instances.
    return ofProcess(
      (await processOf(knex, 'element_instance', key)) ?? (await processOf(knex, 'process_instance', key)),
    );
  },
  async variableKey(knex, key) {
    const [instance] = await knex('variable')
      .where({ key })
      .limit(1)
      .pluck<(number | string)[]>('process_instance_key');
    return instance === undefined
      ? null
      : ofProcess(await processOf(knex, 'process_instance', Number(instance)));
  },
  async userTaskKey(knex, key) {
    const row = await knex('user_task as ut')
      .join('process_definition as pd', 'pd.key', 'ut.process_definition_key')
      .where('ut.key', key)
      .first<Row | undefined>({
        processId: 'pd.process_id',
        assignee: 'ut.assignee',
        users: 'ut.candidate_users',
        groups: 'ut.candidate_groups',
      });
    if (!row) return null;
    const column = reader(row);
    return {
      PROCESS_DEFINITION: { id: column.text('processId') },
      USER_TASK: {
        id: String(key),
        task: {
          assignee: column.textOrNull('assignee'),
          candidateUsers: column.texts('users'),
          candidateGroups: column.texts('groups'),
        },
      },
    };
  },
  async decisionDefinitionKey(knex, key) {
    const id = await idOf(knex, 'decision_definition', 'decision_id', key);
    return id === null ? null : { DECISION_DEFINITION: { id } };
  },
  async decisionRequirementsKey(knex, key) {
    const id = await idOf(knex, 'decision_requirements', 'requirements_id', key);
    return id === null ? null : { DECISION_REQUIREMENTS_DEFINITION: { id } };
  },
  async decisionEvaluationInstanceKey(knex, key) {
    const [id] = await knex('decision_instance as di')
      .join('decision_definition as dd', 'dd.key', 'di.decision_definition_key')
      .where('di.evaluation_key', key)
      .limit(1)
      .pluck<string[]>('dd.decision_id');
    return id === undefined ? null : { DECISION_DEFINITION: { id } };
  },
  async resourceKey(knex, key) {
    const id =
      (await idOf(knex, 'process_definition', 'process_id', key)) ??
      (await idOf(knex, 'form', 'form_id', key)) ??
      (await idOf(knex, 'decision_requirements', 'requirements_id', key)) ??
      (await idOf(knex, 'generic_resource', 'resource_id', key));
    return id === null ? null : { RESOURCE: { id } };
  },
};

/** Where the key of a place leads; null where there is nothing. */
export async function resourceOf(knex: Knex, place: Place, key: number): Promise<Found | null> {
  const find = FINDERS[place];
  if (find) return find(knex, key);
  const table = OF_PROCESS[place];
  return table === undefined ? null : ofProcess(await processOf(knex, table, key));
}
