/** Escape sequences of string literals (DMN 1.5, grammar rule 64, and `\u` of rule 65). */

const ESCAPE = /\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{6})|(["'\\nrtbf]))/g;
const SINGLE: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  f: '\f',
  '"': '"',
  "'": "'",
  '\\': '\\',
};

/** The text a literal (with its quotes) stands for. A backslash before anything else stays, so patterns read well. */
export function unescapeString(literal: string): string {
  const inner = literal.slice(1, -1);
  if (!inner.includes('\\')) return inner;
  return inner.replace(
    ESCAPE,
    (whole, four: string | undefined, six: string | undefined, single: string | undefined) => {
      if (single !== undefined) return SINGLE[single];
      const code = parseInt(four ?? six ?? '', 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}
