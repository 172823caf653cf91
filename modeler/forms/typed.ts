/**
 * What somebody typed into a form and has not sent: it is kept, and put back over the data of the task as that is then.
 */
import { isObject, isSame, type Json, type JsonObject } from './json.js';
import { withoutMarks } from './list-items.js';

/** Top-level values as they were when something was typed into them, and as they were typed. */
export interface Draft {
  readonly base: JsonObject;
  readonly now: JsonObject;
}

/**
 * The data with what was typed. `marked` is `data` with marked items. Where a value has changed meanwhile, only what was
 * typed is put over it; a list that has changed meanwhile is the one that was typed.
 */
export function restore(marked: JsonObject, data: JsonObject, { base, now }: Draft): JsonObject {
  const restored: Record<string, Json> = { ...marked };
  for (const [name, typed] of Object.entries(now)) {
    restored[name] = put(marked[name], data[name], base[name], typed) ?? null;
  }
  return restored;
}

function put(
  marked: Json | undefined,
  current: Json | undefined,
  base: Json | undefined,
  typed: Json | undefined,
): Json | undefined {
  if (isSame(current, base)) return typed;
  if (!isObject(typed) || !isObject(current) || !isObject(base)) {
    return isSame(withoutMarks(typed), base) ? marked : withoutMarks(typed);
  }
  const result: Record<string, Json> = isObject(marked) ? { ...marked } : {};
  for (const name of Object.keys(typed)) {
    const value = put(isObject(marked) ? marked[name] : undefined, current[name], base[name], typed[name]);
    if (value !== undefined) result[name] = value;
  }
  return result;
}
