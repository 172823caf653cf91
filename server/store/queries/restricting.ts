/**
 * Whether a filter leaves anything out. A client whose key is undefined sends `{}`, `{"processInstanceKey": {}}` or
 * `{"$or": []}`: a search may answer that with everything, but nothing may be done to everything by mistake.
 */

/**
 * Whether at least one condition of a filter says something. `null`, an empty object and an empty list say nothing;
 * `$or` says something only where each of its parts does, because a part without a condition lets everything through.
 */
export function restricts(filter: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(filter).some(([name, value]) =>
    name === '$or' ? everyPartRestricts(value) : saysSomething(value),
  );
}

function everyPartRestricts(parts: unknown): boolean {
  return Array.isArray(parts) && parts.length > 0 && parts.every((part) => isObject(part) && restricts(part));
}

function saysSomething(value: unknown): boolean {
  if (value === undefined || value === null) return false;
  if (Array.isArray(value)) return value.some((entry) => saysSomething(entry));
  return isObject(value) ? Object.values(value).some((entry) => saysSomething(entry)) : true;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
