/** Deployed versions that were deleted stand among the others, and are told apart here. */

/** The condition that the version whose key is in `column` was not deleted. */
export function isLive(column: string): string {
  return `not exists (select 1 from deleted_definition gone where gone.key = ${column})`;
}
