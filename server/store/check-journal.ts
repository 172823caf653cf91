/** Opens a database that no server uses, and compares it with its journal. */
import { openDefinitions } from '../runtime/definitions.js';
import { createDefinitionRows } from './definition-rows.js';
import { compareWithJournal } from './rebuild.js';
import type { RebuildReport } from './rebuild.js';
import { openStore } from './store.js';

/** Compares a database, by its path or address, with its journal. Throws where it cannot be opened or read. */
export async function checkJournal(database: string): Promise<RebuildReport> {
  const store = await openStore(database);
  try {
    const rows = createDefinitionRows(store.connection);
    const definitions = await openDefinitions(rows);
    for (const { key } of rows.processes()) await definitions.load(key);
    return await compareWithJournal(store.connection, definitions);
  } finally {
    await store.close();
  }
}
