/** The whole numbers that models give: retries and priorities, as many as an integer column of every database holds. */

/** See above. */
export const LEAST_INTEGER = -2_147_483_648;
/** See above. */
export const MOST_INTEGER = 2_147_483_647;

/** Whether a number is whole and in the range. */
export function isStorable(number: number): boolean {
  return Number.isInteger(number) && number >= LEAST_INTEGER && number <= MOST_INTEGER;
}
