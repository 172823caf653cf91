/** Built-ins on contexts (DMN 1.5, table 78). */
import { entryOf, isContext, setEntry, type FeelContext } from '../values.js';
import { any, context, define, list, text } from './define.js';

define('get value', [context('m'), text('key')], ([from, key]) => entryOf(from, key) ?? null);

define('get value', [context('context'), list('keys')], ([from, keys]) => {
  let value: unknown = from;
  for (const key of keys) value = isContext(value) && typeof key === 'string' ? (entryOf(value, key) ?? null) : null;
  return value;
});

define('get entries', [context('m')], ([from]) => Object.entries(from).map(([key, value]) => ({ key, value })));

function put(from: FeelContext, keys: readonly unknown[], value: unknown): FeelContext | null {
  const [key, ...deeper] = keys;
  if (typeof key !== 'string') return null;
  const result: Record<string, unknown> = {};
  for (const name of Object.keys(from)) setEntry(result, name, from[name]);
  if (deeper.length === 0) {
    setEntry(result, key, value);
    return result;
  }
  const inner = entryOf(from, key) ?? {};
  const changed = isContext(inner) ? put(inner, deeper, value) : null;
  if (changed === null) return null;
  setEntry(result, key, changed);
  return result;
}

define('context put', [context('context'), text('key'), any('value')], ([from, key, value]) => put(from, [key], value));
define('context put', [context('context'), list('keys'), any('value')], ([from, keys, value]) => (keys.length === 0 ? null : put(from, keys, value)));
define('put', [context('context'), text('key'), any('value')], ([from, key, value]) => put(from, [key], value));

function merged(parts: readonly unknown[]): FeelContext | null {
  const result: Record<string, unknown> = {};
  for (const part of parts) {
    if (!isContext(part)) return null;
    for (const name of Object.keys(part)) setEntry(result, name, part[name]);
  }
  return result;
}

define('context merge', [list('contexts')], ([parts]) => merged(parts));
define('put all', [list('contexts')], ([parts]) => merged(parts));

define('context', [list('entries')], ([entries]) => {
  const result: Record<string, unknown> = {};
  for (const entry of entries) {
    const key = isContext(entry) ? entryOf(entry, 'key') : undefined;
    if (!isContext(entry) || typeof key !== 'string' || !Object.hasOwn(entry, 'value') || Object.hasOwn(result, key)) return null;
    setEntry(result, key, entry.value ?? null);
  }
  return result;
});

