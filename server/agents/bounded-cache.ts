/**
 * Keeps what was compiled from a text of a process model. Such texts are few; where a process computes them
 * they are many, and the cache begins anew instead of growing.
 */

/** Values by the text they were made from. */
export interface BoundedCache<Value> {
  /** The value for a text, made when it is not there. */
  get(text: string, make: () => Value): Value;
}

const MAX_ENTRIES = 500;

/** An empty cache. */
export function createBoundedCache<Value>(): BoundedCache<Value> {
  const values = new Map<string, Value>();
  return {
    get(text, make) {
      const known = values.get(text);
      if (known !== undefined) return known;
      const value = make();
      if (values.size >= MAX_ENTRIES) values.clear();
      values.set(text, value);
      return value;
    },
  };
}
