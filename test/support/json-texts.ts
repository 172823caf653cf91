/** Random JSON as texts, in the form in which `JSON.stringify` writes it, with whole numbers around the ends of doubles and of 64 bits. */
import { fc } from './property.js';

const EDGES = [0n, 2n ** 31n, 2n ** 53n, 10n ** 16n, 2n ** 62n, 2n ** 63n - 400n];

/** The digits of a whole number of 64 bits, mostly beside an edge. */
export const wholeText: fc.Arbitrary<string> = fc.oneof(
  fc
    .tuple(fc.constantFrom(...EDGES), fc.integer({ min: -399, max: 399 }), fc.boolean())
    .map(([edge, beside, isNegative]) => String((edge + BigInt(beside)) * (isNegative ? -1n : 1n))),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
  fc.constantFrom('9223372036854775807', '-9223372036854775808', '9007199254740993', '-9007199254740993'),
);

const double = fc
  .double({ noNaN: true, noDefaultInfinity: true })
  .filter((value) => !Object.is(value, -0) && !Number.isInteger(value))
  .map((value) => JSON.stringify(value));

/** Texts that look like numbers, as values and as names. */
const text = fc
  .oneof(
    wholeText,
    wholeText.map((digits) => `id: ${digits}, and [${digits}]`),
    wholeText.map((digits) => `"${digits}"\\`),
    fc.string(),
  )
  .map((value) => JSON.stringify(value.replaceAll('\0', '')));

/** A value of any kind. */
export const jsonText: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'medium' },
    { arbitrary: wholeText, weight: 4 },
    { arbitrary: fc.oneof(double, text, fc.constantFrom('true', 'false', 'null')), weight: 2 },
    { arbitrary: fc.array(tie('value'), { maxLength: 4 }).map((items) => `[${items.join(',')}]`), weight: 2 },
    {
      arbitrary: fc
        .uniqueArray(fc.tuple(text, tie('value')), { maxLength: 4, selector: ([name]) => name })
        .map((entries) => {
          // Names that are list indexes stand first, as JavaScript has them.
          const named = entries.filter(([name]) => !/^"(\d{1,10})"$|^"__proto__"$/.test(name));
          return `{${named.map(([name, value]) => `${name}:${value}`).join(',')}}`;
        }),
      weight: 2,
    },
  ),
})).value;
