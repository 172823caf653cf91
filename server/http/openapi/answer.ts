/** What an operation answers when it did what was asked, told by shapes that allow no property besides. */
import { z } from 'zod';
import type { Operation } from './described.js';

/** One status that an operation answers with; without a body it says nothing more. */
export interface Reply {
  readonly status: 200 | 201 | 204 | 503;
  readonly description: string;
  readonly body?: { readonly types: readonly string[]; readonly shape: z.ZodType };
}

/** The answers of an operation, and its name where the reference has given it one. */
export interface Answer {
  readonly id?: string;
  readonly replies: readonly [Reply, ...Reply[]];
}

/** Answers by operation. */
export type Answers = Readonly<Partial<Record<Operation, Answer>>>;

/** A shape for each property of an item: one that is forgotten, or too many, does not compile. */
export type Shape<Item> = Readonly<Record<keyof Item, z.ZodType>>;

/** 204: it is done, and there is nothing to say. */
export const DONE: Reply = { status: 204, description: 'Done.' };

/** 200 with a JSON body of this shape. */
export function found(shape: z.ZodType, description = 'What was asked for.'): Reply {
  return { status: 200, description, body: { types: ['application/json'], shape } };
}

/** 201 with a JSON body of this shape. */
export function created(shape: z.ZodType, description: string): Reply {
  return { ...found(shape, description), status: 201 };
}

/** 200 with a body that is a text of this media type. */
export function text(type: string, description: string): Reply {
  return { status: 200, description, body: { types: [type], shape: z.string() } };
}

/** 200 with a file of one of these media types. */
export function file(types: readonly string[], description: string): Reply {
  return { status: 200, description, body: { types, shape: z.unknown() } };
}

/** 200 with all of such items. */
export function listOf(item: z.ZodType): Reply {
  return found(z.strictObject({ items: z.array(item) }), 'All there are.');
}

/** 200 with a page of such items. */
export function pageOf(item: z.ZodType): Reply {
  return found(z.strictObject({ items: z.array(item), page }), 'A page of what was found.');
}

/** What stands in every answer that is a page. */
const page = z.strictObject({
  totalItems: z.int().min(0).describe('Counted up to 10,000.'),
  hasMoreTotalItems: z.boolean(),
  startCursor: z.string().nullable(),
  endCursor: z.string().nullable(),
});

/** A key: a string of digits. */
export const key = z.string().regex(/^\d+$/);

/** A moment, to the millisecond, in UTC. */
export const time = z.iso.datetime();

/** How many of something there are. */
export const count = z.int().min(0);

/** The tenant, of which there is one. */
export const tenantId = z.string();

/** Any JSON value. */
export const anything = z.unknown();

/** Variables by name, of any JSON values. */
export const variables = z.record(z.string(), anything);

/** Texts by name, as a model gives headers. */
export const headers = z.record(z.string(), z.string());
