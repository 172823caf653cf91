/**
 * Item definitions at work (DMN 1.5, 7.3.2 and 10.3.2.9.4): does a value conform to a type, with the standard's
 * conversions between an item and a list of one, and from a date to a date and time.
 */
import { conforms, instanceOf } from '../feel/compile/type-check.js';
import type { EmbeddedTests } from '../feel/embed.js';
import { namedType } from '../feel/parse/types.js';
import type { KnownNames } from '../feel/parse/names.js';
import { parseTemporal } from '../feel/builtins/temporal-text.js';
import { atMidnight } from '../feel/temporal/arithmetic.js';
import { FeelDate } from '../feel/temporal/values.js';
import {
  entryOf,
  FeelFunction,
  isContext,
  kindOf,
  setEntry,
  type Evaluation,
  type FeelType,
} from '../feel/values.js';
import type { ItemDefinition } from './model.js';

const TEMPORAL = new Set([
  'date',
  'time',
  'date and time',
  'days and time duration',
  'years and months duration',
]);
const BUILT_IN = new Set([
  'Any',
  'Null',
  'number',
  'string',
  'boolean',
  'list',
  'context',
  'function',
  'range',
  'duration',
  ...TEMPORAL,
]);

/** A type ready to be asked. */
export interface DmnType {
  /** True where the value, null included, belongs to the type as it is. */
  has(value: unknown): boolean;
  /** True for types of lists. */
  readonly isList: boolean;
  /** Names of the entries of a context type, of the items' entries for a list of contexts. */
  readonly names: KnownNames | null;
  /** The value with every text that stands for a date, time or duration made one; for input from JSON. */
  fromOutside(value: unknown): unknown;
  /** Its shape without constraints, as `instance of` asks for it. */
  readonly structure: FeelType;
  /** The basic type it comes down to, null where it is built of components. */
  readonly basic: string | null;
}

/** Types by name. */
export interface TypeBook {
  find(typeRef: string | null): DmnType | null;
}

/** The value as the type has it; undefined where it doesn't conform. */
export function convert(value: unknown, type: DmnType | null): unknown {
  if (type === null || value === null || value === undefined) return value ?? null;
  if (type.has(value)) return value;
  if (type.basic === 'date and time' && !type.isList && value instanceof FeelDate) return atMidnight(value);
  if (!type.isList && Array.isArray(value) && value.length === 1)
    return type.has(value[0]) ? (value[0] as unknown) : undefined;
  if (type.isList && !Array.isArray(value)) return type.has([value]) ? [value] : undefined;
  return undefined;
}

/** A value that is to be of a type: converted, or null with a warning. */
export function typed(value: unknown, type: DmnType | null, what: string, evaluation: Evaluation): unknown {
  const converted = convert(value, type);
  if (converted !== undefined) return converted;
  evaluation.warn(`${what} is a ${kindOf(value)} that doesn't conform to its type.`);
  return null;
}

/** Compiles constraints; problems are the caller's business. */
export type ConstraintCompiler = (text: string) => EmbeddedTests | null;

/** The types of a model, and under `prefix.name` those of the models it imports. */
export function typeBook(
  definitions: readonly ItemDefinition[],
  imported: readonly { readonly name: string; readonly book: TypeBook }[],
  constraint: ConstraintCompiler,
): TypeBook {
  const byName = new Map(definitions.map((definition) => [definition.name, definition]));
  const made = new Map<string, DmnType | null>();
  const find = (typeRef: string | null): DmnType | null => {
    if (typeRef === null || typeRef === '') return null;
    const known = made.get(typeRef);
    if (known !== undefined) return known;
    made.set(typeRef, null);
    const definition = byName.get(typeRef);
    const type = definition
      ? typeOf(definition, find, constraint)
      : (builtIn(typeRef) ?? fromImport(typeRef));
    made.set(typeRef, type);
    return type;
  };
  const fromImport = (typeRef: string): DmnType | null => {
    for (const { name, book } of imported) {
      if (name !== '' && !typeRef.startsWith(`${name}.`)) continue;
      const type = book.find(name === '' ? typeRef : typeRef.slice(name.length + 1));
      if (type !== null) return type;
    }
    return null;
  };
  return { find };
}

function builtIn(name: string): DmnType | null {
  const type = namedType(name);
  if (type.kind !== 'named' || !BUILT_IN.has(type.name)) return null;
  const basic = type.name;
  return {
    basic,
    structure: type,
    isList: basic === 'list',
    names: null,
    has: (value) => basic === 'Any' || conforms(value, type),
    fromOutside: (value) => (TEMPORAL.has(basic) ? temporal(value, type) : value),
  };
}

