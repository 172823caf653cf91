/** The projection tables about what operators do: their columns, and their pending rows in a batch. */
import type { Database } from './database.js';
import { createRemovals } from './removals.js';
import type { Removals } from './removals.js';
import { createRows } from './rows.js';
import type { Row, Rows } from './rows.js';

/** Something that a suspended tree keeps back, by its own key; `at` is the time it gets back, null for none. */
export type HeldRow = Row & { at: number | null };

/** A process instance that was migrated; `definitions` is a JSON array of the keys of the versions it ran before. */
export type MigratedInstanceRow = Row & { definitions: string };

/** A deployed version that was deleted, by its own key; `with_history` is 1 where its instances go when they have ended. */
export type DeletedDefinitionRow = Row & { deleted_at: number; with_history: number };

/** The pending rows of these tables. */
export interface OperateTables {
  readonly held: Rows<HeldRow>;
  readonly migratedInstances: Rows<MigratedInstanceRow>;
  readonly deletedDefinitions: Rows<DeletedDefinitionRow>;
  readonly removals: Removals;
}

/** The columns of each table. */
export const OPERATE_COLUMNS = {
  held: ['key', 'at'],
  migrated_instance: ['key', 'definitions'],
  deleted_definition: ['key', 'deleted_at', 'with_history'],
} as const;

/** The tables on `connection`, without pending changes; `all` gives every table. */
export function createOperateTables(connection: Database, all: () => object): OperateTables {
  const flushAll = (): void => {
    for (const table of Object.values(all()) as { flush(): void }[]) table.flush();
  };
  const { held, migrated_instance: migrated, deleted_definition: deleted } = OPERATE_COLUMNS;
  return {
    held: createRows<HeldRow>(connection, 'held', held),
    migratedInstances: createRows<MigratedInstanceRow>(connection, 'migrated_instance', migrated),
    deletedDefinitions: createRows<DeletedDefinitionRow>(connection, 'deleted_definition', deleted),
    removals: createRemovals(connection, flushAll),
  };
}
