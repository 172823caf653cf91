/** FEEL on whole numbers of 64 bits, held against the platform's own whole numbers. */
import { describe, expect, it } from 'vitest';
import { compileExpression, FeelLimitError, readJson, scopeOf, writeJson } from '@countersign/engine';
import { wholeText } from '../support/json-texts.js';
import { fc } from '../support/property.js';

/** The result as JSON text; the variables are JSON texts too. */
function evaluate(source: string, variables: Readonly<Record<string, string>>): string {
  const compiled = compileExpression(source);
  if (!compiled.ok) throw new Error(compiled.problems[0].message);
  const scope = scopeOf(
    Object.fromEntries(Object.entries(variables).map(([name, text]) => [name, readJson(text)])),
  );
  return writeJson(compiled.expression.evaluateToJson(scope, 0).value);
}

const LEAST = -(2n ** 63n);
const GREATEST = 2n ** 63n - 1n;

/** Expressions of `a` and `b`, and what they are. */
const EXACT: readonly (readonly [source: string, expected: (a: bigint, b: bigint) => bigint | boolean])[] = [
  ['a + b', (a, b) => a + b],
  ['a - b', (a, b) => a - b],
  ['-a', (a) => -a],
  ['a + 1', (a) => a + 1n],
  ['sum([a, b])', (a, b) => a + b],
  ['abs(a)', (a) => (a < 0n ? -a : a)],
  ['max(a, b)', (a, b) => (a > b ? a : b)],
  ['min([a, b])', (a, b) => (a < b ? a : b)],
  ['floor(a)', (a) => a],
  ['ceiling(a)', (a) => a],
  ['round half up(a, 0)', (a) => a],
  ['a = b', (a, b) => a === b],
  ['a != b', (a, b) => a !== b],
  ['a < b', (a, b) => a < b],
  ['a >= b', (a, b) => a >= b],
  ['a in [b..a]', (a, b) => b <= a],
  ['a in (> b)', (a, b) => a > b],
  ['list contains([a], b)', (a, b) => a === b],
  ['{x: a} = {x: b}', (a, b) => a === b],
  ['count(distinct values([a, b, a + 0, a])) = 1', (a, b) => a === b],
  ['count(union([a], [b - 0])) = 1', (a, b) => a === b],
  ['number(string(a))', (a) => a],
  ['sort([a, b], function(x, y) x < y)[1]', (a, b) => (a < b ? a : b)],
  ['(for i in a..a + 2 return i)[3]', (a) => a + 2n],
  ['every i in a..a + 2 satisfies i >= a', () => true],
  ['even(a)', (a) => a % 2n === 0n],
  ['modulo(a, 1000)', (a) => ((a % 1000n) + 1000n) % 1000n],
  ['modulo(a, if b = 0 then 7 else b)', (a, b) => floorModulo(a, b === 0n ? 7n : b)],
  ['a * 1', (a) => a],
  ['a * -1', (a) => -a],
  ['a / 1', (a) => a],
  ['(a - modulo(a, 2)) / 2', (a) => (a - floorModulo(a, 2n)) / 2n],
  ['a ** 1', (a) => a],
  ['mean([a, a])', (a) => a],
  ['median([a, a, a])', (a) => a],
  ['mode([a, b, a])[1]', (a) => a],
  ['product([a, 1])', (a) => a],
  ['decimal(a, 2)', (a) => a],
  ['round up(a, 0)', (a) => a],
  ['a between b and a', (a, b) => b <= a],
  ['number("" + string(a)) - a', () => 0n],
  ['get value({x: a}, "x")', (a) => a],
  ['context put({}, "x", a).x', (a) => a],
  ['flatten([[a], [[b]]])[2]', (_a, b) => b],
  ['(function(x) x)(a)', (a) => a],
  ['index of([b, a], a)[-1]', () => 2n],
  ['remove([a, b], 1)[1]', (_a, b) => b],
  ['(if a = b then b else a)', (a) => a],
  ['[a, b][item > b or item = b][1]', (a, b) => (a >= b ? a : b)],
  ['{x: [a]}.x[1]', (a) => a],
  ['(a + 0) = a', () => true],
  ['a instance of number', () => true],
];

/** The rest with the sign of the divisor, as FEEL has it. */
function floorModulo(a: bigint, b: bigint): bigint {
  return ((a % b) + b) % b;
}

describe('whole numbers of 64 bits in FEEL', () => {
  it.each(EXACT)('%s', (source, expected) => {
    fc.assert(
      fc.property(wholeText, wholeText, (a, b) => {
        const value = expected(BigInt(a), BigInt(b));
        if (typeof value === 'bigint' && (value < LEAST || value > GREATEST)) {
          if (String(Number(value)) !== String(value))
            expect(() => evaluate(source, { a, b })).toThrow(FeelLimitError);
        } else expect(evaluate(source, { a, b })).toBe(String(value));
      }),
      { numRuns: 60 },
    );
  });

  it('knows a number from its neighbours, wherever they come from', () => {
    fc.assert(
      fc.property(wholeText, (text) => {
        const beside = String(BigInt(text) > 0n ? BigInt(text) - 1n : BigInt(text) + 1n);
        expect(evaluate(`a = ${text}`, { a: text })).toBe('true');
        expect(evaluate(`a = ${text}`, { a: beside })).toBe('false');
        expect(evaluate(`number("${beside}") = a`, { a: text })).toBe('false');
        expect(evaluate('[a] = [b]', { a: text, b: beside })).toBe('false');
        expect(evaluate('string(a)', { a: text })).toBe(`"${text}"`);
        expect(evaluate(text, {})).toBe(text);
      }),
    );
  });

  it.each([
    ['9223372036854775807 + 1', 'beyond 64 bits'],
    ['{a: [2 ** 100]}', 'beyond 64 bits'],
    ['-9223372036854775808 - 1', 'beyond 64 bits'],
  ])('%s is refused with words, and not rounded', (source, words) => {
    expect(() => evaluate(source, {})).toThrow(words);
  });

  it.each([
    ['1 / 3', '0.3333333333333333'],
    ['10 ** 21', '1e+21'],
    ['10 ** 20', '100000000000000000000'],
    ['2 ** 200', '1.6069380442589903e+60'],
    ['9007199254740993 / 2', '4503599627370496'],
    ['9007199254740993.5', '9007199254740994'],
    ['0.1 + 0.2', '0.3'],
  ])('%s, which no whole number of 64 bits is, is the nearest double: %s', (source, text) => {
    expect(evaluate(source, {})).toBe(text);
  });
});
