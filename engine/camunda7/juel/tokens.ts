/** Cuts a JUEL expression into words. */
import { failure, type Outcome } from './tree.js';

/** A word of an expression. The text of a quoted text is without its quotes; that of an operator is its sign. */
export interface Token {
  readonly kind: 'number' | 'text' | 'name' | 'sign' | 'end';
  readonly text: string;
}

/** The operators that are written as words, as signs. */
const WORDS: Readonly<Record<string, string>> = {
  and: '&&',
  or: '||',
  not: '!',
  eq: '==',
  ne: '!=',
  lt: '<',
  gt: '>',
  le: '<=',
  ge: '>=',
  div: '/',
  mod: '%',
};

const NUMBER = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const NAME = /[\p{L}_$][\p{L}\p{N}_$]*/uy;
const SIGN = /&&|\|\||[=!<>]=|[-+*/%<>!?:.,()[\]]/y;

/** The words of an expression, with an `end` after the last. */
export function readTokens(source: string): Outcome<readonly Token[]> {
  const tokens: Token[] = [];
  let at = 0;
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(source)?.[0];
  };
  while (at < source.length) {
    const character = source[at];
    if (/\s/.test(character)) {
      at += 1;
      continue;
    }
    if (character === '"' || character === "'") {
      const quoted = readQuoted(source, at);
      if (quoted === undefined) return failure('A text in it has no closing quote.');
      tokens.push({ kind: 'text', text: quoted.text });
      at = quoted.end;
      continue;
    }
    const number = match(NUMBER);
    const name = number === undefined ? match(NAME) : undefined;
    const sign = number === undefined && name === undefined ? match(SIGN) : undefined;
    const found = number ?? name ?? sign;
    if (found === undefined) return failure(`It has the sign "${character}", which FEEL has no word for.`);
    at += found.length;
    if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (name === undefined) tokens.push({ kind: 'sign', text: found });
    else if (Object.hasOwn(WORDS, name)) tokens.push({ kind: 'sign', text: WORDS[name] });
    else tokens.push({ kind: 'name', text: name });
  }
  tokens.push({ kind: 'end', text: '' });
  return { ok: true, value: tokens };
}

/** A quoted text; a backslash keeps the quote or backslash after it. */
function readQuoted(source: string, from: number): { text: string; end: number } | undefined {
  let text = '';
  for (let at = from + 1; at < source.length; at += 1) {
    if (source[at] === source[from]) return { text, end: at + 1 };
    if (source[at] === '\\' && at + 1 < source.length) at += 1;
    text += source[at];
  }
  return undefined;
}
