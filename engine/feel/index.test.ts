import { describe, expect, it } from 'vitest';
import {
  compileExpression,
  compileUnaryTests,
  FeelAssertionError,
  FeelLevelsError,
  FeelLimitError,
  scopeOf,
  toEpochMillis,
} from './index.js';

const NOW = Date.UTC(2024, 1, 29, 10, 30);

function evaluate(source: string, context: Record<string, unknown> = {}): unknown {
  const result = compileExpression(source);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.expression.evaluateToJson(scopeOf(context), NOW).value;
}

function test(source: string, input: unknown, context: Record<string, unknown> = {}): unknown {
  const result = compileUnaryTests(source);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.expression.evaluate(scopeOf({ ...context, '?': input }), NOW).value;
}

describe('expressions', () => {
  it.each<[string, unknown]>([
    ['0.1 + 0.2 = 0.3', true],
    ['1e3', 1000],
    ['2 * 3.15', 6.3],
    ['10 / 4', 2.5],
    ['1 / 3 * 3', 1],
    ['string(1/3)', '0.3333333333333333333333333333333333'],
    ['2 ** 10', 1024],
    ['-2 ** 2', 4],
    ['5 - -3', 8],
    ['if 1 > 2 then "a" else "b"', 'b'],
    ['for i in 1..3 return i * 2', [2, 4, 6]],
    ['for i in 3..1 return i', [3, 2, 1]],
    ['some x in [1,2] satisfies x > 1', true],
    ['every x in [1,2] satisfies x > 1', false],
    ['{a: 1, b: a + 1}', { a: 1, b: 2 }],
    ['[1,2,3][item > 1]', [2, 3]],
    ['[1,2,3][-1]', 3],
    ['[{a:1,b:2},{a:3,b:4}][a > 1].b', [4]],
    ['{f: function(n) if n < 2 then 1 else n * f(n - 1), r: f(5)}.r', 120],
    ['5 in (1, > 4)', true],
    ['5 between 1 and 5', true],
    ['date("2024-02-29") + duration("P1Y")', '2025-02-28'],
    ['now()', '2024-02-29T10:30:00Z'],
    ['today()', '2024-02-29'],
    ['@"2024-01-01T00:00:00Z" - @"2023-12-31T00:00:00Z"', 'P1D'],
    ['get or else(null, 1)', 1],
    ['string join(["a","b"], ",")', 'a,b'],
    ['substring(string: "foobar", start position: 3)', 'obar'],
    ['matches("foobar", "^fo*b")', true],
    ['replace("abcd", "(ab)|(a)", "[1=$1][2=$2]")', '[1=ab][2=]cd'],
    ['{date: 1, x: date("2024-01-01").year + date}.x', 2025],
    ['{count: function(x) 7, x: count([])}.x', 7],
    ['null and true', null],
    ['null or true', true],
    ['"a" instance of string', true],
    ['{"first name": "x"}.`first name`', 'x'],
  ])('%s is %j', (source, expected) => {
    expect(evaluate(source)).toEqual(expected);
  });

  it('reads variables, paths and warns of missing ones', () => {
    const result = compileExpression('order.total > limit and missing = null');
    if (!result.ok) throw new Error('does not compile');
    expect(result.expression.names).toEqual(['order', 'limit', 'missing']);
    const outcome = result.expression.evaluate(scopeOf({ order: { total: 10 }, limit: 5 }), NOW);
    expect(outcome.value).toBe(true);
    expect(outcome.warnings).toEqual([{ message: "Variable 'missing' not found.", at: 24 }]);
  });

  it('does not see inherited properties', () => {
    expect(evaluate('a.constructor', { a: {} })).toBeNull();
    expect(evaluate('toString')).toBeNull();
  });
});

describe('unary tests', () => {
  it.each<[string, unknown, unknown]>([
    ['-', 1, true],
    ['> 5', 6, true],
    ['[1..3)', 3, false],
    ['"a", "b"', 'b', true],
    ['not("a", "b")', 'b', false],
    ['? > 5 and ? < 8', 7, true],
    ['null', null, true],
    ['limit', 3, true],
    ['false', false, true],
  ])('%s on %j is %j', (source, input, expected) => {
    expect(test(source, input, { limit: 3 })).toBe(expected);
  });
});

describe('problems and limits', () => {
  it('takes many operators in a row, but not any number', () => {
    const alternatives = (count: number): string =>
      Array.from({ length: count }, (_, index) => `a = "${index}"`).join(' or ');
    expect(evaluate(alternatives(800), { a: '799' })).toBe(true);
    expect(compileExpression(alternatives(2000))).toMatchObject({ ok: false });
  });

  it.each<[string, number, number, string | undefined]>([
    ['1 +', 1, 4, 'an expression'],
    ['if a then b', 1, 12, 'else'],
    ['[1, 2', 1, 6, ']'],
    ['(1 + 2', 1, 7, ')'],
    ['{a: }', 1, 5, 'an expression'],
    ['a == b', 1, 4, 'an expression'],
    ['= a', 1, 1, 'an expression'],
    ['not a', 1, 5, '('],
    ['1 2', 1, 3, 'an operator'],
    ['for x in xs\n  x', 2, 4, undefined],
  ])('%j fails at %i:%i', (source, line, column, expected) => {
    const result = compileExpression(source);
    expect(result.ok).toBe(false);
    if (!result.ok) {
      expect(result.problems[0]).toMatchObject({ line, column });
      if (expected !== undefined) expect(result.problems[0].expected).toBe(expected);
    }
  });

  it.each([
    'for i in 1..10000000 return i',
    '{f: function(n) f(n), r: f(1)}.r',
    'matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", "^(a+)+$")',
  ])('%s is stopped', (source) => {
    expect(() => evaluate(source)).toThrow(FeelLimitError);
  });
});

describe('an assertion', () => {
  it.each([
    ['assert(1, 1 < 0, "cause")', 'cause'],
    ['assert(1, null)', 'The asserted condition does not hold.'],
    ['[1, {a: if true then assert("x", false, "inside") else 2}]', 'inside'],
    ['for i in [1, 2, 3] return assert(i, i < 3, "at " + string(i))', 'at 3'],
  ])('%s ends the evaluation without a value', (source, message) => {
    expect(() => evaluate(source)).toThrow(new FeelAssertionError(message));
  });
});

describe('moments for timers', () => {
  it('reads dates with and without zone', () => {
    expect(toEpochMillis('2024-02-29T10:30:00Z')).toBe(NOW);
    expect(toEpochMillis('2024-02-29T11:30:00@Europe/Paris')).toBe(NOW);
    expect(toEpochMillis('2024-02-29T11:30:00+01:00')).toBe(NOW);
    expect(toEpochMillis('PT1S')).toBeNull();
  });
});

describe('a result as JSON', () => {
  it('is nested as deep as a value may be, and no deeper', () => {
    const deep = JSON.parse('['.repeat(500) + ']'.repeat(500)) as unknown;
    expect(evaluate('deep', { deep })).toBe(deep);
    expect(() => evaluate('[deep]', { deep })).toThrow(FeelLevelsError);
    expect(() => evaluate('{a: deep}', { deep })).toThrow(FeelLevelsError);
  });

  it('is Unicode, in texts and in names', () => {
    expect(evaluate('value', { value: { 'a\ud800': ['\udc00', '😀'] } })).toEqual({
      'a\ufffd': ['\ufffd', '😀'],
    });
  });
});
