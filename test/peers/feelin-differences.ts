/** Where feelin 8.2 differs from the standard and the TCK, each with the reason and how it is recognised. */

/** Two values for one expression, as JSON texts. */
export interface Difference {
  readonly source: string;
  readonly context: string;
  readonly ours: string;
  readonly theirs: string;
}

const uses = (pattern: RegExp) => (difference: Difference) => pattern.test(difference.source);

/** The differences that have a reason. */
export const KNOWN_DIFFERENCES: readonly {
  readonly reason: string;
  readonly applies: (difference: Difference) => boolean;
}[] = [
  {
    reason:
      'Values of different kinds have no order: the comparison is null (DMN 1.5, table 42). feelin gives a truth.',
    applies: ({ source, ours, theirs }) =>
      /[<>]/.test(source) && ours === 'null' && /^(true|false)$/.test(theirs),
  },
  {
    reason: 'A text or a truth is in no range of numbers. feelin compares them as JavaScript does.',
    applies: ({ source, context, ours, theirs }) =>
      /^([<>]=?\s*\d+,?)+$|^\[\d+\.\.\d+\]$/.test(source) &&
      /"\?":(".*"|true|false)/.test(context) &&
      ours === 'false' &&
      theirs === 'true',
  },
  {
    reason: 'A condition that is null makes some and every null, not false (DMN 1.5, table 45).',
    applies: ({ source, ours, theirs }) =>
      /\b(some|every)\b/.test(source) && ours === 'null' && theirs === 'false',
  },
  {
    reason: 'feelin evaluates every over a single item that is no list to null.',
    applies: uses(/^every i in priceTable1 satisfies gtTen/),
  },
  {
    reason: 'A condition that is not true leads to else (DMN 1.5, table 44). feelin takes a number for true.',
    applies: uses(/^if (bool|Disposable)/),
  },
  { reason: 'feelin has no range() and gives null.', applies: uses(/\brange\(/) },
  {
    reason: 'feelin lacks these functions on ranges.',
    applies: uses(/^(overlaps before|overlaps after|finishe[sd]( by)?|start(s|ed by)|during|coincides)\(/),
  },
  {
    reason: 'The ranges of unary tests are ranges of their own (TCK 0068, 0074).',
    applies: uses(/\((<|<=|>|>=|=|!=) ?10\)/),
  },
  {
    reason: 'A range whose end is null has no decidable members (TCK 0072).',
    applies: uses(/ in [[(](null\.\.|1\.\.null)/),
  },
  {
    reason: 'A list in a list of tests is compared as a list too (TCK 0072).',
    applies: uses(/^\[1,2,3\] in \(\[1,2,3\]\)$/),
  },
  { reason: 'feelin cannot negate durations.', applies: uses(/^-@"-?P/) },
  {
    reason: 'feelin takes durations of different kinds for equal (TCK 0068, 0103).',
    applies: uses(/P365D|is\(@"P0Y", @"P0D"\)/),
  },
  { reason: 'A number is not equal to the list of it (TCK 0068).', applies: uses(/^\[100\] = 100$/) },
  {
    reason: 'Comparing two lists is a comparison, not null.',
    applies: uses(/^(fn_bkm_001 = fn_bkm_002|max = mean)$/),
  },
  {
    reason: 'null conforms to the type of an entry (TCK 0070).',
    applies: uses(/instance of context<a: string>$/),
  },
  {
    reason: 'feelin has no flags x and q, no class subtraction and no blocks in patterns (XPath F&O 3.1).',
    applies: uses(/^(matches|replace)\(/),
  },
  {
    reason: 'feelin reads durations and offsets only within what its library holds (TCK 1116, 1120).',
    applies: uses(/^(duration\("(-?P\d{8,}|PT0\.S)|time\("13:20:00[+-](19|02:00@))/),
  },
  {
    reason:
      'feelin computes 10 to a fraction for a scale that is no whole number, and does not bound the scale (TCK 1142).',
    applies: uses(/^round (half )?down\(5\.5/),
  },
  {
    reason: 'Offset zero is written Z (TCK 1116 compares by value).',
    applies: ({ ours, theirs }) => theirs.replace(/[+-]00:00"$/, 'Z"') === ours,
  },
  {
    reason: 'An index beyond the list makes insert before and remove null.',
    applies: uses(/^(remove|insert before)\(/),
  },
  {
    reason: 'context put makes the contexts that are missing on the way.',
    applies: uses(/^context put\(\w+, \["a", "b"\], 2\)$/),
  },
  { reason: 'for over one item goes over the list of it.', applies: uses(/^for i in Loans return PMT2/) },
  { reason: 'max of values without an order is null.', applies: uses(/^Base Vacation Days/) },
  {
    reason: 'feelin drops nulls from every filter, also from one that asks for them.',
    applies: uses(/\[item = null\]/),
  },
  {
    reason: 'concatenate of null is null, so nothing is counted.',
    applies: uses(/concatenate\(identity\.findings/),
  },
];
