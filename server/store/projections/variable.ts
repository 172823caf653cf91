/** `variable`: the present value of each variable in its scope. Earlier values stand in the journal. */
import { writeJson } from '@countersign/engine';
import type { Projection } from './projection.js';

/** A variable is created in a scope and changes its value. */
export const variable: Projection = {
  'variable created': (event, stamp, { tables }) => {
    tables.variables.insert({
      key: event.data.variableKey,
      root_key: stamp.rootKey ?? event.processInstanceKey,
      process_instance_key: event.processInstanceKey,
      scope_key: event.elementInstanceKey,
      name: event.data.name,
      value: writeJson(event.data.value),
    });
  },
  'variable updated': (event, _stamp, { tables }) => {
    tables.variables.update(event.data.variableKey, { value: writeJson(event.data.value) });
  },
};
