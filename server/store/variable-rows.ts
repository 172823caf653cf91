/** The variables of an instance that has ended. */
import { readJson } from '@countersign/engine';
import type { JsonObject, JsonValue, Key } from '@countersign/engine';
import type { Database } from './database.js';

/** Queries about variables. */
export interface VariableRows {
  /** The variables of a process instance's own scope; those of `names` only, where it names any. */
  ofProcessInstance(key: Key, names: readonly string[]): JsonObject;
}

/** The queries on `connection`. */
export function createVariableRows(connection: Database): VariableRows {
  const select = connection.prepare(
    'select name, value from variable where process_instance_key = ? and scope_key = ? order by key',
  );
  return {
    ofProcessInstance(key, names) {
      const wanted = names.length > 0 ? new Set(names) : null;
      const result: Record<string, JsonValue> = {};
      for (const { name, value } of select.all(key, key) as { name: string; value: string }[]) {
        if (!wanted || wanted.has(name)) result[name] = readJson(value) as JsonValue;
      }
      return result;
    },
  };
}
