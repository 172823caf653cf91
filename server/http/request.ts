/** Reads what a request brings, checked; what is wrong is refused with its place. */
import { z } from 'zod';
import { parseKey } from '@countersign/engine';
import type { JsonObject, Key } from '@countersign/engine';
import { acceptJson } from './parsed-json.js';
import { refuse } from './problem.js';

/** A key in a body: a string of digits. */
export const keyField = z.string().transform((text, context): Key => {
  const key = parseKey(text);
  if (key !== null) return key;
  context.addIssue({ code: 'custom', message: 'must be a key: a string of digits' });
  return z.NEVER;
});

/** When something is to be done: a day and time that exist, with their zone; an empty text for none. */
export const dateField = z.iso
  .datetime({ offset: true, message: 'must be a date and time that exist, such as 2030-01-31T09:00:00Z' })
  .or(z.literal(''))
  .nullish();

/** Each variable is a row of its own, and all of one request are written at once: an object counts as one. */
const MOST_VARIABLES = 2_000;

/** An object of variables: any JSON values by name. */
export const variablesField = z
  .custom<JsonObject>((value) => typeof value === 'object' && value !== null && !Array.isArray(value), {
    message: 'must be an object of variables by name',
  })
  .refine((variables) => Object.keys(variables).length <= MOST_VARIABLES, {
    message: `has more than ${String(MOST_VARIABLES)} variables. Put what belongs together into one object`,
  })
  .meta({ type: 'object', additionalProperties: true });

/** The only tenant there is. */
export const tenant = z.literal('<default>', { message: 'must be "<default>": there are no other tenants' });

/** The only tenant there is; may be left out. */
export const tenantField = tenant.optional();

const LARGEST_REFERENCE = 2n ** 63n - 1n;

/** A number of the caller's own for what it asks: checked, and not kept. */
export const referenceField = z
  .custom<number | bigint>(
    (value) =>
      Number.isSafeInteger(value) || typeof value === 'bigint'
        ? (value as number | bigint) >= 1 && (value as number | bigint) <= LARGEST_REFERENCE
        : false,
    { message: 'must be a whole number from 1 to 2^63 - 1' },
  )
  .meta({ type: 'integer', minimum: 1 })
  .nullish();

/** The body of an operation that needs to be told nothing. */
export const referenceBody = z.strictObject({ operationReference: referenceField });

/** Checks the body of an operation that needs to be told nothing: it may bring a reference, and nothing else. */
export function readReference(request: { readonly body?: unknown }): void {
  readBody(request, referenceBody);
}

/** Reads a JSON body that came through the door (`parsed-json.ts`); an absent one counts as `{}`. */
export function readBody<Shape extends z.ZodType>(
  { body }: { readonly body?: unknown },
  shape: Shape,
): z.output<Shape> {
  return read(body === undefined || body === null ? {} : body, shape, '');
}

/** Reads the query string. */
export function readQuery<Shape extends z.ZodType>(
  request: { readonly query: unknown },
  shape: Shape,
): z.output<Shape> {
  const prefix = 'query parameter ';
  return read(acceptJson(request.query, prefix), shape, prefix);
}

/** What a key looks like, also one that this server never gives. */
const KEY = /^-?[0-9]{1,25}$/;

/** The key that a path names. A text that is no key is refused with 400; a key that nothing can have, with 404. */
export function readKey(
  { params }: { readonly params: Readonly<Record<string, unknown>> },
  name: string,
): Key {
  const text = String(params[name]);
  const key = parseKey(text);
  if (key !== null) return key;
  if (KEY.test(text)) throw refuse('NOT_FOUND', `Nothing has the key ${text}.`);
  throw refuse('INVALID_ARGUMENT', `${name}: "${text}" is not a key. A key is a string of digits.`);
}

function read<Shape extends z.ZodType>(value: unknown, shape: Shape, prefix: string): z.output<Shape> {
  const result = shape.safeParse(value);
  if (result.success) return result.data;
  const whole = prefix === '' ? 'The body' : 'The query';
  const sentences = result.error.issues.map(ofChoice).map((issue) => {
    const place = issue.path.map(String).join('.');
    const message =
      issue.code === 'unrecognized_keys' ? unknownNames(issue, shape) : ofNumbers(issue.message);
    return `${place === '' ? whole : `${prefix}${place}`}: ${message}`;
  });
  throw refuse('INVALID_ARGUMENT', `${sentences.join('. ')}.`);
}

/** Where none of several shapes fits, what is wrong with the one that fits best. */
function ofChoice(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return issue;
  const [best] = [...issue.errors].sort((one, other) => one.length - other.length);
  const [first] = best;
  return ofChoice({ ...first, path: [...issue.path, ...first.path] });
}

/** A message without the platform's word for a whole number that no double shows: the caller sent a number. */
function ofNumbers(message: string): string {
  return message
    .replace('expected number, received bigint', 'expected a number below 2^53')
    .replace('received bigint', 'received number');
}

/** What is said of names that a strict shape doesn't know: which they are, and those that it does know. */
function unknownNames(
  { keys, path, message }: z.core.$ZodIssueUnrecognizedKeys,
  shape: z.core.$ZodType,
): string {
  const known = namesAt(shape, path);
  if (known === null) return message;
  const unknown = keys.map((name) => `"${name}"`).join(' and ');
  if (known.length === 0) return `${unknown} is not known here: nothing is to be said`;
  return `${unknown} is not known here; known are ${known.join(', ')}`;
}

/** The names that the object at a place of a shape knows; null where the shape has a choice on the way. */
function namesAt(shape: z.core.$ZodType, path: readonly PropertyKey[]): string[] | null {
  if (shape instanceof z.ZodOptional || shape instanceof z.ZodNullable)
    return namesAt(shape.def.innerType, path);
  if (shape instanceof z.ZodPipe) return namesAt(shape.def.in, path);
  if (shape instanceof z.ZodArray) return namesAt(shape.def.element, path.slice(1));
  if (!(shape instanceof z.ZodObject)) return null;
  if (path.length === 0) return Object.keys(shape.shape);
  const inner: unknown = shape.shape[String(path[0])];
  return inner instanceof z.core.$ZodType ? namesAt(inner, path.slice(1)) : null;
}
