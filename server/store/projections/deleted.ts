/** What a deletion removes from the tables. The journal keeps its rows, without their contents. */
import type { Projection } from './projection.js';

/** An ended root instance goes with everything it called. */
export const deleted: Projection = {
  'instance deleted': (event, _stamp, { tables }) =>
    tables.removals.removeTree(event.data.processInstanceKey),
};
