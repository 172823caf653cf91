/** Rows of the projection tables about what operators do. */
import type { Row } from './rows.js';

/** Something that a suspended tree keeps back, by its own key; `at` is the time it gets back, null for none. */
export type HeldRow = Row & { at: number | null };

/** A process instance that was migrated; `definitions` is a JSON array of the keys of the versions it ran before. */
export type MigratedInstanceRow = Row & { definitions: string };

/** A version of a process, form or DMN file that is not offered any more. */
export type DeletedDefinitionRow = Row & { deleted_at: number };
