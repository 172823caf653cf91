/**
 * The one question that lists, exports and reports are asked with: which rows of the journal. It comes from a query
 * string, where everything is text, or from JSON; an empty field of a form counts as absent.
 */
import { z } from 'zod';
import { parseKey } from '@countersign/engine';
import type { JsonObject } from '@countersign/engine';

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

/** A word of the filter that is not known, or two that do not go together, is refused. */
const time = z.string().transform((text, context): number => {
  const value = Date.parse(text);
  if (!Number.isNaN(value)) return value;
  context.addIssue({
    code: 'custom',
    message: 'must be a date or time such as 2026-01-31 or 2026-01-31T12:00:00Z',
  });
  return z.NEVER;
});
const key = z.union([z.string(), z.int()]).transform((given, context): number => {
  const value = parseKey(String(given));
  if (value !== null) return value;
  context.addIssue({ code: 'custom', message: 'must be a string of digits' });
  return z.NEVER;
});
const text = z.string().max(1000);

/** An empty field of a form counts as absent. */
export const optional = <Shape extends z.ZodType>(shape: Shape) =>
  z.preprocess((value) => (value === '' || value === null ? undefined : value), shape.optional());

/** The fields of the filter, to be put into the shape of a request. */
export const filterFields = {
  from: optional(time),
  to: optional(time),
  processDefinitionId: optional(text),
  version: optional(z.coerce.number().int().min(1)),
  processInstanceKey: optional(key),
  viewedInstanceKey: optional(key),
  elementId: optional(text),
  actor: optional(text),
  type: optional(z.union([text, z.array(text).max(100)])),
  outcome: optional(z.enum(OUTCOMES)),
  doneBy: optional(z.enum(DOERS)),
};

/** What a request with these fields was read to. */
export type FilterFields = z.output<z.ZodObject<typeof filterFields>>;

/** The filter that was asked for; one of types that are separated by commas is taken apart. */
export function toFilter(query: FilterFields): AuditFilter {
  const types = [query.type ?? []]
    .flat()
    .flatMap((words) => words.split(','))
    .map((word) => word.trim())
    .filter((word) => word !== '');
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
