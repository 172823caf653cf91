/** Values that a JSON Schema refuses, at every place of it: of another type, null, too much, and too little. */
import { z } from 'zod';
import type { JsonSchema } from './described.js';
import { SEED, fc } from './property.js';

/** A value that is refused, with the name of the property that is wrong in it; undefined where it is the value itself. */
export interface WrongValue {
  readonly value: unknown;
  readonly name?: string;
}

const ODD: readonly unknown[] = [null, 'nobody knows', '', -1.5, true, {}, { a: [] }, [], [[5]]];

/** The properties of an object's schema. */
export function propertiesOf(schema: JsonSchema): Readonly<Record<string, JsonSchema>> {
  return (schema.properties ?? {}) as Readonly<Record<string, JsonSchema>>;
}

/** The least value that a schema takes. */
export function least(schema: JsonSchema): unknown {
  const [first] = branchesOf(schema);
  if (first !== undefined) return least(first);
  if ('const' in schema) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  if (isOf(schema, 'object')) {
    const required = (schema.required ?? []) as string[];
    const some = Object.keys(propertiesOf(schema)).slice(0, Number(schema.minProperties ?? 0));
    return Object.fromEntries(
      [...new Set([...required, ...some])].map((name) => [name, least(propertiesOf(schema)[name])]),
    );
  }
  if (isOf(schema, 'array')) {
    const items = Array.from({ length: Number(schema.minItems ?? 0) });
    return items.map(() => least(schema.items as JsonSchema));
  }
  if (isOf(schema, 'string')) return schema.format === 'date-time' ? '2030-01-31T09:00:00Z' : '1';
  if (isOf(schema, 'boolean')) return true;
  return schema.minimum ?? 1;
}

/** Wrong values for a schema, `most` of them for each of its own properties, chosen by the seed. */
export function wrongValues(schema: JsonSchema, most: number): WrongValue[] {
  return Object.entries(propertiesOf(schema)).flatMap(([name, property], index) => {
    const inside = at(name, property, least(schema) as object);
    const chosen = fc.sample(fc.shuffledSubarray(inside, { maxLength: Math.min(most, inside.length) }), {
      numRuns: 1,
      seed: SEED + index,
    })[0];
    return [...inside.filter(({ value }) => (value as Record<string, unknown>)[name] === null), ...chosen];
  });
}

function at(name: string, property: JsonSchema, around: object): WrongValue[] {
  return allWrong(property).map(({ value, name: inner }) => ({
    value: { ...around, [name]: value },
    name: inner ?? name,
  }));
}

/** By the text of a schema: most fields of searches are of a few kinds. */
const found = new Map<string, WrongValue[]>();

/** Everything wrong that can be put in the place of a schema. */
function allWrong(schema: JsonSchema): WrongValue[] {
  const text = JSON.stringify(schema);
  const known = found.get(text) ?? findWrong(schema);
  found.set(text, known);
  return known;
}

function findWrong(schema: JsonSchema): WrongValue[] {
  const shape = z.fromJSONSchema(schema);
  const random = fc.sample(fc.jsonValue({ maxDepth: 2 }), { numRuns: 5, seed: SEED });
  const inner = [schema, ...branchesOf(schema)].flatMap((branch) => [
    ...inObject(branch),
    ...inArray(branch),
  ]);
  const whole = [...ODD, ...random].map((value): WrongValue => ({ value }));
  return [...whole, ...inner].filter(({ value }) => !shape.safeParse(value).success);
}

function inObject(schema: JsonSchema): WrongValue[] {
  if (!isOf(schema, 'object')) return [];
  const right = least(schema) as Readonly<Record<string, unknown>>;
  const required = (schema.required ?? []) as string[];
  return [
    { value: { ...right, nobodyKnows: 1 }, name: 'nobodyKnows' },
    ...required.map((name) => ({ value: without(right, name), name })),
    ...Object.entries(propertiesOf(schema)).flatMap(([name, property]) => some(at(name, property, right))),
  ];
}

/** A dozen of a list at most, from all over it: an object of objects has thousands. */
function some<Entry>(list: readonly Entry[]): readonly Entry[] {
  const step = Math.max(1, Math.ceil(list.length / 12));
  return list.filter((_, index) => index % step === SEED % step);
}

function inArray(schema: JsonSchema): WrongValue[] {
  if (!isOf(schema, 'array') || schema.items === undefined) return [];
  return allWrong(schema.items as JsonSchema).map(({ value, name }) => ({ value: [value], name }));
}

/** An object without one of its properties. */
export function without(object: Readonly<Record<string, unknown>>, name: string): object {
  return Object.fromEntries(Object.entries(object).filter(([other]) => other !== name));
}

function branchesOf(schema: JsonSchema): JsonSchema[] {
  return (schema.anyOf ?? schema.oneOf ?? []) as JsonSchema[];
}

function isOf(schema: JsonSchema, type: string): boolean {
  return [schema.type].flat().includes(type);
}
