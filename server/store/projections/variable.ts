/** `variable`: the present value of each variable in its scope. Earlier values stand in the journal. */
import { readJson, writeJson } from '@countersign/engine';
import type { JsonValue } from '@countersign/engine';
import type { Projection } from './projection.js';

/** A variable is created in a scope and changes its value; a collection with each run that completes. */
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
  'element completed': ({ data: { collected, output } }, _stamp, { tables }) => {
    const row = collected && tables.variables.get(collected.variableKey);
    const list = row ? (readJson(row.value) as JsonValue) : null;
    if (!row || !Array.isArray(list)) return;
    const changed = [...(list as readonly JsonValue[])];
    changed[collected.index] = output ?? null;
    tables.variables.update(row.key, { value: writeJson(changed) });
  },
};