function temporal(value: unknown, type: FeelType): unknown {
  if (typeof value !== 'string') return value;
  const parsed = parseTemporal(value);
  return parsed !== null && instanceOf(parsed, type) ? parsed : value;
}

function typeOf(definition: ItemDefinition, find: TypeBook['find'], constraint: ConstraintCompiler): DmnType {
  const item =
    definition.components.length > 0
      ? contextOf(definition, find, constraint)
      : definition.functionItem
        ? functionType(definition, find)
        : find(definition.typeRef);
  const allowed = constraintOf(definition.allowedValues, constraint);
  const whole = constraintOf(definition.typeConstraint, constraint);
  const single = (value: unknown): boolean =>
    value === null || value === undefined || ((item?.has(value) ?? true) && allowed(value));
  if (!definition.isCollection) {
    // A list type may be constrained by name: its allowed values then speak of the items.
    const has = item?.isList
      ? (value: unknown): boolean =>
          value === null || (item.has(value) && Array.isArray(value) && value.every(allowed))
      : single;
    return {
      basic: item?.basic ?? null,
      structure: item?.structure ?? ANY,
      isList: item?.isList ?? false,
      names: item?.names ?? null,
      has: (value) => has(value) && (value === null || value === undefined || whole(value)),
      fromOutside: (value) => item?.fromOutside(value) ?? value,
    };
  }
  return {
    basic: item?.basic ?? null,
    structure: { kind: 'list', element: item?.structure ?? ANY },
    isList: true,
    names: item?.names ?? null,
    has: (value) =>
      value === null || value === undefined || (Array.isArray(value) && value.every(single) && whole(value)),
    fromOutside: (value) =>
      Array.isArray(value)
        ? value.map((one) => item?.fromOutside(one) ?? (one as unknown))
        : (item?.fromOutside(value) ?? value),
  };
}

function constraintOf(text: string | null, constraint: ConstraintCompiler): (value: unknown) => boolean {
  const tests = text === null || text.trim() === '' ? null : constraint(text);
  return tests === null
    ? () => true
    : (value) => tests.test(value, QUIET, { lookup: () => undefined }) === true;
}

const ANY: FeelType = { kind: 'named', name: 'Any' };

/** Constraints are checked outside any evaluation: nobody reads their warnings, and their texts are bounded by the file. */
const QUIET: Evaluation = {
  scope: { lookup: () => undefined },
  nowMs: 0,
  locals: [],
  depth: 0,
  quiet: 0,
  warn: () => undefined,
  spend: () => undefined,
};

function functionType(definition: ItemDefinition, find: TypeBook['find']): DmnType {
  const arity = definition.functionItem?.parameters.length ?? 0;
  const shape = (typeRef: string | null): FeelType => find(typeRef)?.structure ?? ANY;
  return {
    basic: 'function',
    get structure() {
      const item = definition.functionItem;
      return {
        kind: 'function',
        parameters: (item?.parameters ?? []).map((one) => shape(one.typeRef)),
        result: shape(item?.result ?? null),
      } as const;
    },
    isList: false,
    names: null,
    has: (value) =>
      value === null ||
      value === undefined ||
      (value instanceof FeelFunction && (value.parameters === null || value.parameters.length === arity)),
    fromOutside: (value) => value,
  };
}

function contextOf(
  definition: ItemDefinition,
  find: TypeBook['find'],
  constraint: ConstraintCompiler,
): DmnType {
  const components = definition.components.map((component) => ({
    name: component.name,
    type: typeOf(component, find, constraint),
  }));
  return {
    basic: null,
    structure: {
      kind: 'context',
      entries: components.map(({ name, type }) => ({ name, type: type.structure })),
    },
    isList: false,
    names: Object.fromEntries(components.map(({ name, type }) => [name, type.names ?? null])),
    has: (value) =>
      value === null ||
      value === undefined ||
      (isContext(value) && components.every(({ name, type }) => type.has(entryOf(value, name)))),
    fromOutside: (value) => {
      if (!isContext(value)) return value;
      const result: Record<string, unknown> = {};
      for (const name of Object.keys(value)) setEntry(result, name, value[name]);
      for (const { name, type } of components) {
        if (Object.hasOwn(value, name)) setEntry(result, name, type.fromOutside(value[name]));
      }
      return result;
    },
  };
}
