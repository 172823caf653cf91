/** The variables that an element instance saw at a moment, read from the journal. */
import type { JsonValue } from '@countersign/engine';
import type { Knex } from 'knex';
import { dataOf } from '../contents.js';
import type { StoredData } from '../contents.js';

/** Where to look: the element instance, its process instance and tree, and the last row of the tree to look at. */
export interface ShownAt {
  readonly elementInstanceKey: number;
  readonly processInstanceKey: number;
  readonly rootKey: number;
  readonly sequence: number;
}

/** The variables by name; where scopes share a name, the inner one counts. */
export async function readShownVariables(
  knex: Knex,
  { elementInstanceKey, processInstanceKey, rootKey, sequence }: ShownAt,
): Promise<Record<string, JsonValue>> {
  const scopes = await scopesOf(knex, elementInstanceKey, processInstanceKey);
  const rows = await knex('audit as a')
    .leftJoin('audit_content as c', 'c.position', 'a.position')
    .where('a.root_key', rootKey)
    .where('a.sequence', '<=', sequence)
    .whereIn('a.element_instance_key', scopes)
    .whereIn('a.type', ['variable created', 'variable updated'])
    .orderBy('a.sequence')
    .select<(StoredData & { element_instance_key: number | string })[]>(
      'a.type',
      'a.element_instance_key',
      'a.data',
      'a.commitment',
      'c.content',
    );
  const byScope = new Map<number, Map<string, JsonValue>>(scopes.map((key) => [key, new Map()]));
  for (const row of rows) {
    const { name, value } = dataOf(row) as { name: string; value: JsonValue };
    byScope.get(Number(row.element_instance_key))?.set(name, value);
  }
  const visible = new Map(scopes.toReversed().flatMap((key) => [...(byScope.get(key) ?? [])]));
  return Object.fromEntries(visible);
}

/** The element instance and the scopes around it, the inner ones first. A called process does not see its caller's. */
async function scopesOf(
  knex: Knex,
  elementInstanceKey: number,
  processInstanceKey: number,
): Promise<number[]> {
  const scopes: number[] = [];
  for (let key: number | null = elementInstanceKey; key !== null;) {
    scopes.push(key);
    if (key === processInstanceKey) break;
    const row: { scope_key: number | string | null } | undefined = await knex('element_instance')
      .where({ key })
      .first('scope_key');
    key = row?.scope_key === null || row === undefined ? null : Number(row.scope_key);
  }
  return scopes;
}
