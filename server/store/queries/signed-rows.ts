/** The row of the journal in which somebody signed a user task. */
import type { Signature } from '@countersign/engine';
import type { Knex } from 'knex';
import { dataOf, isErased } from '../contents.js';
import type { StoredData } from '../contents.js';
import { findActors } from '../people.js';

/** A row with its signature. */
export interface SignedRow {
  readonly position: string;
  readonly at: string;
  readonly actor: string;
  readonly sequence: number;
  readonly processDefinitionKey: string;
  readonly signature: Signature;
  /** Whether the content of this row, or of one before it in its tree, was erased. */
  readonly erasedBefore: boolean;
}

interface Row extends StoredData {
  readonly position: number | string;
  readonly at: number | string;
  readonly actor: string;
  readonly sequence: number | string;
  readonly process_definition_key: number | string;
}

/** The first row of the completion of a task that has a signature; null where nobody signed it. */
export async function findSignedRow(
  knex: Knex,
  rootKey: number,
  userTaskKey: number,
): Promise<SignedRow | null> {
  const rows = await knex('audit as a')
    .leftJoin('audit_content as c', 'c.position', 'a.position')
    .where('a.root_key', rootKey)
    .whereIn('a.type', ['user task change begun', 'user task change denied', 'user task completed'])
    .where('a.data', 'like', `%"userTaskKey":${String(userTaskKey)}%`)
    .orderBy('a.sequence')
    .select<Row[]>('a.*', 'c.content');
  let signed: Row | null = null;
  for (const row of rows) {
    const data = dataOf(row);
    if (data.userTaskKey !== userTaskKey) continue;
    // A change that was denied completed nothing; where listeners were asked, the signature is in the row that asks them.
    if (row.type === 'user task change denied') signed = null;
    else if (data.signature && !signed) signed = row;
  }
  if (!signed) return null;
  const sequence = Number(signed.sequence);
  const erased = await knex('audit as a')
    .leftJoin('audit_content as c', 'c.position', 'a.position')
    .where('a.root_key', rootKey)
    .where('a.sequence', '<', sequence)
    .whereNotNull('a.commitment')
    .whereNull('c.position')
    .first<{ position: number } | undefined>('a.position');
  const actors = await findActors(knex, [signed.actor]);
  return {
    position: String(signed.position),
    at: new Date(Number(signed.at)).toISOString(),
    actor: actors.get(signed.actor) ?? signed.actor,
    sequence,
    processDefinitionKey: String(signed.process_definition_key),
    signature: dataOf(signed).signature as unknown as Signature,
    erasedBefore: isErased(signed) || erased !== undefined,
  };
}
