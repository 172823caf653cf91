/**
 * Items of the lists that a form can add to, take from and move about in: each carries the index it had at first, under a
 * name that no form uses, so that what the form does not show of an item goes where the item goes. Nothing outside this
 * room ever sees the mark.
 */
import { isObject, type Json, type JsonObject } from './json.js';

/** The name under which an item carries its index. Word joiners keep it apart from what anybody writes. */
const MARK = '\u2060countersign.item\u2060';

/** A component of a form, as far as lists are concerned. */
export interface ListComponent {
  readonly type?: string;
  readonly key?: string;
  readonly path?: string;
  readonly components?: readonly ListComponent[];
}

/** A list within data: where it is, and the lists within its items. */
export interface ListPlace {
  readonly path: readonly string[];
  readonly within: readonly ListPlace[];
}

/** The lists of a form. */
export function listsOf(
  components: readonly ListComponent[] = [],
  above: readonly string[] = [],
): ListPlace[] {
  return components.flatMap((component): ListPlace[] => {
    const path = [...above, ...(component.path ? component.path.split('.') : [])];
    if (component.type === 'dynamiclist') return [{ path, within: listsOf(component.components) }];
    return component.components ? listsOf(component.components, path) : [];
  });
}

/** The same data, its items marked with their indexes. */
export function markItems(data: JsonObject, lists: readonly ListPlace[]): JsonObject {
  return lists.reduce((marked, list) => markAt(marked, list.path, list.within) as JsonObject, data);
}

function markAt(value: Json, [segment, ...rest]: readonly string[], within: readonly ListPlace[]): Json {
  if (segment === undefined) {
    if (!Array.isArray(value)) return value;
    // A form shows an item that is no object as an empty one.
    return value.map((item, index) => ({ ...(isObject(item) && markItems(item, within)), [MARK]: index }));
  }
  if (!isObject(value) || !Object.hasOwn(value, segment)) return value;
  return { ...value, [segment]: markAt(value[segment], rest, within) };
}

/** The index that an item had at first; null for one that came later. */
export function markOf(item: Json | undefined): number | null {
  const mark = isObject(item) && Object.hasOwn(item, MARK) ? item[MARK] : null;
  return typeof mark === 'number' ? mark : null;
}

/** An item with a mark. */
export function withMark(item: JsonObject, index: number): JsonObject {
  return { ...item, [MARK]: index };
}

/** The same value without any mark in it. */
export function withoutMarks<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map(withoutMarks) as Value;
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  const entries = Object.entries(value).filter(([name]) => name !== MARK);
  return Object.fromEntries(entries.map(([name, inner]) => [name, withoutMarks(inner)])) as Value;
}
