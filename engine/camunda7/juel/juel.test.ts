import { fc } from '../../../test/support/property.js';
import { describe, expect, it } from 'vitest';
import { compileExpression, scopeOf } from '../../feel/index.js';
import type { JsonObject, JsonValue } from '../../model/json.js';
import { translateList, translateValue } from './index.js';

function feelOf(source: string): string {
  const translated = translateValue(source);
  if (!translated.ok) return `- ${translated.reason}`;
  return translated.value.kind === 'feel' ? `=${translated.value.text}` : translated.value.text;
}

function evaluate(source: string, variables: JsonObject): JsonValue {
  const feel = feelOf(source);
  const compiled = compileExpression(feel.slice(1));
  if (!feel.startsWith('=') || !compiled.ok) throw new Error(`${source} became ${feel}`);
  return compiled.expression.evaluateToJson(scopeOf(variables), 0).value;
}

describe('JUEL to FEEL', () => {
  it.each([
    ['plain text', 'plain text'],
    ['${name}', '=name'],
    ['#{name}', '=name'],
    ['\\${name}', '${name}'],
    ['${order.customer.name}', '=order.customer.name'],
    ["${order['customer']}", '=order.customer'],
    ["${order['first name']}", '=get value(order, "first name")'],
    ['${items[0]}', '=items[1]'],
    ['${items[0].price}', '=items[1].price'],
    ['${for}', '=`for`'],
    ['${a$b}', '=`a$b`'],
    ['${a == 1 && b != "x" || !c}', '=a = 1 and b != "x" or not(c)'],
    ['${a eq 1 and b ne 2 or not c}', '=a = 1 and b != 2 or not(c)'],
    ['${a lt 1 or a ge 2}', '=a < 1 or a >= 2'],
    ['${(a || b) && c}', '=(a or b) and c'],
    ['${(a == b) == c}', '=(a = b) = c'],
    ['${a - (b - c)}', '=a - (b - c)'],
    ['${a - b - c}', '=a - b - c'],
    ['${-(a - b)}', '=-(a - b)'],
    ['${a + b}', '=number(string(a)) + number(string(b))'],
    ['${1 + "2"}', '=1 + 2'],
    ['${".5" + nrOfInstances}', '=0.5 + numberOfInstances'],
    ['${a * 2 + order.tax}', '=a * 2 + number(string(order.tax))'],
    ['${a - (b + 1)}', '=a - (number(string(b)) + 1)'],
    ['${(x ? 1 : 2) + -a}', '=(if x then 1 else 2) + -a'],
    ['${null + 1}', '=0 + 1'],
    ['${a div 2 mod 3}', '=modulo(a / 2, 3)'],
    ['${empty a}', '=list contains([null, "", [], {}], a)'],
    ['${a ? b : c ? d : e}', '=if a then b else if c then d else e'],
    ['${(a ? 1 : 2) + 3}', '=(if a then 1 else 2) + 3'],
    ["${'it''s'}", '- It cannot be read from "s" on.'],
    ['${"say \\"hi\\""}', '="say \\"hi\\""'],
    ["${'}'}", '="}"'],
    ["${'Order ' + id}", '- Its "+" adds numbers, and the text "Order " is none.'],
    ['Order ${id}!', '=string join(["Order ", string(id), "!"])'],
    ['${1.5e3}', '=1500'],
    ['${.5}', '=0.5'],
    ['${loopCounter == 0}', '=loopCounter - 1 = 0'],
    ['${nrOfInstances}', '=numberOfInstances'],
    ['${bean.method(a, b)}', '- It calls the method "method", which is Java code.'],
    ['${S(response)}', '- It calls the method "S", which is Java code.'],
    ['${fn:size(list)}', '- It calls the method "fn:size", which is Java code.'],
    ["${a ? b : 'c'}", '=if a then b else "c"'],
    ['${a ? b : empty (c)}', '=if a then b else list contains([null, "", [], {}], c)'],
    ['${a ? b : c}', '=if a then b else c'],
    [
      '${execution.processBusinessKey}',
      '- It asks the engine\'s object "execution", which there is none of here.',
    ],
    [
      '${items[index]}',
      '- What stands in the square brackets may be a place in a list or a name: only a person can tell.',
    ],
    ['${a +}', '- It ends too early.'],
    ['${a', '- The expression that begins with "${" has no closing brace.'],
    ['${}', '- It ends too early.'],
    [`\${${'('.repeat(500)}a${')'.repeat(500)}}`, '- It is nested too deep.'],
    [`\${${'!'.repeat(500)}a}`, '- It is nested too deep.'],
  ])('%s', (source, expected) => {
    expect(feelOf(source)).toBe(expected);
  });

  it('takes a list apart at its commas', () => {
    const list = translateList('sales, ${region}-managers, ${pick("a,b")}');
    expect(list.ok).toBe(false);
    expect(translateList('sales, ${region}-managers')).toEqual({
      ok: true,
      value: { kind: 'feel', text: '["sales", string join([string(region), "-managers"])]' },
    });
    expect(translateList(' a, b ')).toEqual({ ok: true, value: { kind: 'text', text: 'a, b' } });
  });

  it.each([null, '', [], {}])('finds %j empty, and says so as a boolean', (value) => {
    expect(evaluate('${empty x}', { x: value })).toBe(true);
    expect(evaluate('${not empty x}', { x: value })).toBe(false);
  });

  it.each(['a', 0, false, [null], { a: null }])('finds %j not empty', (value) => {
    expect(evaluate('${not empty x}', { x: value })).toBe(true);
  });

  it('takes null for an empty text inside a text', () => {
    expect(evaluate('Hello ${name}!', { name: null })).toBe('Hello !');
  });
});

