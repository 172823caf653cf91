/** Takes a text apart into its fixed parts and its expressions: `Order ${id} of #{customer.name}`. */
import { failure, type Outcome } from './tree.js';

/** A fixed text, or the text between the braces of an expression. */
export interface TemplatePart {
  readonly kind: 'text' | 'expression';
  readonly text: string;
}

/** The parts of a text, in order; a text without an expression is one part. A backslash keeps `${` as it stands. */
export function readTemplate(source: string): Outcome<readonly TemplatePart[]> {
  const parts: TemplatePart[] = [];
  let fixed = '';
  let at = 0;
  while (at < source.length) {
    const opener = source.slice(at, at + 2);
    if (source[at] === '\\' && /^[$#]\{/.test(source.slice(at + 1, at + 3))) {
      fixed += source.slice(at + 1, at + 3);
      at += 3;
    } else if (opener === '${' || opener === '#{') {
      const end = endOfExpression(source, at + 2);
      if (end < 0) return failure(`The expression that begins with "${opener}" has no closing brace.`);
      if (fixed !== '') parts.push({ kind: 'text', text: fixed });
      fixed = '';
      parts.push({ kind: 'expression', text: source.slice(at + 2, end) });
      at = end + 1;
    } else {
      fixed += source[at];
      at += 1;
    }
  }
  if (fixed !== '' || parts.length === 0) parts.push({ kind: 'text', text: fixed });
  return { ok: true, value: parts };
}

/** Where the closing brace is; those inside quotes do not count. */
function endOfExpression(source: string, from: number): number {
  let quote = '';
  for (let at = from; at < source.length; at += 1) {
    const character = source[at];
    if (quote !== '') {
      if (character === '\\') at += 1;
      else if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if (character === '}') return at;
  }
  return -1;
}
