/**
 * Whole numbers beyond 2^53 in a form. form-js knows doubles only and copies its data through `JSON.stringify`, so such a
 * number stands in the form as a text of its digits, and becomes the number again when the form is read: where it is
 * what stood there, where a field for numbers holds it, and where it was chosen among what the data or the form offers.
 */
import { Numberfield } from '@bpmn-io/form-js-viewer';
import { wholeNumber } from '@countersign/engine';

type Data = Record<string, unknown>;

/** A component of a form, as far as this module looks into it. */
interface Component {
  readonly type?: string;
  readonly key?: string;
  readonly path?: string;
  readonly serializeToString?: boolean;
  readonly components?: readonly Component[];
}

/** Fields whose value is one of those on offer. */
const CHOICES = new Set(['select', 'radio', 'checklist', 'taglist']);

const DIGITS = /^-?\d+$/;

/** What the form was given: whole numbers by their place, and all of them. */
interface Given {
  readonly places: ReadonlySet<string>;
  readonly numbers: ReadonlySet<string>;
}

/**
 * Has fields for numbers keep a whole number that no double shows as the text that was typed, instead of the nearest
 * double. Smaller numbers stay numbers.
 */
export function keepWholeNumbers(): void {
  const { config } = Numberfield;
  const { sanitizeValue } = config;
  if (kept.has(config)) return;
  kept.add(config);
  config.sanitizeValue = (field) => {
    const { value } = field as { value: unknown };
    return typeof value === 'string' && isLong(value) ? value : (sanitizeValue(field) as unknown);
  };
}

const kept = new WeakSet<object>();

/** The whole number that a text shows and a double doesn't; null for any other text. */
function longNumber(text: string): bigint | null {
  if (!DIGITS.test(text.trim())) return null;
  const number = wholeNumber(BigInt(text.trim()));
  return typeof number === 'bigint' ? number : null;
}

/** Whether a text shows a whole number that no double does. */
export function isLong(text: string): boolean {
  return longNumber(text) !== null;
}

/** The data for form-js. */
export function toFormData(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return value.map(toFormData);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, toFormData(inner)]));
}

/** What form-js gives back, with its whole numbers; `before` is the data before `toFormData`. */
export function fromFormData(
  entered: Data,
  before: Data,
  form: { readonly components?: readonly Component[] },
): Data {
  const places = new Set<string>();
  const numbers = new Set<string>();
  find(before, '', places, numbers);
  find(form, '', new Set(), numbers);
  const given = { places, numbers };
  const restored = restore(entered, '', given) as Data;
  readFields(form.components ?? [], restored, given);
  return restored;
}

/** Items of one list have one place: a row may have moved. */
function find(value: unknown, place: string, places: Set<string>, numbers: Set<string>): void {
  if (typeof value === 'bigint') {
    places.add(`${place} ${value}`);
    numbers.add(String(value));
  } else if (Array.isArray(value)) {
    for (const item of value) find(item, `${place}[]`, places, numbers);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value)) find(inner, `${place}.${name}`, places, numbers);
  }
}

function restore(value: unknown, place: string, given: Given): unknown {
  if (typeof value === 'string') return given.places.has(`${place} ${value}`) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map((item) => restore(item, `${place}[]`, given));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, restore(inner, `${place}.${name}`, given)]),
  );
}

/** Reads the fields of these components, which stand in `data`, a copy of this module's own. */
function readFields(components: readonly Component[], data: unknown, given: Given): void {
  for (const component of components) {
    const { type = '', key, path } = component;
    if (component.components) {
      const inner = path ? at(data, path.split('.')) : data;
      for (const each of Array.isArray(inner) ? inner : [inner])
        readFields(component.components, each, given);
    } else if (key && ((type === 'number' && !component.serializeToString) || CHOICES.has(type))) {
      const names = key.split('.');
      const around = at(data, names.slice(0, -1));
      const name = names[names.length - 1];
      if (isData(around) && name in around) around[name] = readField(around[name], type, given);
    }
  }
}

function readField(value: unknown, type: string, given: Given): unknown {
  if (Array.isArray(value)) return value.map((item) => readField(item, type, given));
  if (typeof value !== 'string' || (type !== 'number' && !given.numbers.has(value))) return value;
  return longNumber(value) ?? value;
}

function at(data: unknown, names: readonly string[]): unknown {
  let found = data;
  for (const name of names) found = isData(found) ? found[name] : undefined;
  return found;
}

function isData(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
