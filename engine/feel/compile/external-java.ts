/**
 * External functions (DMN 1.5, 10.3.2.13.3). No Java runs here; the static functions of `java.lang` that models do use, which
 * have no side effects, are provided under their Java names. Anything else is not a function.
 */
import { fromDouble, isNumber, isWhole, parseNumber, toDouble } from '../number/number.js';
import { toText } from '../to-text.js';
import { entryOf, FeelFunction, isContext } from '../values.js';

type Native = (args: readonly unknown[]) => unknown;

const MATH = [
  'abs acos asin atan atan2 cbrt ceil cos cosh exp floor hypot log log10 max min pow signum sin sinh sqrt tan tanh',
].flatMap((names) => names.split(' '));

const NUMERIC = new Set(['float', 'double']);
const WHOLE = new Set(['byte', 'short', 'int', 'long']);

/** How an argument is given to a Java parameter, a whole number as it is; undefined where it doesn't fit. */
function argument(value: unknown, type: string): unknown {
  if (WHOLE.has(type)) return isNumber(value) && isWhole(value) ? value : undefined;
  if (NUMERIC.has(type)) return isNumber(value) ? toDouble(value) : undefined;
  if (type === 'char') return typeof value === 'string' && value.length === 1 ? value : undefined;
  if (type === 'java.lang.String') return typeof value === 'string' ? value : undefined;
  return type === 'java.lang.Object' || type === '[Ljava.lang.Object;' || type === 'boolean'
    ? value
    : undefined;
}

function mathFunction(name: string): Native | null {
  if (!MATH.includes(name)) return null;
  const native = Reflect.get(Math, name === 'signum' ? 'sign' : name) as (...args: number[]) => number;
  return (args) => (args.every((value) => typeof value === 'number') ? fromDouble(native(...args)) : null);
}

const BOXES = new Set(
  ['Byte', 'Short', 'Integer', 'Long', 'Float', 'Double'].map((name) => `java.lang.${name}`),
);

function boxFunction(name: string): Native | null {
  if (name !== 'valueOf') return null;
  return ([value]) => (typeof value === 'string' ? parseNumber(value) : value);
}

function stringFunction(name: string): Native | null {
  if (name === 'valueOf') return ([value]) => toText(value);
  if (name !== 'format') return null;
  return ([pattern, ...values]) => {
    if (typeof pattern !== 'string') return null;
    const items = values.flat();
    let next = 0;
    return pattern.replace(/%([sd%n])/g, (_, kind: string) =>
      kind === '%' ? '%' : kind === 'n' ? '\n' : toText(items[next++] ?? null),
    );
  };
}

function nativeOf(className: string, name: string): Native | null {
  if (className === 'java.lang.Math') return mathFunction(name);
  if (className === 'java.lang.String') return stringFunction(name);
  return BOXES.has(className) ? boxFunction(name) : null;
}

/** The function that `{java: {class: …, method signature: …}}` describes; null where it is not supported. */
export function externalFunction(description: unknown, parameters: readonly string[]): FeelFunction | null {
  const java = isContext(description) ? entryOf(description, 'java') : undefined;
  const className = isContext(java) ? entryOf(java, 'class') : undefined;
  const signature = isContext(java) ? entryOf(java, 'method signature') : undefined;
  const match = typeof signature === 'string' ? /^\s*(\w+)\s*\(([^)]*)\)\s*$/.exec(signature) : null;
  if (typeof className !== 'string' || match === null) return null;
  const native = nativeOf(className, match[1]);
  const types = match[2].trim() === '' ? [] : match[2].split(',').map((type) => type.trim());
  if (native === null || types.length !== parameters.length) return null;
  const isMath = className === 'java.lang.Math';
  const invoke: FeelFunction['invoke'] = (args, evaluation) => {
    const given = types.map((type, index) => argument(args[index], type));
    // The functions of `Math` compute in doubles.
    const fits = given.every((value) => value !== undefined && !(isMath && typeof value !== 'number'));
    if (fits) return native(given);
    evaluation.warn(`${className}.${match[1]} can't be called with these arguments.`);
    return null;
  };
  return new FeelFunction(match[1], parameters, invoke, { min: types.length, max: types.length });
}
