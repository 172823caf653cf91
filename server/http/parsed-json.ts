/**
 * The door for JSON: its whole numbers come in and go out as they are, what parses and cannot be kept is refused with
 * its place, text that is no Unicode is made so.
 */
import type { Express, RequestHandler, Response } from 'express';
import express from 'express';
import { MOST_LEVELS, describeFault, inspectJson, readJson, toUnicode, writeJson } from '@countersign/engine';
import type { JsonValue } from '@countersign/engine';
import { takeHeavyTurns } from './heavy-turns.js';
import { bodyNotJson } from './json-position.js';
import { refuse } from './problem.js';

/** A body may be deeper than a value: by itself, and by the object of variables that the value stands in. */
const AROUND_A_VALUE = 2;

/**
 * Parsed JSON as the house takes it in. Refuses what is nested too deep, a number that became infinite, and the
 * character U+0000. `prefix` stands before the place in the sentence.
 */
export function acceptJson(value: unknown, prefix = ''): unknown {
  const levels = MOST_LEVELS + AROUND_A_VALUE;
  const { fault, isUnicode } = inspectJson(value, levels);
  if (fault) {
    throw refuse('INVALID_ARGUMENT', `${prefix}${describeFault(fault, 'The body', MOST_LEVELS)}.`);
  }
  return isUnicode ? value : toUnicode(value as JsonValue);
}

/** The text of a body as the house takes it in. Refuses what is no JSON, with the place where it is broken. */
export function parseBody(text: string): unknown {
  let value: unknown;
  try {
    value = readJson(text);
  } catch {
    throw bodyNotJson(text);
  }
  return acceptJson(value);
}

/** Bodies of more characters are read one at a time. */
const LARGE = 256 * 1024;

/** Reads bodies of JSON up to `limit` bytes for the routes of Express. An empty one is an object without properties. */
export function jsonBodies(limit: number): RequestHandler[] {
  const inTurn = takeHeavyTurns();
  const read: RequestHandler = (request, _response, next) => {
    const body: unknown = request.body;
    if (typeof body !== 'string') return next();
    const parse = (): void => {
      request.body = body === '' ? {} : parseBody(body);
      next();
    };
    if (body.length <= LARGE) return parse();
    inTurn(() => {
      try {
        parse();
      } catch (refusal) {
        next(refusal);
      }
    });
  };
  return [express.text({ type: 'application/json', limit }), read];
}

/** Has `response.json` of an application write whole numbers as they are. */
export function answerExactJson(app: Express): void {
  app.response.json = function json(this: Response, body: unknown) {
    if (!this.get('Content-Type')) this.set('Content-Type', 'application/json');
    return this.send(writeJson(body));
  };
}
