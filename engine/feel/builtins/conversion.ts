/** Conversions between texts and values (DMN 1.5, table 73), with Camunda's `to json`, `from json` and `fromAi`. */
import { readJson, writeJson } from '../../model/exact-json.js';
import { parseNumber } from '../number/number.js';
import { fromJson, toJson } from '../json.js';
import { toText } from '../to-text.js';
import { any, context, define, optional, text } from './define.js';

define('string', [any('from')], ([value], evaluation) => (value === null ? null : toText(value, evaluation)));

define('number', [text('from'), optional(text('grouping separator')), optional(text('decimal separator'))], ([
  from,
  grouping,
  decimal,
]) => {
  if (grouping !== null && ![' ', ',', '.'].includes(grouping)) return null;
  if (decimal !== null && ![',', '.'].includes(decimal)) return null;
  if (grouping !== null && grouping === decimal) return null;
  const joined = grouping === null ? from : from.replaceAll(grouping, '');
  return parseNumber(decimal === null ? joined : joined.replace(decimal, '.'));
});

define('to json', [any('value')], ([value], evaluation) => writeJson(toJson(value, evaluation)));

define('from json', [text('value')], ([value]) => {
  try {
    return fromJson(readJson(value));
  } catch {
    return null;
  }
});

define('fromAi', [
  any('value'),
  optional(text('description')),
  optional(text('type')),
  optional(context('schema')),
  optional(context('options')),
], ([value]) => value);
