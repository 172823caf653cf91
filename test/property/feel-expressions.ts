/** Random FEEL expressions and contexts, for property tests: mostly well-formed, over all kinds of values. */
import { fc } from '../support/property.js';

const NAMES = ['a', 'b', 'order', 'items', 'x', 'missing'];

const LITERALS = fc.oneof(
  fc.integer({ min: -1000, max: 1000 }).map(String),
  fc
    .tuple(fc.integer({ min: -9999, max: 9999 }), fc.integer({ min: 0, max: 99 }))
    .map(([whole, part]) => `${whole}.${part}`),
  fc.constantFrom(
    'null',
    'true',
    'false',
    '""',
    '"abc"',
    '"a😀b"',
    '1e400',
    '1e-400',
    '.5',
    '99999999999999999999999999999999999999',
  ),
  fc.constantFrom(
    '@"2024-02-29"',
    '@"2024-02-29T10:00:00Z"',
    '@"10:00:00@Europe/Paris"',
    '@"P1Y2M"',
    '@"-PT36H"',
    '@"-999999999-01-01"',
    '@"nonsense"',
  ),
);

const BUILTINS = [
  'count',
  'sum',
  'min',
  'max',
  'mean',
  'median',
  'mode',
  'stddev',
  'product',
  'all',
  'any',
  'sort',
  'reverse',
  'flatten',
  'distinct values',
  'union',
  'concatenate',
  'append',
  'sublist',
  'insert before',
  'remove',
  'index of',
  'list contains',
  'list replace',
  'partition',
  'duplicate values',
  'string join',
  'is empty',
  'string',
  'number',
  'date',
  'time',
  'date and time',
  'duration',
  'years and months duration',
  'day of week',
  'week of year',
  'last day of month',
  'now',
  'today',
  'substring',
  'string length',
  'upper case',
  'contains',
  'matches',
  'replace',
  'split',
  'extract',
  'substring before',
  'trim',
  'repeat',
  'to base64',
  'abs',
  'floor',
  'ceiling',
  'round up',
  'round half even',
  'decimal',
  'modulo',
  'sqrt',
  'exp',
  'log',
  'odd',
  'even',
  'before',
  'after',
  'meets',
  'overlaps',
  'overlaps before',
  'finishes',
  'starts',
  'includes',
  'during',
  'coincides',
  'range',
  'get value',
  'get entries',
  'context put',
  'context merge',
  'context',
  'not',
  'is',
  'is defined',
  'get or else',
  'assert',
  'to json',
  'from json',
  'fromAi',
];

/** Expressions with their parts joined at random. */
export const expressions: fc.Arbitrary<string> = fc.letrec<{ expression: string }>((tie) => {
  const part = tie('expression');
  const pair = fc.tuple(part, part);
  return {
    expression: fc.oneof(
      { maxDepth: 5, depthSize: 'medium' },
      LITERALS,
      fc.constantFrom(...NAMES, '?', 'item', 'partial'),
      fc
        .tuple(part, fc.constantFrom('+', '-', '*', '/', '**', '=', '!=', '<', '>=', 'and', 'or'), part)
        .map(([left, operator, right]) => `(${left}) ${operator} (${right})`),
      part.map((inner) => `-(${inner})`),
      fc.array(part, { maxLength: 4 }).map((items) => `[${items.join(', ')}]`),
      fc
        .tuple(
          fc.uniqueArray(fc.constantFrom(...NAMES, 'constructor', '__proto__', '"a b"')),
          fc.array(part, { minLength: 7, maxLength: 7 }),
        )
        .map(([keys, values]) => `{${keys.map((key, index) => `${key}: ${values[index]}`).join(', ')}}`),
      fc
        .tuple(part, fc.constantFrom(...NAMES, 'year', 'hours', 'start', 'constructor', '__proto__'))
        .map(([target, name]) => `(${target}).${name}`),
      pair.map(([target, filter]) => `(${target})[${filter}]`),
      fc
        .tuple(part, part, part)
        .map(([condition, then, otherwise]) => `if ${condition} then ${then} else ${otherwise}`),
      fc
        .tuple(fc.constantFrom(...NAMES), part, part)
        .map(([name, source, body]) => `(for ${name} in ${source} return ${body})`),
      fc
        .tuple(fc.constantFrom('some', 'every'), part, part)
        .map(([word, source, body]) => `(${word} x in ${source} satisfies ${body})`),
      fc
        .tuple(fc.constantFrom('[', '('), pair, fc.constantFrom(']', ')'))
        .map(([open, [start, end], close]) => `${open}${start}..${end}${close}`),
      pair.map(([value, test]) => `(${value}) in (${test}, > 3)`),
      fc.tuple(part, part, part).map(([value, low, high]) => `(${value}) between ${low} and ${high}`),
      fc
        .tuple(
          part,
          fc.constantFrom(
            'number',
            'list<number>',
            'context<a: number>',
            'range<date>',
            'function<number>->Any',
          ),
        )
        .map(([value, type]) => `(${value}) instance of ${type}`),
      fc
        .tuple(fc.constantFrom(...BUILTINS), fc.array(part, { maxLength: 4 }))
        .map(([name, args]) => `${name}(${args.join(', ')})`),
      fc.tuple(part, part).map(([body, argument]) => `{f: function(x) ${body}, r: f(${argument})}.r`),
    ),
  };
}).expression;

/** Contexts of JSON values, as they come from texts, under the names the expressions use. */
export const contexts = fc
  .record(Object.fromEntries(NAMES.slice(0, 5).map((name) => [name, fc.jsonValue({ maxDepth: 3 })])), {
    requiredKeys: [],
  })
  .map((context) => JSON.parse(JSON.stringify(context)) as Record<string, unknown>);
