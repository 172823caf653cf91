/**
 * Says where JSON (RFC 8259) is broken: the runtime's parser does not always tell.
 * Runs only after parsing failed; walks the text once, without recursion.
 */

import { writeJson } from '@countersign/engine';
import { refuse } from './problem.js';
import type { RequestRefused } from './problem.js';

type Expected =
  | 'the end of the string'
  | 'a value'
  | 'a name in quotes'
  | 'a colon'
  | 'a comma or the end'
  | 'nothing more';

/** The refusal of a body that is not JSON, with the place where it is broken. */
export function bodyNotJson(text: string): RequestRefused {
  return refuse('INVALID_ARGUMENT', `The body is not JSON: ${jsonPosition(text)}`);
}

/** A sentence with line, column and what was expected there. */
export function jsonPosition(text: string): string {
  const { position, expected } = firstError(text);
  const before = text.slice(0, position);
  const line = before.split('\n').length;
  const column = position - before.lastIndexOf('\n');
  const found = position >= text.length ? 'the text ends' : `there is ${writeJson(text[position])}`;
  return `in line ${String(line)}, column ${String(column)} ${found} where ${expected} should be.`;
}

function firstError(text: string): { position: number; expected: Expected } {
  const open: string[] = [];
  let expected: Expected = 'a value';
  let mayClose = false;
  let position = 0;
  for (;;) {
    while (position < text.length && ' \t\n\r'.includes(text[position])) position += 1;
    if (position >= text.length) return { position, expected };
    const character = text[position];
    const closes = character === '}' || character === ']';
    if (closes && open.at(-1) === character && (mayClose || expected === 'a comma or the end')) {
      open.pop();
      position += 1;
    } else if (expected === 'a value') {
      if (character === '{' || character === '[') {
        open.push(character === '{' ? '}' : ']');
        expected = character === '{' ? 'a name in quotes' : 'a value';
        mayClose = true;
        position += 1;
        continue;
      }
      const end = character === '"' ? endOfString(text, position) : endOfWord(text, position);
      if (end < 0)
        return { position: -end - 1, expected: character === '"' ? 'the end of the string' : 'a value' };
      position = end;
    } else if (expected === 'a name in quotes' && character === '"') {
      const end = endOfString(text, position);
      if (end < 0) return { position: -end - 1, expected: 'the end of the string' };
      position = end;
      expected = 'a colon';
      continue;
    } else if (expected === 'a colon' && character === ':') {
      position += 1;
      expected = 'a value';
      mayClose = false;
      continue;
    } else if (expected === 'a comma or the end' && character === ',') {
      position += 1;
      expected = open.at(-1) === '}' ? 'a name in quotes' : 'a value';
      mayClose = false;
      continue;
    } else return { position, expected };
    expected = open.length === 0 ? 'nothing more' : 'a comma or the end';
    mayClose = false;
  }
}

/** The position after the string that starts here; where it is broken, minus one minus that position. */
function endOfString(text: string, start: number): number {
  for (let position = start + 1; position < text.length; position += 1) {
    const character = text[position];
    if (character === '"') return position + 1;
    if (character < ' ') return -position - 1;
    if (character !== '\\') continue;
    position += 1;
    const escape = /^(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/.exec(text.slice(position, position + 5));
    if (!escape) return -position - 1;
    position += escape[0].length - 1;
  }
  return -text.length - 1;
}

/** The position after the number or word that starts here; where there is none, minus one minus this position. */
function endOfWord(text: string, start: number): number {
  const pattern = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.])/y;
  pattern.lastIndex = start;
  return pattern.test(text) ? pattern.lastIndex : -start - 1;
}
