/**
 * Names in FEEL may hold spaces, signs and keywords (DMN 1.5, 10.3.1.2), so what is a name depends on which names
 * are known. The names known before the run are given here in one form to the grammar and back to their spelling.
 */

/** Names an expression can see, and the names of the entries within them where they are known. */
export interface KnownNames {
  readonly [name: string]: KnownNames | null;
}

/** A name in the form the grammar compares: signs set off by spaces, spaces single. */
export function normalizeName(name: string): string {
  return name
    .replace(/\s*([./\-'+]|\*\*?)\s*/g, ' $1 ')
    .replace(/\s+/g, ' ')
    .trim();
}

const KEYWORD =
  /\b(?:for|in|return|if|then|else|some|every|satisfies|or|and|between|instance|of|function|null|true|false|external|not|date|time|duration|years|months|days|list|context)\b/;

/** True where the grammar must be told of a name to read it as one. */
export function needsTelling(name: string): boolean {
  return /[^\p{L}\p{N}_ ]/u.test(name) || KEYWORD.test(name);
}

/** Spellings by normalized form, over all levels of the known names. */
export function spellings(names: KnownNames, into = new Map<string, string>()): Map<string, string> {
  for (const [name, inner] of Object.entries(names)) {
    const normalized = normalizeName(name);
    if (!into.has(normalized)) into.set(normalized, name);
    if (inner) spellings(inner, into);
  }
  return into;
}
