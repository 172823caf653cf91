/**
 * The one question that lists, exports and reports are asked with: which rows of the journal. It comes from a query
 * string, where everything is text, or from JSON.
 */
import { z } from 'zod';
import { parseKey } from '@countersign/engine';
import type { JsonObject } from '@countersign/engine';
import { readMoment } from '../moment.js';
import { ROW_TYPES } from '../store/contents.js';
import { digits } from './digits.js';

/** Who did what a row is about: an agent with its model, a person, or a program and the engine itself. */
export const DOERS = ['ai', 'human', 'system'] as const;

/** What was decided: by a person at an approval, or by a decision table that found a result or none. */
export const OUTCOMES = ['approved', 'refused', 'decided', 'undecided'] as const;

/** One of `DOERS`. */
export type Doer = (typeof DOERS)[number];

/** One of `OUTCOMES`. */
export type Outcome = (typeof OUTCOMES)[number];

/** Which rows; absent parts select all. Times are milliseconds since the epoch; `to` is exclusive. */
export interface AuditFilter {
  readonly from?: number;
  readonly to?: number;
  /** A process by the id in its diagram; with `version`, one version of it. */
  readonly processDefinitionId?: string;
  readonly version?: number;
  readonly processInstanceKey?: number;
  /** A process instance that somebody looked at: of the rows `data viewed`, those that name it. */
  readonly viewedInstanceKey?: number;
  readonly elementId?: string;
  readonly actor?: string;
  readonly types?: readonly string[];
  readonly outcome?: Outcome;
  readonly doneBy?: Doer;
}

const time = z.string().transform((text, context): number => {
  const read = readMoment(text);
  if (typeof read === 'number') return read;
  context.addIssue({ code: 'custom', message: read });
  return z.NEVER;
});
const NO_KEY = 'must be a string of digits';
const key = z.union([z.string(), z.int()], { message: NO_KEY }).transform((given, context): number => {
  const value = parseKey(String(given));
  if (value !== null) return value;
  context.addIssue({ code: 'custom', message: NO_KEY });
  return z.NEVER;
});
const text = z.string().max(1000);

/** Kinds of rows, several as a list or with commas between them. What is misspelt would select nothing, as if it had not happened. */
const rowTypes = z
  .union([text, z.array(text).max(100)], { message: 'must be kinds of rows, as texts' })
  .superRefine((given, context) => {
    const words = wordsOf(given);
    const unknown = words.filter((word) => !ROW_TYPES.has(word)).map((word) => `"${word}"`);
    const add = (message: string): void => context.addIssue({ code: 'custom', message });
    if (words.length === 0) add('must not be empty; leave it out to select all');
    if (unknown.length > 0)
      add(`${unknown.join(', ')} is no kind of row; GET /api/audit/types lists those that there are`);
  });

function wordsOf(given: string | readonly string[]): string[] {
  return [given]
    .flat()
    .flatMap((words) => words.split(','))
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

/**
 * A part of the filter. An empty one is refused: a caller whose key is not set must not be given the whole trail.
 */
const part = <Shape extends z.ZodType>(shape: Shape) =>
  z.preprocess((value, context) => {
    if (value !== '' && value !== null) return value;
    context.addIssue({ code: 'custom', message: 'must not be empty; leave it out to select all' });
    return z.NEVER;
  }, shape.optional());

/** The fields of the filter. */
export const filterFields = {
  from: part(time),
  to: part(time),
  processDefinitionId: part(text),
  version: part(digits(1, 2_147_483_647)),
  processInstanceKey: part(key),
  viewedInstanceKey: part(key),
  elementId: part(text),
  actor: part(text),
  type: part(rowTypes),
  outcome: part(z.enum(OUTCOMES)),
  doneBy: part(z.enum(DOERS)),
};

/**
 * The shape of a request with the filter and, where it has any, other fields. A name that is not known is refused with
 * those that are, and so are parts that say nothing without another: each would select more than was meant.
 */
export function filterShape<More extends z.ZodRawShape>(more: More) {
  const fields = { ...filterFields, ...more };
  const known = Object.keys(fields).join(', ');
  return z
    .strictObject(fields, {
      error: (issue) =>
        issue.code === 'unrecognized_keys'
          ? `${issue.keys.map((name) => `"${name}"`).join(' and ')} is not known here; known are ${known}`
          : undefined,
    })
    .superRefine((all, context) => {
      // The compiler can't see the filter's fields among more of them.
      const given = all as unknown as FilterFields;
      const { version, processDefinitionId, from, to } = given;
      const refuse = (path: string, message: string): void =>
        context.addIssue({ code: 'custom', path: [path], message });
      if (version !== undefined && processDefinitionId === undefined)
        refuse('version', 'is one of a process: give processDefinitionId as well');
      if (from !== undefined && to !== undefined && from > to) refuse('to', 'is before "from"');
    });
}

/** What a request with these fields was read to. */
export type FilterFields = z.output<z.ZodObject<typeof filterFields>>;

/** The filter that was asked for; one of types that are separated by commas is taken apart. */
export function toFilter(query: FilterFields): AuditFilter {
  const types = wordsOf(query.type ?? []);
  const { type: _type, ...plain } = query;
  const given = Object.entries(plain).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(given), ...(types.length > 0 && { types }) };
}

/** The filter as JSON that `toFilter` reads again: for the journal, for schedules and for manifests. */
export function toQuery({
  types,
  from,
  to,
  processInstanceKey,
  viewedInstanceKey,
  ...plain
}: AuditFilter): JsonObject {
  return {
    ...plain,
    ...(from !== undefined && { from: new Date(from).toISOString() }),
    ...(to !== undefined && { to: new Date(to).toISOString() }),
    ...(processInstanceKey !== undefined && { processInstanceKey: String(processInstanceKey) }),
    ...(viewedInstanceKey !== undefined && { viewedInstanceKey: String(viewedInstanceKey) }),
    ...(types && { type: [...types] }),
  };
}

const DOER_WORDS: Readonly<Record<Doer, string>> = {
  ai: 'AI agents',
  human: 'people',
  system: 'systems and the engine itself',
};

const OUTCOME_WORDS: Readonly<Record<Outcome, string>> = {
  approved: 'approved by a person',
  refused: 'refused by a person',
  decided: 'decided by a decision table',
  undecided: 'a decision table that could not decide',
};

/** The filter in words, a line each; none where it selects everything. */
export function describeFilter(filter: AuditFilter): [name: string, value: string][] {
  const { from, to, processDefinitionId, version, processInstanceKey, viewedInstanceKey, types } = filter;
  const at = (millis: number): string =>
    new Date(millis).toISOString().replace('T', ' ').replace('Z', ' UTC');
  const lines: [string, string | undefined][] = [
    ['From', from === undefined ? undefined : at(from)],
    ['Until before', to === undefined ? undefined : at(to)],
    [
      'Process',
      processDefinitionId && `${processDefinitionId}${version === undefined ? '' : `, version ${version}`}`,
    ],
    ['Process instance', processInstanceKey === undefined ? undefined : String(processInstanceKey)],
    ['Views of the instance', viewedInstanceKey === undefined ? undefined : String(viewedInstanceKey)],
    ['Element', filter.elementId],
    ['Actor', filter.actor],
    ['Event types', types?.join(', ')],
    ['Outcome', filter.outcome && OUTCOME_WORDS[filter.outcome]],
    ['Done by', filter.doneBy && DOER_WORDS[filter.doneBy]],
  ];
  return lines.filter((line): line is [string, string] => line[1] !== undefined);
}
