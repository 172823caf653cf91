/** Built-ins on texts (DMN 1.5, table 74), with Camunda's `extract`, `trim`, `is blank`, `to base64`. */
import { FeelLimitError, MAX_STRING_LENGTH } from '../limits.js';
import { isWhole, toDouble } from '../number/number.js';
import { compilePattern, extractAll, replaceAll, splitBy, testPattern } from '../regex/regex.js';
import { define, number, optional, text } from './define.js';

const SURROGATE = /[\ud800-\udfff]/;

/** The characters of a text; a pair of surrogates is one character. */
function characters(value: string): readonly string[] | string {
  return SURROGATE.test(value) ? Array.from(value) : value;
}

function joined(part: readonly string[] | string): string {
  return typeof part === 'string' ? part : part.join('');
}

define('string length', [text('string')], ([value]) => characters(value).length);

define('substring', [text('string'), number('start position'), optional(number('length'))], ([
  value,
  start,
  length,
]) => {
  const all = characters(value);
  const position = Math.trunc(toDouble(start));
  if (position === 0 || Math.abs(position) > all.length) return null;
  const from = position > 0 ? position - 1 : all.length + position;
  if (length === null) return joined(all.slice(from));
  const size = Math.trunc(toDouble(length));
  return size < 1 ? null : joined(all.slice(from, from + size));
});

define('upper case', [text('string')], ([value]) => value.toUpperCase());
define('lower case', [text('string')], ([value]) => value.toLowerCase());
define('contains', [text('string'), text('match')], ([value, match]) => value.includes(match));
define('starts with', [text('string'), text('match')], ([value, match]) => value.startsWith(match));
define('ends with', [text('string'), text('match')], ([value, match]) => value.endsWith(match));

define('substring before', [text('string'), text('match')], ([value, match]) => {
  const at = value.indexOf(match);
  return at < 0 ? '' : value.slice(0, at);
});

define('substring after', [text('string'), text('match')], ([value, match]) => {
  const at = value.indexOf(match);
  return at < 0 ? '' : value.slice(at + match.length);
});

define('trim', [text('string')], ([value]) => value.trim());
define('is blank', [text('string')], ([value]) => value.trim() === '');

define('matches', [text('input'), text('pattern'), optional(text('flags'))], (
  [input, source, flags],
  evaluation,
) => {
  const pattern = compilePattern(source, flags ?? '');
  return pattern && testPattern(pattern, input, evaluation);
});

define('replace', [text('input'), text('pattern'), text('replacement'), optional(text('flags'))], (
  [input, source, replacement, flags],
  evaluation,
) => {
  const pattern = compilePattern(source, flags ?? '');
  return pattern && bounded(replaceAll(pattern, input, replacement, evaluation));
});

define('split', [text('string'), text('delimiter')], ([value, delimiter], evaluation) => {
  const pattern = compilePattern(delimiter, '');
  return pattern && splitBy(pattern, value, evaluation);
});

define('extract', [text('string'), text('pattern')], ([value, source], evaluation) => {
  const pattern = compilePattern(source, '');
  return pattern && extractAll(pattern, value, evaluation);
});

define('repeat', [text('string'), number('count')], ([value, count], evaluation) => {
  const times = toDouble(count);
  if (!isWhole(count) || times < 0) return null;
  if (times * value.length > MAX_STRING_LENGTH)
    throw new FeelLimitError(`A text grew beyond ${MAX_STRING_LENGTH} characters.`);
  evaluation.spend((times * value.length) >> 5);
  return value.repeat(times);
});

function bounded(value: string | null): string | null {
  if (value !== null && value.length > MAX_STRING_LENGTH)
    throw new FeelLimitError(`A text grew beyond ${MAX_STRING_LENGTH} characters.`);
  return value;
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

define('to base64', [text('value')], ([value]) => {
  const bytes = Array.from(utf8Bytes(value), (byte) => byte.charCodeAt(0));
  let result = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const group = (bytes[at] << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    const kept = Math.min(bytes.length - at, 3) + 1;
    for (let place = 0; place < 4; place++)
      result += place < kept ? BASE64[(group >> (18 - 6 * place)) & 63] : '=';
  }
  return result;
});

/** A text as one character per byte of its UTF-8 form. */
function utf8Bytes(value: string): string {
  return encodeURIComponent(value.replace(/\p{Surrogate}/gu, '\ufffd')).replace(
    /%([0-9A-F]{2})/g,
    (_, hex: string) => String.fromCharCode(parseInt(hex, 16)),
  );
}
