/** Answers search requests: body `{filter, sort, page}`, the same for everything that can be searched. */
import type { Request, RequestHandler } from 'express';
import { z } from 'zod';
import { search } from '../store/queries/search.js';
import type { Searchable, SearchPage, SearchRequest } from '../store/queries/search-types.js';
import type { Runtime } from '../runtime/runtime.js';
import { callerOf } from './caller.js';
import { refuse } from './problem.js';
import { readBody } from './request.js';

const order = z
  .string()
  .transform((text) => text.toUpperCase())
  .pipe(z.enum(['ASC', 'DESC']));

const searchBody = z.strictObject({
  filter: z.record(z.string(), z.unknown()).nullish(),
  sort: z.array(z.strictObject({ field: z.string(), order: order.optional() })).nullish(),
  page: z
    .strictObject({
      limit: z.int().min(1).max(10_000).optional(),
      from: z.int().min(0).optional(),
      after: z.string().optional(),
      before: z.string().optional(),
    })
    .refine(({ after, before }) => after === undefined || before === undefined, {
      message: 'has both after and before. Give the one that says where to go on',
    })
    .nullish(),
});

/** Reads and checks a search request. */
export function readSearch(request: Request): SearchRequest {
  const { filter, sort, page } = readBody(request, searchBody);
  return { filter: filter ?? {}, sort: sort ?? [], page: page ?? {} };
}

/** Runs the search of a request over what its caller may see, refused where the fields do not know what is asked. */
export async function runSearch<Item>(
  runtime: Runtime,
  what: Searchable<Item>,
  request: Request,
  asked: SearchRequest = readSearch(request),
): Promise<SearchPage<Item>> {
  const { rights } = callerOf(request);
  const result = await search(runtime.store.knex, what, asked, rights);
  if (!result.ok) throw refuse('INVALID_ARGUMENT', result.reason);
  return result.page;
}

/** The route of a search that has nothing of its own. */
export function answerSearch<Item>(runtime: Runtime, what: Searchable<Item>): RequestHandler {
  return async (request, response) => {
    response.json(await runSearch(runtime, what, request));
  };
}
