/**
 * References in text (XML 1.0 §4.1). Characters of all planes are resolved, and the five entities that every document has.
 * No other entity is ever expanded, whether the document declares it or not: it is refused by name, because a file with a
 * part left out would be another one.
 */
import { isCharacter, isName } from './names.js';

const PREDEFINED: Readonly<Record<string, string>> = { amp: '&', apos: "'", gt: '>', lt: '<', quot: '"' };

/** A reference to a character by number, or to an entity by name; an ampersand on its own is read as one. */
const REFERENCE = /&(?:#(\d+)|#[xX]([0-9a-fA-F]+)|([^\s&;<>"'#]+));/g;

/** Something that cannot be resolved, with its place in the text. */
export interface UnresolvedReference {
  readonly reason: string;
  readonly at: number;
  /** The text with what can be resolved. */
  readonly text: string;
}

/** The text with every reference resolved, or the first that cannot be. */
export function resolveReferences(text: string): string | UnresolvedReference {
  if (!text.includes('&')) return text;
  let failed: Omit<UnresolvedReference, 'text'> | undefined;
  const resolved = text.replace(REFERENCE, (whole: string, ...found: unknown[]) => {
    const [decimal, hexadecimal, entity, at] = found as [string?, string?, string?, number?];
    if (entity !== undefined) {
      if (Object.hasOwn(PREDEFINED, entity)) return PREDEFINED[entity];
      if (isName(entity)) failed ??= { reason: entityRefused(entity), at: at ?? 0 };
      return whole;
    }
    const code =
      decimal === undefined ? Number.parseInt(hexadecimal ?? '', 16) : Number.parseInt(decimal, 10);
    if (isCharacter(code)) return String.fromCodePoint(code);
    failed ??= { reason: `"${shorten(whole)}" is no character that XML allows`, at: at ?? 0 };
    return whole;
  });
  return failed ? { ...failed, text: resolved } : resolved;
}

function entityRefused(entity: string): string {
  return `the entity "&${shorten(entity)};" is not read: write the text that it stands for`;
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 37)}...` : text;
}
