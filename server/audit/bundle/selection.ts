/**
 * Which rows a bundle shows. It is decided on rows that were held against their leaves, and not by a question to the
 * database: whoever changes tables beside the journal, or a column of a row, must not be able to hide a row with that.
 * What a row does not say itself (which definitions a process has, whose a pseudonym is) is looked up once; where rows
 * of the journal say otherwise, no bundle is made.
 */
import { writeJson } from '@countersign/engine';
import type { StoredLeaf } from '@countersign/engine';
import type { Knex } from 'knex';
import { findActorNames, findProcessKeys, findRootKey } from '../../store/queries/bundle-rows.js';
import { storedWorkerIn } from '../../store/people.js';
import type { AuditFilter, Doer } from '../filter.js';
import { TamperedRow } from './source.js';

/** How much of a row goes into the bundle: all of it, the row without its content, or its hash alone. */
export type Shown = 'whole' | 'bare' | 'hash';

/** Decides on rows. */
export interface Selection {
  /** Whether rows alone decide. Where they do not, the database may find more, and alone knows of an outcome. */
  readonly isByRows: boolean;
  /** `isFound` where the database finds the row. Throws TamperedRow where the row shows that another table was changed. */
  of(row: StoredLeaf, isFound: boolean): Shown;
}

/** Looks up what the filter needs. */
export async function openSelection(knex: Knex, filter: AuditFilter): Promise<Selection> {
  const { processDefinitionId: id, version, actor, processInstanceKey } = filter;
  const definitions = id === undefined ? undefined : await findProcessKeys(knex, id, version);
  const actors = actor === undefined ? undefined : await findActorNames(knex, actor);
  const root = processInstanceKey === undefined ? undefined : await findRootKey(knex, processInstanceKey);
  const fits = conditionsOf(filter, definitions, actors);
  const showsTree = isOfInstance(filter);

  return {
    isByRows: [id, actor, filter.outcome, filter.viewedInstanceKey].every((part) => part === undefined),
    of(row, isFound) {
      if (id !== undefined && definitions) checkDeployment(row, { id, version }, definitions);
      if (processInstanceKey !== undefined && row.processInstanceKey === processInstanceKey) {
        if (row.rootKey !== root) throw new TamperedRow(row.position, OTHER_TREE);
      }
      if (isFound || (filter.outcome === undefined && fits.every((condition) => condition(row))))
        return 'whole';
      return showsTree && row.rootKey !== null && row.rootKey === root && isWithin(row, filter)
        ? 'bare'
        : 'hash';
    },
  };
}

const OTHER_TREE = 'is of an instance that the table process_instance has under another root';
const OTHER_PROCESS = 'deployed a process that the table process_definition has under another name';

/**
 * Whether the filter asks for an instance and nothing but a period besides. The bundle then shows the rows of the other
 * instances of its tree as well, without their contents, so that its reader sees the numbering without a hole.
 */
function isOfInstance({ processInstanceKey, from: _from, to: _to, ...rest }: AuditFilter): boolean {
  return processInstanceKey !== undefined && Object.values(rest).every((part) => part === undefined);
}

function isWithin({ at }: StoredLeaf, { from = -Infinity, to = Infinity }: AuditFilter): boolean {
  return at >= from && at < to;
}

type Condition = (row: StoredLeaf) => boolean;

/** The filter's parts, each as `addAuditFilter` asks the database for it. */
function conditionsOf(
  filter: AuditFilter,
  definitions: ReadonlySet<number> | undefined,
  actors: ReadonlySet<string> | undefined,
): Condition[] {
  const { processInstanceKey, viewedInstanceKey, elementId, types, doneBy } = filter;
  const conditions: Condition[] = [(row) => isWithin(row, filter)];
  if (processInstanceKey !== undefined)
    conditions.push((row) => row.processInstanceKey === processInstanceKey);
  if (viewedInstanceKey !== undefined) conditions.push((row) => isViewOf(row, viewedInstanceKey));
  if (definitions) conditions.push(({ processDefinitionKey: key }) => key !== null && definitions.has(key));
  if (elementId !== undefined) conditions.push((row) => row.elementId === elementId);
  if (types !== undefined) conditions.push((row) => types.includes(row.type));
  if (actors)
    conditions.push(({ actor, data }) => actors.has(actor) || actors.has(storedWorkerIn(data) ?? actor));
  if (doneBy !== undefined) conditions.push(DONE_BY[doneBy]);
  return conditions;
}

/** Lists of keys in the row stand in brackets. */
function isViewOf({ type, data }: StoredLeaf, key: number): boolean {
  return type === 'data viewed' && new RegExp(`[[,]"?${key}"?[\\],]`).test(writeJson(data));
}

const BY_AGENT: Condition = ({ actor, type }) => actor.startsWith('agent:') || type.startsWith('model call ');
const BY_PERSON: Condition = ({ actor }) => actor.startsWith('user:');
const DONE_BY: Readonly<Record<Doer, Condition>> = {
  ai: BY_AGENT,
  human: BY_PERSON,
  system: (row) => !BY_AGENT(row) && !BY_PERSON(row),
};

/** A row of a deployment says which process its definition is one of: the table has to say the same. */
function checkDeployment(
  { type, data, position }: StoredLeaf,
  { id, version }: { readonly id: string; readonly version: number | undefined },
  definitions: ReadonlySet<number>,
): void {
  if (type !== 'deployment created' || !Array.isArray(data['processes'])) return;
  for (const process of data['processes'] as readonly Record<string, unknown>[]) {
    const isMeant = process['id'] === id && (version === undefined || process['version'] === version);
    if (isMeant && !definitions.has(Number(process['key']))) throw new TamperedRow(position, OTHER_PROCESS);
  }
}
