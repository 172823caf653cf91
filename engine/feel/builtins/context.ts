/** Built-ins on contexts (DMN 1.5, table 78). */
import type { Meter } from '../meter.js';
import { entryOf, isContext, setEntry, type FeelContext } from '../values.js';
import { any, context, define, list, text } from './define.js';

define('get value', [context('m'), text('key')], ([from, key]) => entryOf(from, key) ?? null);

define('get value', [context('context'), list('keys')], ([from, keys]) => {
  let value: unknown = from;
  for (const key of keys)
    value = isContext(value) && typeof key === 'string' ? (entryOf(value, key) ?? null) : null;
  return value;
});

define('get entries', [context('m')], ([from], evaluation) => {
  const entries = Object.entries(from);
  evaluation.spend(entries.length);
  return entries.map(([key, value]) => ({ key, value }));
});

/** Copies all entries, and counts them. */
function copy(from: FeelContext, into: Record<string, unknown>, meter: Meter): Record<string, unknown> {
  const names = Object.keys(from);
  meter.spend(names.length);
  for (const name of names) setEntry(into, name, from[name]);
  return into;
}

function put(from: FeelContext, keys: readonly unknown[], value: unknown, meter: Meter): FeelContext | null {
  const [key, ...deeper] = keys;
  if (typeof key !== 'string') return null;
  const result = copy(from, {}, meter);
  if (deeper.length === 0) {
    setEntry(result, key, value);
    return result;
  }
  const inner = entryOf(from, key) ?? {};
  const changed = isContext(inner) ? put(inner, deeper, value, meter) : null;
  if (changed === null) return null;
  setEntry(result, key, changed);
  return result;
}

define('context put', [context('context'), text('key'), any('value')], ([from, key, value], evaluation) =>
  put(from, [key], value, evaluation));
define('context put', [context('context'), list('keys'), any('value')], ([from, keys, value], evaluation) =>
  keys.length === 0 ? null : put(from, keys, value, evaluation));
define('put', [context('context'), text('key'), any('value')], ([from, key, value], evaluation) =>
  put(from, [key], value, evaluation));

function merged(parts: readonly unknown[], meter: Meter): FeelContext | null {
  const result: Record<string, unknown> = {};
  for (const part of parts) {
    if (!isContext(part)) return null;
    copy(part, result, meter);
  }
  return result;
}

define('context merge', [list('contexts')], ([parts], evaluation) => merged(parts, evaluation));
define('put all', [list('contexts')], ([parts], evaluation) => merged(parts, evaluation));

define('context', [list('entries')], ([entries]) => {
  const result: Record<string, unknown> = {};
  for (const entry of entries) {
    const key = isContext(entry) ? entryOf(entry, 'key') : undefined;
    if (
      !isContext(entry) ||
      typeof key !== 'string' ||
      !Object.hasOwn(entry, 'value') ||
      Object.hasOwn(result, key)
    )
      return null;
    setEntry(result, key, entry.value ?? null);
  }
  return result;
});
