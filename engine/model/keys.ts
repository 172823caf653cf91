/** Keys: unique for ever, roughly in order of time, below 2^53 so that a JavaScript number holds them exactly. */

declare const brand: unique symbol;

/** A key of a process instance, element instance, job, variable … Written as a string of digits in JSON. */
export type Key = number & { readonly [brand]: 'Key' };

/** Brands a number that is known to be a key. */
export function asKey(value: number): Key {
  return value as Key;
}

/** Reads a key from its text form; null where the text is not a positive integer below 2^53. */
export function parseKey(text: string): Key | null {
  if (!/^[1-9][0-9]{0,15}$/.test(text)) return null;
  const value = Number(text);
  return Number.isSafeInteger(value) ? (value as Key) : null;
}
