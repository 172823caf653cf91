/**
 * The type `range<…>` (DMN 1.5, 10.3.2.9), which the grammar doesn't know: it is read as a list of the same length of
 * text, and told apart again by the source.
 */

const STRING_OR_TYPE =
  /"(?:[^"\\]|\\.)*"|(\bof\s+|[<,:]\s*|->\s*)range(?=\s*<\s*[\p{L}][\p{L}\p{N}_ .]*>)/gsu;

/** The source with every `range` type written as `list ` of the same length. */
export function withoutRangeTypes(source: string): string {
  if (!source.includes('range')) return source;
  return source.replace(STRING_OR_TYPE, (whole, before: string | undefined) =>
    before === undefined ? whole : `${before}list `,
  );
}
