/** Time travel in a database that no server uses, for the terminal. */
import { createDefinitionRows } from '../../store/definition-rows.js';
import { openStore } from '../../store/store.js';
import { openDefinitions } from '../definitions.js';
import { createTimeTravel } from './time-travel.js';
import type { TravelTo } from './time-travel.js';

/** Opens the database at `path`; `close` it when done. Throws where it cannot be opened or read. */
export async function openTimeTravel(
  path: string,
): Promise<{ readonly travelTo: TravelTo; close(): Promise<void> }> {
  const store = await openStore(path);
  try {
    const definitions = await openDefinitions(createDefinitionRows(store.connection));
    return { travelTo: createTimeTravel(store, definitions), close: () => store.close() };
  } catch (error) {
    await store.close();
    throw error;
  }
}
