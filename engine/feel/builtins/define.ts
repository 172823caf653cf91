/**
 * How a built-in is written down: its name, its parameters with their types, and what it does with values that already
 * have these types. Checking, the standard's implicit conversions (DMN 1.5, 10.3.2.9.4), overloads and warnings are
 * done here once.
 */
import { isNumber } from '../number/number.js';
import type { FeelNumber } from '../number/decimal.js';
import { atMidnight } from '../temporal/arithmetic.js';
import {
  DaysTimeDuration,
  FeelDate,
  FeelDateTime,
  FeelTime,
  YearsMonthsDuration,
} from '../temporal/values.js';
import { FeelFunction, FeelRange, isContext, kindOf, type Evaluation, type FeelContext } from '../values.js';

/** A parameter: reads an argument as its type, undefined where it isn't of that type. */
export interface Parameter<Value> {
  readonly name: string;
  readonly read: (argument: unknown) => Value | undefined;
  readonly optional: boolean;
  readonly rest: boolean;
  /** May be left out where arguments are named: it is null then. */
  readonly omittable?: boolean;
}

type Values<Parameters extends readonly Parameter<unknown>[]> = {
  [Index in keyof Parameters]: Parameters[Index] extends Parameter<infer Value> ? Value : never;
};

/** A singleton list stands for its item where no list is wanted. */
function single(argument: unknown): unknown {
  return Array.isArray(argument) && argument.length === 1 ? (argument[0] as unknown) : argument;
}

function parameter<Value>(name: string, is: (value: unknown) => value is Value): Parameter<Value> {
  const read = (argument: unknown): Value | undefined => {
    if (is(argument)) return argument;
    const item = single(argument);
    return is(item) ? item : undefined;
  };
  return { name, read, optional: false, rest: false };
}

/** A text. */
export const text = (name: string): Parameter<string> =>
  parameter(name, (value) => typeof value === 'string');
/** A number. */
export const number = (name: string): Parameter<FeelNumber> => parameter(name, isNumber);
/** A truth. */
export const boolean = (name: string): Parameter<boolean> =>
  parameter(name, (value) => typeof value === 'boolean');
/** A context. */
export const context = (name: string): Parameter<FeelContext> => parameter(name, isContext);
/** A range. */
export const range = (name: string): Parameter<FeelRange> =>
  parameter(name, (value) => value instanceof FeelRange);
/** A function value. */
export const func = (name: string): Parameter<FeelFunction> =>
  parameter(name, (value) => value instanceof FeelFunction);
/** A date. */
export const date = (name: string): Parameter<FeelDate> =>
  parameter(name, (value) => value instanceof FeelDate);
/** A time. */
export const time = (name: string): Parameter<FeelTime> =>
  parameter(name, (value) => value instanceof FeelTime);
/** A years and months duration. */
export const months = (name: string): Parameter<YearsMonthsDuration> =>
  parameter(name, (value) => value instanceof YearsMonthsDuration);
/** A days and time duration. */
export const daysTime = (name: string): Parameter<DaysTimeDuration> =>
  parameter(name, (value) => value instanceof DaysTimeDuration);
/** A duration of either kind. */
export const duration = (name: string): Parameter<YearsMonthsDuration | DaysTimeDuration> =>
  parameter(name, (value) => value instanceof YearsMonthsDuration || value instanceof DaysTimeDuration);

/** A date and time; a date counts as its midnight. */
export const dateTime = (name: string): Parameter<FeelDateTime> => {
  const plain = parameter(
    name,
    (value): value is FeelDate | FeelDateTime => value instanceof FeelDateTime || value instanceof FeelDate,
  );
  return {
    ...plain,
    read: (argument) => {
      const value = plain.read(argument);
      return value instanceof FeelDate ? atMidnight(value) : value;
    },
  };
};

/** Any value, null too. */
export const any = (name: string): Parameter<unknown> => ({
  name,
  read: (argument) => (argument === undefined ? null : argument),
  optional: false,
  rest: false,
});

/** A list; another value that isn't null counts as the list of itself. */
export const list = (name: string): Parameter<readonly unknown[]> => ({
  name,
  read: (argument) =>
    Array.isArray(argument) ? argument : argument === null || argument === undefined ? undefined : [argument],
  optional: false,
  rest: false,
});

/** Null or what the parameter takes. */
export function nullable<Value>(inner: Parameter<Value>): Parameter<Value | null> {
  return {
    ...inner,
    read: (argument) => (argument === null || argument === undefined ? null : inner.read(argument)),
  };
}

