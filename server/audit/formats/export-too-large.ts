/** The refusal of an export that would be too large; apart from what writes one, which is loaded late. */

/** A report that would be too large to be of use; the message says how to ask for less. */
export class ExportTooLarge extends Error {}
