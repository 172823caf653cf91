/** What a column of a 64-bit integer can hold and we can read. */

/**
 * The largest whole number that is read from a column: both drivers refuse larger ones with an error, which would end
 * whatever reads the row. What looks for the next of many leaves such rows out.
 */
export const READABLE = Number.MAX_SAFE_INTEGER;
