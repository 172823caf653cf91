/**
 * Whole numbers of 64 bits that stand in the database and that a JavaScript number does not hold exactly. Nothing of ours
 * writes them; where one stands all the same, the row is read with the nearest number there is, which is told, and
 * neither the other rows nor the start of the server suffer.
 */

const MOST = Number.MAX_SAFE_INTEGER;

/** The last moment that a `Date` holds, and minus it the first (ECMA-262, §21.4.1.1). */
const LAST_MOMENT = 8_640_000_000_000_000;

/**
 * Holds in SQL where a column of milliseconds is a moment that can be read and reckoned with. What looks for the next of
 * many leaves out rows where it is none.
 */
export function isReadable(column: string): string {
  return `${column} between -${LAST_MOMENT} and ${LAST_MOMENT}`;
}

/** Holds where it is none, in words that an index can serve. */
export function isUnreadable(column: string): string {
  return `(${column} < -${LAST_MOMENT} or ${column} > ${LAST_MOMENT})`;
}

let tell: (text: string) => void = () => undefined;
const told = new Set<string>();
const MOST_TOLD = 100;

/** Who is told of a number that cannot be read, once for each; the last one who asked. */
export function onUnreadable(listener: (text: string) => void): void {
  tell = listener;
  told.clear();
}

/** Tells of something in the database that cannot be read, once. */
export function tellUnreadable(text: string): void {
  if (told.has(text) || told.size >= MOST_TOLD) return;
  told.add(text);
  tell(text);
}

/** The number that a database wrote so; the nearest one that can be read where it is beyond 2^53. */
export function nearestReadable(digits: bigint | string): number {
  const number = Number(digits);
  if (Number.isSafeInteger(number) || !Number.isInteger(number)) return number;
  const nearest = number > 0 ? MOST : -MOST;
  tellUnreadable(`A number in the database, ${digits}, is beyond 2^53 and is read as ${nearest}`);
  return nearest;
}