/** May be left out; null counts as left out. */
export function optional<Value>(inner: Parameter<Value>): Parameter<Value | null> {
  return { ...nullable(inner), optional: true };
}

/** May be left out where arguments are named. */
export function omittable<Value>(inner: Parameter<Value>): Parameter<Value> {
  return { ...inner, omittable: true };
}

/** All arguments from here on, as one list. */
export function rest<Value>(inner: Parameter<Value>): Parameter<readonly Value[]> {
  return { ...inner, read: (argument) => argument as readonly Value[], optional: true, rest: true };
}

interface Overload {
  readonly parameters: readonly Parameter<unknown>[];
  readonly min: number;
  readonly max: number;
  readonly run: (values: never, evaluation: Evaluation) => unknown;
}

const overloads = new Map<string, Overload[]>();

/** Declares a built-in, or one more set of parameters for it. What it returns as undefined is null. */
export function define<const Parameters extends readonly Parameter<unknown>[]>(
  name: string,
  parameters: Parameters,
  run: (values: Values<Parameters>, evaluation: Evaluation) => unknown,
): void {
  const last = parameters.at(-1);
  const restful = last?.rest === true;
  const overload: Overload = {
    parameters,
    min: parameters.filter((one) => !one.optional).length,
    max: restful ? Infinity : parameters.length,
    run,
  };
  overloads.set(name, [...(overloads.get(name) ?? []), overload]);
}

/** The values of one overload's parameters, null where an argument isn't of its type. */
function read(overload: Overload, args: readonly unknown[]): unknown[] | null {
  if (args.length < overload.min || args.length > overload.max) return null;
  const { parameters } = overload;
  const values = new Array<unknown>(parameters.length);
  for (let index = 0; index < parameters.length; index++) {
    const value = parameters[index].rest ? args.slice(index) : parameters[index].read(args[index]);
    if (value === undefined) return null;
    values[index] = value;
  }
  return values;
}

/** All declared built-ins as function values, by name. */
export function definedFunctions(): Map<string, FeelFunction> {
  return new Map(Array.from(overloads, ([name, sets]) => [name, functionOf(name, sets)]));
}

function functionOf(name: string, sets: readonly Overload[]): FeelFunction {
  const cost = COSTS[name] ?? 1;
  const invoke = (args: readonly unknown[], evaluation: Evaluation): unknown => {
    evaluation.spend(cost + sizeOfArguments(args));
    for (const set of sets) {
      const values = read(set, args);
      if (values !== null) {
        const result = set.run(values as never, evaluation);
        if (result !== null && result !== undefined) return result;
        if (!NULL_IS_AN_ANSWER.has(name)) evaluation.warn(`${name} has no result for these arguments.`);
        return null;
      }
    }
    evaluation.warn(`${name} can't be called with ${args.map(kindOf).join(', ') || 'nothing'}.`);
    return null;
  };
  const arity = {
    min: Math.min(...sets.map((set) => set.min)),
    max: Math.max(...sets.map((set) => set.max)),
  };
  const namesOf = (set: Overload): string[] => set.parameters.map((one) => one.name);
  const named = (names: readonly string[]): FeelFunction | null => {
    const fitting = sets.filter((set) => {
      const known = namesOf(set);
      const complete = set.parameters.every(
        (one) => one.optional || one.omittable || names.includes(one.name),
      );
      return complete && names.every((one) => known.includes(one));
    });
    return fitting.length === 0 ? null : functionOf(name, fitting);
  };
  const types = { parameters: sets[0].parameters.map(() => null), result: null };
  return new FeelFunction(name, namesOf(sets[0]), invoke, arity, types, named);
}

/** Units of work of built-ins that take much longer than others. */
const COSTS: Readonly<Record<string, number>> = {
  exp: 200,
  sqrt: 50,
  stddev: 50,
  log: 5,
  'date and time': 5,
  time: 5,
  matches: 5,
  replace: 5,
  split: 5,
  extract: 5,
};

/** Built-ins go through lists and texts once or so. */
function sizeOfArguments(args: readonly unknown[]): number {
  let size = 0;
  for (const argument of args) {
    if (typeof argument === 'string') size += argument.length >> 6;
    else if (Array.isArray(argument)) size += argument.length >> 2;
  }
  return size;
}

/** Built-ins that give null without there being anything to warn of. */
const NULL_IS_AN_ANSWER = new Set([
  'get value',
  'get or else',
  'all',
  'any',
  'not',
  'min',
  'max',
  'sum',
  'mean',
  'median',
  'product',
  'is',
]);
