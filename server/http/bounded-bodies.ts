/**
 * Large bodies are held in memory until they were read whole, so that all of them together are bounded: one that would not
 * fit beside those that are coming in is told to come back (503).
 */
import type { RequestHandler } from 'express';
import { RequestRefused } from './problem.js';

/** A body up to this many bytes is never counted: such requests are many, and small. */
export const SMALL_BODY = 256 * 1024;

/** How many times the largest file the bodies under way may be together. */
const FACTOR = 6;

/** Counts the bodies under way; `limit` is the largest file in bytes, which one without a length may be too. */
export function boundedBodies(limit: number): RequestHandler {
  let underWay = 0;
  return (request, response, next) => {
    const length = Number(request.headers['content-length'] ?? NaN);
    const isChunked = request.headers['transfer-encoding'] !== undefined;
    const size = Number.isFinite(length) ? length : isChunked ? limit : 0;
    if (size <= SMALL_BODY) return next();
    if (underWay > 0 && underWay + size > limit * FACTOR) {
      // What is not read is not kept: the connection ends with the answer.
      response.setHeader('Connection', 'close');
      throw new RequestRefused({
        status: 503,
        title: 'RESOURCE_EXHAUSTED',
        detail: 'Too many large requests are coming in at once. Nothing was done; send it again in a moment.',
        retryAfter: 2,
      });
    }
    underWay += size;
    response.once('close', () => (underWay -= size));
    next();
  };
}
