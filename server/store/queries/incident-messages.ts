/**
 * Incidents by the hash code of their message, as clients know groups of them: that of `String.hashCode` in Java, a sum of
 * the UTF-16 code units modulo 2^32. No SQL of both databases can say it, so the messages are looked up before.
 */
import type { Knex } from 'knex';
import { addCondition, asksNothing, operatorsOf } from './conditions.js';
import type { Filter, SpecialFilter } from './search-types.js';

const NAME = 'incidentErrorHashCode';

/** More messages would not fit into a statement. */
const MOST = 10_000;

/** Messages that a filter means. */
class Messages {
  constructor(readonly texts: readonly string[]) {}
}

/** The hash code of a text, as Java has it: a whole number of 32 bits. */
export function hashCode(text: string): number {
  let hash = 0;
  for (let index = 0; index < text.length; index += 1)
    hash = (Math.imul(hash, 31) + text.charCodeAt(index)) | 0;
  return hash;
}

/** The filter with the messages of open incidents that its hash codes mean; as it is where it has none, or a wrong one. */
export async function prepareMessages(knex: Knex, filter: Filter): Promise<Filter> {
  const given = filter[NAME];
  if (asksNothing(given) || whyNot(knex, given) !== null) return filter;
  const rows = (await knex('incident').distinct({ message: 'error_message' }).where('state', 'ACTIVE')) as {
    message: string;
  }[];
  const texts = rows.map(({ message }) => message).filter((message) => meets(hashCode(message), given));
  return { ...filter, [NAME]: new Messages(texts) };
}

/** Holds where an open incident of the instance has one of the messages. */
export const withMessages: SpecialFilter = (query, value, knex) => {
  if (!(value instanceof Messages)) return whyNot(knex, value);
  if (value.texts.length > MOST)
    return `filter.${NAME} means more than ${String(MOST)} messages. Name those that are meant.`;
  query.whereExists(
    knex
      .select(knex.raw('1'))
      .from('incident as i')
      .whereRaw('i.process_instance_key = pi.key')
      .where('i.state', 'ACTIVE')
      .whereIn('i.error_message', value.texts),
  );
  return null;
};

/** Why a condition on hash codes is refused; null where it can be asked. */
function whyNot(knex: Knex, given: unknown): string | null {
  if (isObject(given) && '$like' in given) return `filter.${NAME}.$like is for texts, and this is a number.`;
  return addCondition(knex.queryBuilder(), NAME, { sql: 'hash', kind: 'integer' }, given);
}

const COMPARISONS: Readonly<Record<string, (hash: number, value: never) => boolean>> = {
  $eq: (hash, value: number) => hash === value,
  $neq: (hash, value: number) => hash !== value,
  $gt: (hash, value: number) => hash > value,
  $gte: (hash, value: number) => hash >= value,
  $lt: (hash, value: number) => hash < value,
  $lte: (hash, value: number) => hash <= value,
  $in: (hash, value: number[]) => value.includes(hash),
  $notIn: (hash, value: number[]) => !value.includes(hash),
  $exists: (_hash, value: boolean) => value,
};

function meets(hash: number, given: unknown): boolean {
  if (!isObject(given)) return hash === given;
  return operatorsOf(given).every(([operator, value]) => COMPARISONS[operator](hash, value as never));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
