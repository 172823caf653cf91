/**
 * JSON values, the form of every variable and of every engine event's data. A `bigint` is a whole number that no double
 * shows (`exact-json.ts`).
 */
export type JsonValue = null | boolean | number | bigint | string | readonly JsonValue[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  readonly [name: string]: JsonValue | undefined;
}
