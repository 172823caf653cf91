/** What a deletion changes in the tables. The journal keeps its rows, without their contents. */
import type { Projection } from './projection.js';

/** An ended root instance goes with everything it called; a deployed version is marked. */
export const deleted: Projection = {
  'instance deleted': (event, _stamp, { tables }) =>
    tables.removals.removeTree(event.data.processInstanceKey),
  'resource deleted': ({ data: { resourceKey, decisionKeys, deleteHistory } }, stamp, { tables }) => {
    for (const key of [resourceKey, ...decisionKeys])
      tables.deletedDefinitions.insert({ key, deleted_at: stamp.at, with_history: deleteHistory ? 1 : 0 });
  },
};
