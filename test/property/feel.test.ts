/** FEEL holds under anything: it gives JSON or its own limit error, and agrees with slower ways of computing the same. */
import { fc } from '../support/property.js';
import { describe, expect, it } from 'vitest';
import {
  compileExpression,
  compileUnaryTests,
  FeelFailure,
  scopeOf,
  type CompileResult,
} from '@countersign/engine';
import { contexts, expressions } from './feel-expressions.js';

const NOW = Date.UTC(2024, 1, 29);

function runs(result: CompileResult, context: Record<string, unknown>): boolean {
  if (!result.ok) {
    for (const { line, column, message } of result.problems)
      expect([line >= 1, column >= 1, message !== '']).toEqual([true, true, true]);
    return false;
  }
  try {
    const { value } = result.expression.evaluateToJson(scopeOf(context), NOW);
    expect(JSON.parse(JSON.stringify(value))).toEqual(value);
  } catch (error) {
    if (!(error instanceof FeelFailure)) throw error;
  }
  return true;
}

describe('any expression', () => {
  it('gives JSON or a failure with words', () => {
    fc.assert(
      fc.property(expressions, contexts, (source, context) => void runs(compileExpression(source), context)),
      { numRuns: 800 },
    );
  });

  it('gives JSON or a failure with words as unary tests', () => {
    fc.assert(
      fc.property(
        expressions,
        contexts,
        fc.jsonValue(),
        (source, context, input) => void runs(compileUnaryTests(source), { ...context, '?': input }),
      ),
      { numRuns: 300 },
    );
  });

  it('leaves its input as it was', () => {
    fc.assert(
      fc.property(expressions, contexts, (source, context) => {
        const before = JSON.stringify(context);
        runs(compileExpression(source), context);
        expect(JSON.stringify(context)).toBe(before);
      }),
      { numRuns: 200 },
    );
  });

  it('gives the same twice', () => {
    fc.assert(
      fc.property(expressions, contexts, (source, context) => {
        const result = compileExpression(source);
        if (!result.ok) return;
        const once = (): string => {
          try {
            return JSON.stringify(result.expression.evaluateToJson(scopeOf(context), NOW));
          } catch (error) {
            return String(error);
          }
        };
        expect(once()).toBe(once());
      }),
      { numRuns: 200 },
    );
  });
});

describe('any text', () => {
  it('compiles or says where it is wrong', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string({ unit: 'grapheme' }),
          fc.stringMatching(/^[-+*/()[\]{}"a1.,:<>=? ]{0,30}$/),
        ),
        (source) => void runs(compileExpression(source), {}),
      ),
      { numRuns: 500 },
    );
  });

  it('is found wrong when it is a good one cut short', () => {
    fc.assert(
      fc.property(
        expressions,
        fc.nat(),
        (source, at) => void runs(compileExpression(source.slice(0, at % (source.length + 1))), {}),
      ),
      { numRuns: 150 },
    );
  });
});

/** A decimal of our own: digits and scale, computed with whole numbers. */
const decimals = fc.record({
  digits: fc.oneof(
    fc.bigInt({ min: -99999n, max: 99999n }),
    fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n }),
  ),
  scale: fc.integer({ min: 0, max: 8 }),
});

function decimalText(digits: bigint, scale: number): string {
  const text = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, '0');
  const fraction = text.slice(text.length - scale).replace(/0+$/, '');
  const whole = text.slice(0, text.length - scale);
  const plain = fraction === '' ? whole : `${whole}.${fraction}`;
  return digits < 0n && plain !== '0' ? `-${plain}` : plain;
}

function evaluated(source: string): unknown {
  const result = compileExpression(source);
  return result.ok ? result.expression.evaluate(scopeOf({}), NOW).value : result.problems[0].message;
}

describe('numbers', () => {
  it('add, subtract and multiply exactly', () => {
    fc.assert(
      fc.property(decimals, decimals, (left, right) => {
        const scale = Math.max(left.scale, right.scale);
        const a = left.digits * 10n ** BigInt(scale - left.scale);
        const b = right.digits * 10n ** BigInt(scale - right.scale);
        const [l, r] = [decimalText(left.digits, left.scale), decimalText(right.digits, right.scale)];
        expect(evaluated(`string((${l}) + (${r}))`)).toBe(decimalText(a + b, scale));
        expect(evaluated(`string((${l}) - (${r}))`)).toBe(decimalText(a - b, scale));
        const product = left.digits * right.digits;
        if (product.toString().length <= 34)
          expect(evaluated(`string((${l}) * (${r}))`)).toBe(decimalText(product, left.scale + right.scale));
        expect(evaluated(`(${l}) < (${r})`)).toBe(a < b);
        expect(evaluated(`(${l}) = (${r})`)).toBe(a === b);
      }),
      { numRuns: 600 },
    );
  });

  it('undo a division by a multiplication', () => {
    fc.assert(
      fc.property(decimals, decimals, (left, right) => {
        if (right.digits === 0n) return;
        const [l, r] = [decimalText(left.digits, left.scale), decimalText(right.digits, right.scale)];
        expect(evaluated(`abs((${l}) / (${r}) * (${r}) - (${l})) <= abs(${l}) * 1e-32`)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

const dates = fc.record({
  year: fc.integer({ min: -999_999, max: 999_999 }),
  month: fc.integer({ min: 1, max: 12 }),
  day: fc.integer({ min: 1, max: 28 }),
});

describe('dates', () => {
  it('come back after a duration and its opposite', () => {
    fc.assert(
      fc.property(dates, fc.integer({ min: -4_000_000, max: 4_000_000 }), ({ year, month, day }, days) => {
        expect(
          evaluated(
            `{d: date(${year}, ${month}, ${day}), r: d + duration("P1D") * ${days} - duration("P1D") * ${days} = d}.r`,
          ),
        ).toBe(true);
        expect(
          evaluated(
            `{d: date(${year}, ${month}, ${day}), r: (d + duration("P1D") * ${days}) - d = duration("P1D") * ${days}}.r`,
          ),
        ).toBe(true);
        expect(evaluated(`{d: date(${year}, ${month}, ${day}), r: date(string(d)) = d}.r`)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('agree with the platform in the years it knows', () => {
    fc.assert(
      fc.property(fc.integer({ min: -8_000_000_000_000, max: 8_000_000_000_000 }), (millis) => {
        const date = new Date(millis);
        const iso = date.toISOString();
        if (!/^\d{4}-/.test(iso)) return;
        expect(evaluated(`string(@"${iso.slice(0, 19)}Z" + @"PT0S")`)).toBe(`${iso.slice(0, 19)}Z`);
        expect(evaluated(`@"${iso.slice(0, 10)}".weekday`)).toBe(((date.getUTCDay() + 6) % 7) + 1);
      }),
      { numRuns: 200 },
    );
  });
});
