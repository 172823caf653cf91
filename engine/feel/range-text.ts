/** The text form of a range, as `range()` reads it (DMN 1.5, 10.3.4.1): brackets, and two ends that are literals. */
import { parseTemporal } from './builtins/temporal-text.js';
import { compare } from './equality.js';
import { parseNumber } from './number/number.js';
import { unescapeString } from './parse/string-literal.js';
import { kindOf, FeelRange } from './values.js';

const RANGE = /^\s*([[(\]])(.*?)\.\.(.*)([\])[])\s*$/s;
const CALL = /^(?:date and time|date|time|duration)\s*\(\s*("(?:[^"\\]|\\.)*")\s*\)$/;

/** The range a text stands for; null where it isn't one. */
export function compileRangeText(source: string): FeelRange | null {
  const match = RANGE.exec(source);
  if (!match) return null;
  const start = endpoint(match[2].trim());
  const end = endpoint(match[3].trim());
  if (start === undefined || end === undefined || (start === null && end === null)) return null;
  const startIncluded = match[1] === '[';
  const endIncluded = match[4] === ']';
  if ((start === null && startIncluded) || (end === null && endIncluded)) return null;
  if (start !== null && end !== null) {
    const order = kindOf(start) === kindOf(end) ? compare(start, end) : null;
    if (order === null || order > 0) return null;
  }
  return new FeelRange(start, end, startIncluded, endIncluded, start === null || end === null);
}

/** The value of an end: null where it is left open, undefined where it isn't a literal. */
function endpoint(text: string): unknown {
  if (text === '' || text === 'null') return null;
  if (/^-?[\d.]/.test(text)) return parseNumber(text) ?? undefined;
  if (/^"(?:[^"\\]|\\.)*"$/s.test(text)) return unescapeString(text);
  if (text.startsWith('@"')) return parseTemporal(unescapeString(text.slice(1))) ?? undefined;
  const call = CALL.exec(text);
  return call ? (parseTemporal(unescapeString(call[1])) ?? undefined) : undefined;
}
