/** What a deletion removes from the tables. The journal keeps its rows, without their contents. */
import type { Projection } from './projection.js';

/** An ended root instance goes with everything it called; a definition is only not offered any more. */
export const deleted: Projection = {
  'instance deleted': (event, _stamp, { tables }) =>
    tables.removals.removeTree(event.data.processInstanceKey),
  'definition deleted': (event, stamp, { tables }) => {
    tables.deletedDefinitions.insert({ key: event.data.key, deleted_at: stamp.at });
  },
};
