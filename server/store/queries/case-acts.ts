/**
 * Who did what in a case: a root process instance with everything it called. Read from the journal alone, because
 * variables and tables can be changed by those whom a rule of four eyes keeps apart.
 */
import { readJson } from '@countersign/engine';
import type { JsonObject } from '@countersign/engine';
import type { Knex } from 'knex';
import { findActors } from '../people.js';

/** A user task that somebody completed, or whose completion waits for its listeners. */
export interface CompletedTask {
  readonly processDefinitionKey: string;
  readonly elementId: string;
  readonly actor: string;
}

/** The row that began the case, and who published the message or sent the signal that began it. */
export async function findStarters(knex: Knex, rootKey: number): Promise<string[]> {
  const first = await knex('audit')
    .where({ root_key: rootKey, element_instance_key: rootKey, type: 'element activated' })
    .orderBy('sequence')
    .first<{ position: number | string; actor: string; data: string } | undefined>(
      'position',
      'actor',
      'data',
    );
  if (!first) return [];
  const { process } = readJson(first.data) as { process?: { trigger?: JsonObject } };
  const sender = await findSender(knex, process?.trigger ?? {}, Number(first.position));
  return named(knex, sender === null ? [first.actor] : [first.actor, sender]);
}

/** What begins instances by itself, and the field of its row that a trigger names. */
const SENT = [
  { type: 'message published', field: 'messageKey' },
  { type: 'signal broadcast', field: 'signalKey' },
] as const;

async function findSender(knex: Knex, trigger: JsonObject, position: number): Promise<string | null> {
  for (const { type, field } of SENT) {
    const key = trigger[field];
    if (typeof key !== 'number') continue;
    const row = await knex('audit')
      .where({ type })
      .where('position', '<', position)
      .where('data', 'like', `%"${field}":${String(key)},%`)
      .orderBy('position', 'desc')
      .first<{ actor: string } | undefined>('actor');
    return row?.actor ?? null;
  }
  return null;
}

/** Who deployed the versions that the case ran so far. */
export async function findDeployers(knex: Knex, rootKey: number): Promise<string[]> {
  const deployments = await knex('process_definition')
    .whereIn('key', knex('audit').where({ root_key: rootKey }).distinct('process_definition_key'))
    .distinct()
    .pluck<(number | string)[]>('deployment_key');
  const actors: string[] = [];
  for (const key of deployments) {
    const row = await knex('audit')
      .where({ type: 'deployment created' })
      .where('data', 'like', `%"deploymentKey":${String(key)},%`)
      .first<{ actor: string } | undefined>('actor');
    if (row) actors.push(row.actor);
  }
  return named(knex, actors);
}

/**
 * The user tasks of the case that were completed, each with who completed it. Where listeners were asked it is who
 * began that, not the listener whose answer let it happen; one that still waits for them counts.
 */
export async function findCompletedTasks(knex: Knex, rootKey: number): Promise<CompletedTask[]> {
  const rows = await knex('audit')
    .where({ root_key: rootKey })
    .whereIn('type', [
      'user task change begun',
      'user task change denied',
      'user task completed',
      'user task cancelled',
    ])
    .orderBy('sequence')
    .select<TaskRow[]>('type', 'actor', 'data', 'element_id', 'process_definition_key');
  const done = new Map<string, CompletedTask>();
  for (const { type, actor, data, element_id: elementId, process_definition_key: definitionKey } of rows) {
    const { userTaskKey, transition } = readJson(data) as { userTaskKey: number; transition?: string };
    if (transition !== undefined && transition !== 'COMPLETING') continue;
    const key = String(userTaskKey);
    if (type === 'user task change denied' || type === 'user task cancelled') done.delete(key);
    else if (!done.has(key)) done.set(key, { processDefinitionKey: String(definitionKey), elementId, actor });
  }
  const tasks = [...done.values()];
  const actors = await findActors(
    knex,
    tasks.map(({ actor }) => actor),
  );
  return tasks.map((task) => ({ ...task, actor: actors.get(task.actor) ?? task.actor }));
}

interface TaskRow {
  readonly type: string;
  readonly actor: string;
  readonly data: string;
  readonly element_id: string;
  readonly process_definition_key: number | string;
}

/** The number of the newest row of a tree; 0 where there is none. */
export async function findRevision(knex: Knex, rootKey: number): Promise<number> {
  const row = (await knex('audit').where({ root_key: rootKey }).max({ last: 'sequence' }).first()) as
    { last: number | string | null } | undefined;
  return Number(row?.last ?? 0);
}

async function named(knex: Knex, stored: readonly string[]): Promise<string[]> {
  const actors = await findActors(knex, stored);
  return stored.map((actor) => actors.get(actor) ?? actor);
}
