/** Decision tables find by their indexes what asking every rule finds. */
import { fc } from '../support/property.js';
import { describe, expect, it } from 'vitest';
import { compileDmn, compileUnaryTests, readDmn, scopeOf } from '@countersign/engine';

const cells = fc.oneof(
  fc.constantFrom(
    '-',
    '"a"',
    '"b"',
    '"a", "c"',
    'not("a")',
    'true',
    'false',
    'null',
    '1',
    '-2',
    '0.5',
    '1, 2, "b"',
    'limit',
    '? > limit',
    '[1..limit]',
    'not(> 3)',
  ),
  fc
    .tuple(fc.constantFrom('<', '<=', '>', '>=', '!=', '='), fc.integer({ min: -3, max: 5 }))
    .map(([operator, value]) => `${operator} ${value}`),
  fc
    .tuple(fc.constantFrom('[', '('), fc.integer({ min: -3, max: 3 }), fc.nat(4), fc.constantFrom(']', ')'))
    .map(([open, low, size, close]) => `${open}${low}..${low + size}${close}`),
);
const inputs = fc.oneof(
  fc.constantFrom('a', 'b', 'c', 'd', true, false, null, 0.5, 1.5),
  fc.integer({ min: -4, max: 6 }),
  fc.constant([1, 'a']),
);
const tables = fc.integer({ min: 1, max: 3 }).chain((columns) =>
  fc.record({
    rules: fc.array(fc.array(cells, { minLength: columns, maxLength: columns }), { maxLength: 70 }),
    values: fc.array(inputs, { minLength: columns, maxLength: columns }),
  }),
);

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const cell = (name: string, text: string): string => `<${name}><text>${escape(text)}</text></${name}>`;

function tableXml(rules: readonly (readonly string[])[], columns: number): string {
  const names = Array.from(
    { length: columns },
    (_, column) => `<input>${cell('inputExpression', `in${column}`)}</input>`,
  );
  const rows = rules.map(
    (rule, index) =>
      `<rule>${rule.map((text) => cell('inputEntry', text)).join('')}${cell('outputEntry', String(index))}</rule>`,
  );
  return `<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="m" name="m" namespace="m"><decision id="d" name="d">
    <decisionTable hitPolicy="COLLECT">${names.join('')}<output name="o"/>${rows.join('')}</decisionTable></decision></definitions>`;
}

function matchesEvery(rule: readonly string[], context: Record<string, unknown>): boolean {
  return rule.every((text, column) => {
    const tests = compileUnaryTests(text);
    return (
      tests.ok &&
      tests.expression.evaluate(scopeOf({ ...context, '?': context[`in${column}`] }), 0).value === true
    );
  });
}

describe('an indexed decision table', () => {
  it('matches the rules that match one by one', async () => {
    await fc.assert(
      fc.asyncProperty(tables, async ({ rules, values }) => {
        const context: Record<string, unknown> = {
          limit: 2,
          ...Object.fromEntries(values.map((value, column) => [`in${column}`, value])),
        };
        const reading = await readDmn(tableXml(rules, values.length));
        if (!reading.ok) throw new Error(reading.message);
        const { dmn, problems } = compileDmn(reading.model);
        expect(problems).toEqual([]);
        const matching = rules.flatMap((rule, index) => (matchesEvery(rule, context) ? [index] : []));
        const outcome = dmn.evaluate('d', scopeOf(context), 0);
        expect(outcome?.output).toEqual(matching.length === 0 ? null : matching);
        expect(outcome?.evaluations[0].matchedRules.map((rule) => rule.ruleIndex - 1)).toEqual(matching);
      }),
      { numRuns: 150 },
    );
  });
});
