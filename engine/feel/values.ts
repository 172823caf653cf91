/**
 * FEEL values at run time. null, booleans, strings, arrays (lists) and plain objects (contexts) are themselves; numbers
 * are doubles, `Decimal` or, from JSON, `bigint`; the rest are the classes of `temporal/values.ts` and the two below.
 */
import { Decimal } from './number/decimal.js';
import {
  DaysTimeDuration,
  FeelDate,
  FeelDateTime,
  FeelTime,
  YearsMonthsDuration,
} from './temporal/values.js';

/**
 * A range of comparable values. Made by a unary test (`> 5`) it has one side only, and the other end is null; a null end
 * of any other range makes membership undecidable.
 */
export class FeelRange {
  constructor(
    readonly start: unknown,
    readonly end: unknown,
    readonly startIncluded: boolean,
    readonly endIncluded: boolean,
    readonly unary = false,
  ) {}
}

/** What an expression can see. `lookup` returns undefined where the name is unknown. */
export interface FeelScope {
  lookup(name: string): unknown;
  /** The names there are, where they can be told. */
  names?(): Iterable<string>;
}

/** One evaluation under way: what it sees, its clock, its locals and its share of work. */
export interface Evaluation {
  scope: FeelScope;
  /** The step's clock, epoch milliseconds UTC. */
  readonly nowMs: number;
  /** Values of the names bound within the expression, by slot. */
  locals: unknown[];
  /** Depth of nested function calls. */
  depth: number;
  /** While above zero, warnings are dropped: the expression itself deals with what is missing. */
  quiet: number;
  /** Notes why a result is null or a name is missing. */
  warn(message: string, at?: number): void;
  /** Counts work; throws FeelLimitError when the evaluation has had its share. */
  spend(amount: number): void;
}

/** A function value: a built-in, a FEEL function, or one given by the host (a BKM, a decision service). */
export class FeelFunction {
  constructor(
    readonly name: string,
    /** Names of the parameters, null where named arguments aren't possible. */
    readonly parameters: readonly string[] | null,
    /** Calls it with positional arguments. */
    readonly invoke: (args: readonly unknown[], evaluation: Evaluation) => unknown,
    /** Fewest and most arguments. */
    readonly arity: { readonly min: number; readonly max: number },
    /** Declared types of the parameters, null where undeclared; used by `instance of`. */
    readonly types: {
      readonly parameters: readonly (FeelType | null)[];
      readonly result: FeelType | null;
    } | null = null,
    /** Where the function has several sets of parameters: the function of the sets that have these names, null where none has. */
    readonly named: ((names: readonly string[]) => FeelFunction | null) | null = null,
  ) {}
}

/** A type as `instance of` and item definitions name it. */
export type FeelType =
  | { readonly kind: 'named'; readonly name: string }
  | { readonly kind: 'checked'; readonly name: string; readonly has: (value: unknown) => boolean }
  | { readonly kind: 'list'; readonly element: FeelType }
  | { readonly kind: 'range'; readonly element: FeelType }
  | {
      readonly kind: 'context';
      readonly entries: readonly { readonly name: string; readonly type: FeelType }[];
    }
  | { readonly kind: 'function'; readonly parameters: readonly FeelType[]; readonly result: FeelType };

/** The kind of a value, as messages and equality name it. */
export type Kind =
  | 'null'
  | 'boolean'
  | 'number'
  | 'string'
  | 'list'
  | 'context'
  | 'date'
  | 'time'
  | 'date and time'
  | 'days and time duration'
  | 'years and months duration'
  | 'range'
  | 'function'
  | 'unknown';

/** A context: named entries. */
export type FeelContext = Readonly<Record<string, unknown>>;

/** The kind of any value; `unknown` for what isn't FEEL's (a symbol, a foreign class is still a context). */
export function kindOf(value: unknown): Kind {
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'number':
    case 'bigint':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'undefined':
      return 'null';
    case 'object':
      break;
    default:
      return 'unknown';
  }
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'list';
  if (value instanceof Decimal) return 'number';
  if (value instanceof FeelDate) return 'date';
  if (value instanceof FeelDateTime) return 'date and time';
  if (value instanceof FeelTime) return 'time';
  if (value instanceof DaysTimeDuration) return 'days and time duration';
  if (value instanceof YearsMonthsDuration) return 'years and months duration';
  if (value instanceof FeelRange) return 'range';
  if (value instanceof FeelFunction) return 'function';
  return 'context';
}

/** True for lists. */
export function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

/** True for contexts and nothing else. */
export function isContext(value: unknown): value is FeelContext {
  return typeof value === 'object' && value !== null && kindOf(value) === 'context';
}

const hasOwn = Object.prototype.hasOwnProperty;

/** The entry of a context, undefined where it has none; inherited properties don't count. */
export function entryOf(context: FeelContext, name: string): unknown {
  const value = context[name];
  return value !== undefined && hasOwn.call(context, name) ? value : undefined;
}

/** Sets an entry of a context under construction; safe for any name, `__proto__` too. */
export function setEntry(context: Record<string, unknown>, name: string, value: unknown): void {
  if (name === '__proto__')
    Object.defineProperty(context, name, { value, enumerable: true, configurable: true, writable: true });
  else context[name] = value;
}