/** An expression as JUEL, and what JUEL says it is (JSR 245 §1.5 to §1.11). */
interface Sample<Value> {
  readonly juel: string;
  readonly value: Value;
}

const variables = { n: 7, m: 2, half: 0.5, yes: true, no: false, word: 'tea', other: 'a "quoted" \\ word' };

const { numbers, booleans, texts } = fc.letrec<{
  numbers: Sample<number>;
  booleans: Sample<boolean>;
  texts: Sample<string>;
}>((tie) => {
  const binary = <In, Out>(
    of: 'numbers' | 'booleans' | 'texts',
    signs: readonly string[],
    compute: (sign: string, a: In, b: In) => Out,
  ) =>
    fc
      .tuple(
        tie(of) as fc.Arbitrary<Sample<In>>,
        fc.constantFrom(...signs),
        tie(of) as fc.Arbitrary<Sample<In>>,
      )
      .map(([a, sign, b]): Sample<Out> => ({
        juel: `(${a.juel} ${sign} ${b.juel})`,
        value: compute(sign, a.value, b.value),
      }));
  const choice = (of: 'numbers' | 'booleans' | 'texts') =>
    fc
      .tuple(tie('booleans'), tie(of) as fc.Arbitrary<Sample<never>>, tie(of) as fc.Arbitrary<Sample<never>>)
      .map(([test, a, b]) => ({
        juel: `(${test.juel} ? ${a.juel} : ${b.juel})`,
        value: test.value ? a.value : b.value,
      }));
  return {
    numbers: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.nat(50).map((value) => ({ juel: String(value), value })),
      fc
        .constantFrom('n' as const, 'm' as const, 'half' as const)
        .map((juel) => ({ juel, value: variables[juel] })),
      binary<number, number>('numbers', ['+', '-', '*'], (sign, a, b) =>
        sign === '+' ? a + b : sign === '-' ? a - b : a * b,
      ),
      tie('numbers').map(({ juel, value }) => ({ juel: `-${juel}`, value: -value })),
      choice('numbers'),
    ),
    booleans: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.boolean().map((value) => ({ juel: String(value), value })),
      fc.constantFrom('yes' as const, 'no' as const).map((juel) => ({ juel, value: variables[juel] })),
      binary<boolean, boolean>('booleans', ['&&', '||', 'and', 'or', '==', 'ne'], (sign, a, b) => {
        if (sign === '==') return a === b;
        if (sign === 'ne') return a !== b;
        return sign === '&&' || sign === 'and' ? a && b : a || b;
      }),
      binary<number, boolean>('numbers', ['<', 'gt', '<=', 'ge', 'eq', '!='], (sign, a, b) => {
        if (sign === '<') return a < b;
        if (sign === 'gt') return a > b;
        if (sign === '<=') return a <= b;
        if (sign === 'ge') return a >= b;
        return sign === 'eq' ? a === b : a !== b;
      }),
      binary<string, boolean>('texts', ['==', '!='], (sign, a, b) => (sign === '==' ? a === b : a !== b)),
      tie('booleans').map(({ juel, value }) => ({ juel: `!${juel}`, value: !value })),
      tie('texts').map(({ juel, value }) => ({ juel: `empty ${juel}`, value: value === '' })),
      choice('booleans'),
    ),
    texts: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.string({ maxLength: 5 }).map((value) => ({ juel: `'${value.replace(/['\\]/g, '\\$&')}'`, value })),
      fc.constantFrom('word' as const, 'other' as const).map((juel) => ({ juel, value: variables[juel] })),
      choice('texts'),
    ),
  };
});

/** Without the parentheses around all of it, so that the outermost operator stands bare. */
function bare(juel: string): string {
  return juel.startsWith('(') && juel.endsWith(')') && !juel.slice(1, -1).includes(')')
    ? juel.slice(1, -1)
    : juel;
}

describe('what JUEL computes, FEEL computes too', () => {
  it('numbers', () => {
    fc.assert(
      fc.property(numbers, ({ juel, value }) => {
        expect(evaluate(`\${${bare(juel)}}`, variables)).toBeCloseTo(value, 6);
      }),
    );
  });

  it('booleans', () => {
    fc.assert(
      fc.property(booleans, ({ juel, value }) => {
        expect(evaluate(`\${${bare(juel)}}`, variables)).toBe(value);
      }),
    );
  });

  it('texts around texts', () => {
    fc.assert(
      fc.property(
        fc.string().filter((text) => !/[\\$#]/.test(text)),
        texts,
        (before, { juel, value }) => {
          expect(evaluate(`${before}#{${juel}}.`, variables)).toBe(`${before}${value}.`);
        },
      ),
    );
  });

  it('never throws, whatever it is given', () => {
    const pieces = fc.constantFrom(
      '${',
      '#{',
      '}',
      'a',
      '.',
      '[',
      ']',
      '(',
      ')',
      '1',
      "'",
      '"',
      '\\',
      '?',
      ':',
      ' ',
      '!',
      '&&',
      'empty',
      '-',
      '=',
      ',',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        const translated = translateValue(parts.join(''));
        if (translated.ok && translated.value.kind === 'feel') {
          expect(compileExpression(translated.value.text)).toMatchObject({ ok: true });
        }
      }),
      { numRuns: 1000 },
    );
  });
});
