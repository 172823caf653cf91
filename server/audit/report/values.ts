/** Values as a report writes them. What was erased says so, in the place where it stood. */
import { writeJson } from '@countersign/engine';

/** Characters of one value that are shown; a longer one says how long it is. */
const LONGEST = 1500;

/** The word for contents that were erased. */
export const ERASED = '(erased)';

/** Whether a value is the stand-in of an erased one. */
export function isErased(value: unknown): boolean {
  if (value === ERASED) return true;
  return typeof value === 'object' && value !== null && (value as { erased?: unknown }).erased === true;
}

/** A value as people read it: texts without quotes, an object as its fields, a line each. */
export function valueText(value: unknown): string {
  const text = indented(value, 0);
  if (text.length <= LONGEST) return text;
  return `${text.slice(0, LONGEST)}… (${text.length} characters; the JSON export has all of them)`;
}

function indented(value: unknown, depth: number): string {
  if (isErased(value)) return ERASED;
  if (value === null || value === undefined || value === '') return '–';
  if (typeof value === 'string') return value;
  if (typeof value !== 'object') return writeJson(value);
  const isList = Array.isArray(value);
  const fields = Object.entries(value as Record<string, unknown>);
  if (fields.length === 0) return isList ? '(empty list)' : '(empty)';
  if (depth > 5) return writeJson(value);
  const lines = fields.map(([name, inner]) => {
    const label = isList ? '•' : `${name}:`;
    const isDeep =
      typeof inner === 'object' && inner !== null && !isErased(inner) && Object.keys(inner).length > 0;
    // Two spaces a level are enough to see what belongs where.
    const text = indented(inner, depth + 1);
    return isDeep ? `${label}\n${text.replaceAll(/^/gm, '  ')}` : `${label} ${text}`;
  });
  return lines.join('\n');
}

/** A cost with its currency; costs of several currencies are not added. */
export function moneyText(amount: number, currency: string): string {
  return `${amount.toFixed(amount !== 0 && Math.abs(amount) < 0.01 ? 6 : 2)} ${currency}`;
}

/** A duration in its two largest units. */
export function durationText(millis: number): string {
  if (millis < 1000) return `${Math.max(0, Math.round(millis))} ms`;
  const units: [number, string][] = [
    [86_400_000, 'd'],
    [3_600_000, 'h'],
    [60_000, 'min'],
    [1000, 's'],
  ];
  const first = units.findIndex(([size]) => millis >= size);
  let rest = millis;
  return units
    .slice(first, first + 2)
    .flatMap(([size, name]) => {
      const count = Math.floor(rest / size);
      rest -= count * size;
      return count > 0 ? `${count} ${name}` : [];
    })
    .join(' ');
}

/** A whole number with its thousands apart. */
export function countText(count: number): string {
  return count.toLocaleString('en-US');
}
