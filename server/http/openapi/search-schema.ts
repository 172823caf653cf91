/** JSON Schema of searches, from the fields that the searches themselves know. */
import type { Field, FieldKind } from '../../store/queries/search-types.js';
import type { SearchFields } from './described.js';

/** A JSON Schema. */
export type Schema = Readonly<Record<string, unknown>>;

const KINDS: Readonly<Record<FieldKind, Schema>> = {
  key: { type: 'string', pattern: '^-?\\d{1,25}$' },
  text: { type: 'string' },
  integer: { type: 'integer' },
  time: { type: 'string', format: 'date-time' },
  flag: { type: 'boolean' },
  word: { type: 'string' },
};

/** What a search takes: `{filter, sort, page}`. */
export function searchBody({ fields, special, joint = [] }: SearchFields): Schema {
  const plain = Object.entries(Object.assign({}, fields, ...joint.map((one) => one.fields)) as typeof fields);
  const filters = plain.map(([name, field]) => [name, filterOf(field)] as const);
  const more = Object.keys(special ?? {}).map((name) => [name, {}] as const);
  const sortable = Object.entries(fields).filter(([, field]) => field.sortable !== false);
  return {
    type: 'object',
    additionalProperties: false,
    properties: {
      filter: {
        type: ['object', 'null'],
        additionalProperties: false,
        properties: Object.fromEntries([...filters, ...more]),
      },
      sort: {
        type: ['array', 'null'],
        items: {
          type: 'object',
          additionalProperties: false,
          required: ['field'],
          properties: {
            field: { type: 'string', enum: sortable.map(([name]) => name) },
            order: { type: 'string', enum: ['ASC', 'DESC'], default: 'ASC' },
          },
        },
      },
      page: { anyOf: [{ $ref: '#/components/schemas/SearchPage' }, { type: 'null' }] },
    },
  };
}

/** What a search answers: its items have at least the fields that can be asked for. */
export function searchAnswer({ fields }: SearchFields): Schema {
  const properties = Object.entries(fields).map(([name, field]) => [name, valueOf(field)] as const);
  return {
    type: 'object',
    required: ['items', 'page'],
    properties: {
      items: { type: 'array', items: { type: 'object', properties: Object.fromEntries(properties) } },
      page: { $ref: '#/components/schemas/FoundPage' },
    },
  };
}

/** The schemas that every search shares. */
export const SEARCH_SCHEMAS: Readonly<Record<string, Schema>> = {
  SearchPage: {
    type: 'object',
    additionalProperties: false,
    properties: {
      limit: { type: 'integer', minimum: 1, maximum: 10_000, default: 100 },
      from: { type: 'integer', minimum: 0, description: 'How many to leave out.' },
      after: { type: 'string', description: 'The endCursor of the page before.' },
      before: { type: 'string', description: 'The startCursor of the page after.' },
    },
  },
  FoundPage: {
    type: 'object',
    required: ['totalItems', 'hasMoreTotalItems'],
    properties: {
      totalItems: { type: 'integer', description: 'Counted up to 10,000.' },
      hasMoreTotalItems: { type: 'boolean' },
      startCursor: { type: ['string', 'null'] },
      endCursor: { type: ['string', 'null'] },
    },
  },
};

function valueOf(field: Field): Schema {
  const { type, ...rest } = KINDS[field.kind];
  const words =
    field.words === undefined ? {} : { enum: field.nullable ? [...field.words, null] : field.words };
  return { type: field.nullable ? [type, 'null'] : type, ...rest, ...words };
}

/** A plain value, an object of operators, or null, which asks nothing. */
function filterOf(field: Field): Schema {
  const value = {
    ...KINDS[field.kind],
    ...(field.words && { description: `One of ${field.words.join(', ')}.` }),
  };
  const many = { type: 'array', items: value };
  return {
    anyOf: [
      value,
      { type: 'null' },
      {
        type: 'object',
        additionalProperties: false,
        properties: {
          ...Object.fromEntries(['$eq', '$neq', '$gt', '$gte', '$lt', '$lte'].map((name) => [name, value])),
          $in: many,
          $notIn: many,
          $exists: { type: 'boolean' },
          $like: { type: 'string', description: '* stands for any characters, ? for one.' },
        },
      },
    ],
  };
}
