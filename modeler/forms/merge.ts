/**
 * What a form is sent with: only what the person changed changes. Every value the form does not show stays beside those
 * it does, in objects and in the items of lists, wherever these were moved; and a value that a field could not show, such
 * as a date it can't read, stays as it was until somebody writes another.
 *
 * A field whose variable was not there before is sent as it is shown: it is the answer that was asked for.
 */
import { isObject, isSame, type Json, type JsonObject } from './json.js';
import { markOf, withMark, withoutMarks } from './list-items.js';

/** What stands at a place of the data: a field's value, a list, or more places. */
export interface Place {
  readonly within: Map<string | number, Place>;
  /** The value of a field; `computed` is not what somebody wrote. */
  field?: 'written' | 'computed';
  isList?: boolean;
}

/** A field or list on screen, at its path in the data. */
export interface Shown {
  readonly path: readonly (string | number)[];
  readonly is: 'written' | 'computed' | 'list';
}

/** The places of what is on screen. */
export function placesOf(shown: readonly Shown[]): Place {
  const root: Place = { within: new Map() };
  for (const { path, is } of shown) {
    let place = root;
    for (const segment of path) {
      let next = place.within.get(segment);
      if (!next) place.within.set(segment, (next = { within: new Map() }));
      place = next;
    }
    if (is === 'list') place.isList = true;
    else place.field = is;
  }
  return root;
}

/** The same value at three moments. */
interface Moments {
  /** As it is outside of the form; undefined where it is not there. */
  readonly original: Json | undefined;
  /** As the form had it at first. */
  readonly before: Json | undefined;
  /** As the form has it now. */
  readonly now: Json | undefined;
}

/**
 * The top-level values that the form changes, whole. Items of lists keep their marks, so that the result can be shown
 * again; `withoutMarks` takes them away.
 */
export function mergeChanges(
  root: Place,
  original: JsonObject,
  before: JsonObject,
  now: JsonObject,
): JsonObject {
  const changes: Record<string, Json> = {};
  for (const [name, place] of root.within) {
    const was = valueAt(original, name);
    const merged = merge(place, { original: was, before: valueAt(before, name), now: valueAt(now, name) });
    if (merged !== undefined && merged !== was) changes[String(name)] = merged;
  }
  return changes;
}

function valueAt(value: Json | undefined, name: string | number): Json | undefined {
  if (Array.isArray(value)) return (value as readonly Json[])[Number(name)];
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** The value at a place; the original itself where nothing in it changes. */
function merge(place: Place, moments: Moments): Json | undefined {
  if (place.isList) return mergeList(place, moments);
  if (place.field) return mergeField(place.field, moments);
  return mergeObject(place, moments);
}

function mergeField(field: 'written' | 'computed', { original, before, now }: Moments): Json | undefined {
  if (now === undefined || isSame(now, original)) return original;
  if (original === undefined || field === 'computed') return now;
  return isSame(now, before) ? original : now;
}

function mergeObject({ within }: Place, { original, before, now }: Moments): Json | undefined {
  // A text or a number where the form wants an object is replaced by what somebody wrote, not by empty fields.
  const isTaken = original !== undefined && original !== null && typeof original !== 'object';
  let changed: Record<string | number, Json> | undefined;
  for (const [name, place] of within) {
    const was = valueAt(original, name);
    const child = { original: was, before: valueAt(before, name), now: valueAt(now, name) };
    if (isTaken && isSame(child.now, child.before)) continue;
    const merged = merge(place, child);
    if (merged === undefined || merged === was) continue;
    changed ??= copyOf(original);
    changed[name] = merged;
  }
  return changed ?? original;
}

/** A copy to write into; a list is copied as one. */
function copyOf(value: Json | undefined): Record<string | number, Json> {
  if (Array.isArray(value)) return [...(value as readonly Json[])] as unknown as Record<number, Json>;
  return isObject(value) ? { ...value } : {};
}

function mergeList(place: Place, { original, before, now }: Moments): Json | undefined {
  if (!Array.isArray(now)) return original;
  const was = Array.isArray(original) ? (original as readonly Json[]) : [];
  const first = Array.isArray(before) ? (before as readonly Json[]) : [];
  const items = (now as readonly Json[]).map((item, index) => {
    const from = markOf(item);
    const had = from === null ? withoutMarks<Json>(item) : was[from];
    const shown = first.find((one) => from !== null && markOf(one) === from);
    const fields: Place = place.within.get(index) ?? { within: new Map<string, Place>() };
    const merged = merge(fields, { original: had, before: shown, now: item }) ?? null;
    return { merged, from, isChanged: from !== index || merged !== had };
  });
  const isAsItWas = items.length === was.length && !items.some(({ isChanged }) => isChanged);
  if (was === original && isAsItWas) return was;
  return items.map(({ merged, from }) =>
    from !== null && isObject(merged) ? withMark(merged, from) : merged,
  );
}
