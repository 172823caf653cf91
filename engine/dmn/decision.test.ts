import { describe, expect, it } from 'vitest';
import { scopeOf, type DmnCompilation, compileDmn, readDmn } from '../index.js';

const NOW = Date.UTC(2024, 1, 29);
const NAMESPACES = [
  'https://www.omg.org/spec/DMN/20191111/MODEL/',
  'https://www.omg.org/spec/DMN/20230324/MODEL/',
  'http://www.omg.org/spec/DMN/20180521/MODEL/',
];

async function compiled(body: string, namespace = NAMESPACES[0]): Promise<DmnCompilation> {
  const reading = await readDmn(
    `<definitions xmlns="${namespace}" id="m" name="m" namespace="m">${body}</definitions>`,
  );
  if (!reading.ok) throw new Error(reading.message);
  return compileDmn(reading.model);
}

const text = (name: string, value: string): string =>
  `<${name}><text>${value.replaceAll('<', '&lt;')}</text></${name}>`;

function table(
  hitPolicy: string,
  rows: readonly (readonly string[])[],
  output = '<output id="o1" name="o"/>',
): string {
  const rules = rows.map(
    ([test, ...outputs], index) =>
      `<rule id="r${index + 1}">${text('inputEntry', test)}${outputs.map((one) => text('outputEntry', one)).join('')}</rule>`,
  );
  return `<decision id="d" name="Decision"><decisionTable ${hitPolicy}><input id="i1" label="Amount">${text('inputExpression', 'amount')}</input>${output}${rules.join('')}</decisionTable></decision>`;
}

async function decide(body: string, inputs: Record<string, unknown>, id = 'd') {
  const { dmn, problems } = await compiled(body);
  expect(problems).toEqual([]);
  const outcome = dmn.evaluate(id, scopeOf(inputs), NOW);
  if (outcome === null) throw new Error(`no decision ${id}`);
  return outcome;
}

const ROWS = [
  ['< 10', '1'],
  ['[5..20]', '2'],
  ['> 15', '1'],
];

describe('a negated truth about other things than the input', () => {
  it.each<[string, unknown, unknown, boolean]>([
    ['not(list contains(blocked, "X"))', 'A', ['Y'], true],
    ['not(list contains(blocked, "X"))', 'A', ['X'], false],
    ['not(count(blocked) > 1)', 7, [1], true],
    ['not(count(blocked) > 1)', 7, [1, 2], false],
    ['not(some one in blocked satisfies one > 5)', null, [1, 6], false],
    ['not(every one in blocked satisfies one > 5)', 'x', [1, 6], true],
    ['not(is defined(blocked[5]))', 'x', [1], true],
    ['not(blocked[1] = "a" or blocked[1] = "b")', 3, ['c'], true],
    ['not(blocked[1] in (1..5))', 'x', [9], true],
    ['not(not(true))', 'x', [], true],
    ['not("A", list contains(blocked, "X"))', 'B', [], true],
    ['not("A", list contains(blocked, "X"))', 'A', [], false],
    ['list contains(blocked, "X")', 'A', [], false],
  ])('%s with %j and %j', async (test, amount, blocked, holds) => {
    const { output, failure } = await decide(
      table('hitPolicy="FIRST"', [
        [test, '"go"'],
        ['-', '"stop"'],
      ]),
      { amount, blocked },
    );
    expect([failure, output]).toEqual([null, holds ? 'go' : 'stop']);
  });
});

describe('a namespace that is none of DMN', () => {
  it.each(['http://www.omg.org/spec/DMN/20151101', 'http://example.org/dmn', 'http://www.flowable.org/dmn'])(
    '%s is named, and those that are read',
    async (namespace) => {
      const reading = await readDmn(`<d:definitions xmlns:d="${namespace}" id="m" name="m" namespace="m"/>`);
      expect(reading).toMatchObject({ ok: false });
      expect(reading.ok ? '' : reading.message).toContain(`"${namespace}"`);
      expect(reading.ok ? '' : reading.message).toContain('20230324 (DMN 1.5)');
    },
  );

  it('is not that of a file without a slash at its end', async () => {
    const reading = await readDmn(
      `<definitions xmlns="https://www.omg.org/spec/DMN/20211108/MODEL" id="m" name="n &#x1D11E;" namespace="m"/>`,
    );
    expect(reading).toMatchObject({ ok: true, model: { name: 'n \u{1D11E}' } });
  });
});

describe('hit policies', () => {
  it.each<[string, number, unknown]>([
    ['hitPolicy="UNIQUE"', 3, 1],
    ['', 30, 1],
    ['hitPolicy="FIRST"', 7, 1],
    ['hitPolicy="RULE ORDER"', 7, [1, 2]],
    ['hitPolicy="COLLECT"', 16, [2, 1]],
    ['hitPolicy="COLLECT" aggregation="SUM"', 7, 3],
    ['hitPolicy="COLLECT" aggregation="COUNT"', 7, 2],
    ['hitPolicy="COLLECT" aggregation="MIN"', 7, 1],
    ['hitPolicy="COLLECT" aggregation="MAX"', 7, 2],
  ])('%s of %i gives %j', async (policy, amount, expected) => {
    const { output, failure } = await decide(table(policy, ROWS), { amount });
    expect([output, failure]).toEqual([expected, null]);
  });

  it.each(['hitPolicy="UNIQUE"', 'hitPolicy="ANY"'])(
    '%s fails where its rules contradict each other',
    async (policy) => {
      const { output, failure } = await decide(table(policy, ROWS), { amount: 7 });
      expect(output).toBeNull();
      expect(failure?.decisionId).toBe('d');
    },
  );

  it.each<[string, unknown]>([
    ['PRIORITY', 'high'],
    ['OUTPUT ORDER', ['high', 'low']],
  ])('%s follows the list of output values', async (policy, expected) => {
    const output = `<output name="o">${text('outputValues', '"high", "low"')}</output>`;
    const { output: result } = await decide(
      table(
        `hitPolicy="${policy}"`,
        [
          ['> 1', '"low"'],
          ['> 2', '"high"'],
        ],
        output,
      ),
      { amount: 5 },
    );
    expect(result).toEqual(expected);
  });

  it('gives the default output where no rule matches', async () => {
    const output = `<output name="o">${text('defaultOutputEntry', '"none"')}</output>`;
    expect((await decide(table('', [['> 10', '"some"']], output), { amount: 5 })).output).toBe('none');
    expect((await decide(table('', [['> 10', '"some"']]), { amount: 5 })).output).toBeNull();
  });
});

describe('records', () => {
  it('tell the inputs, the matched rules and their outputs', async () => {
    const { evaluations } = await decide(table('hitPolicy="COLLECT"', ROWS), { amount: 7 });
    expect(evaluations).toEqual([
      {
        decisionId: 'd',
        decisionName: 'Decision',
        kind: 'DECISION_TABLE',
        output: [1, 2],
        inputs: [{ id: 'i1', name: 'Amount', value: 7 }],
        matchedRules: [
          { ruleId: 'r1', ruleIndex: 1, outputs: [{ id: 'o1', name: 'o', value: 1 }] },
          { ruleId: 'r2', ruleIndex: 2, outputs: [{ id: 'o1', name: 'o', value: 2 }] },
        ],
      },
    ]);
  });

  it('tell the required decisions first', async () => {
    const literal = (id: string, expression: string, required = ''): string =>
      `<decision id="${id}" name="${id}"><variable name="${id}"/>${required}${text('literalExpression', expression)}</decision>`;
    const needs = (id: string): string =>
      `<informationRequirement><requiredDecision href="#${id}"/></informationRequirement>`;
    const body =
      literal('c', 'a + b', needs('a') + needs('b')) +
      literal('b', 'a * 2', needs('a')) +
      literal('a', 'x + 1');
    const { output, evaluations } = await decide(body, { x: 1 }, 'c');
    expect(output).toBe(6);
    expect(evaluations.map((one) => [one.decisionId, one.output])).toEqual([
      ['a', 2],
      ['b', 4],
      ['c', 6],
    ]);
  });
});

describe('reading', () => {
  it.each(NAMESPACES)('understands the namespace %s', async (namespace) => {
    const { dmn } = await compiled(table('', [['> 1', '"yes"']]), namespace);
    expect(dmn.evaluate('d', scopeOf({ amount: 2 }), NOW)?.output).toBe('yes');
  });

  it.each([
    '',
    'no xml',
    '<a/>',
    '<definitions/>',
    '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"><decision>',
  ])('refuses or survives %j', async (xml) => {
    const reading = await readDmn(xml);
    expect(typeof reading.ok).toBe('boolean');
    if (!reading.ok) expect(reading.message).not.toBe('');
  });

  it('reports every text that is not FEEL, with the element and the place', async () => {
    const { problems } = await compiled(
      table('', [
        ['> ', '"a"'],
        ['> 1', '1 +'],
      ]),
    );
    expect(problems.map(({ elementId, line, column }) => [elementId, line, column])).toEqual([
      ['r1', 1, 2],
      ['r2', 1, 4],
    ]);
  });

  it('reports a circle and what is missing', async () => {
    const { problems, dmn } =
      await compiled(`<decision id="a" name="a"><informationRequirement><requiredDecision href="#b"/></informationRequirement>${text('literalExpression', 'b')}</decision>
      <decision id="b" name="b"><informationRequirement><requiredDecision href="#a"/></informationRequirement><informationRequirement><requiredInput href="#gone"/></informationRequirement>${text('literalExpression', 'a')}</decision>`);
    expect(problems.map(({ elementId }) => elementId).sort()).toEqual(['a', 'b']);
    expect(dmn.evaluate('a', scopeOf({}), NOW)?.output).toBeNull();
  });
});

describe('types', () => {
  const types = `<itemDefinition name="tOrder"><itemComponent name="due"><typeRef>date</typeRef></itemComponent><itemComponent name="size"><typeRef>number</typeRef><allowedValues><text>[1..10]</text></allowedValues></itemComponent></itemDefinition>`;
  const body = `${types}<inputData id="i" name="order"><variable name="order" typeRef="tOrder"/></inputData>
    <decision id="d" name="d"><variable name="d"/><informationRequirement><requiredInput href="#i"/></informationRequirement>${text('literalExpression', 'order.due + duration("P1D")')}</decision>`;

  it('make dates of the texts that JSON has for them', async () => {
    expect((await decide(body, { order: { due: '2024-02-28', size: 1 } })).output).toBe('2024-02-29');
  });

  it('make null of what does not conform, and warn', async () => {
    const { output, warnings } = await decide(body, { order: { due: '2024-02-28', size: 11 } });
    expect(output).toBeNull();
    expect(warnings[0].message).toContain("'order'");
  });
});

describe('boxed expressions of DMN 1.4', () => {
  const wrap = (expression: string): string =>
    `<decision id="d" name="d"><variable name="d"/>${expression}</decision>`;
  const literal = (name: string, value: string): string =>
    `<${name}>${text('literalExpression', value)}</${name}>`;

  it.each<[string, unknown]>([
    [
      `<conditional>${literal('if', 'x > 1')}${literal('then', '"big"')}${literal('else', '"small"')}</conditional>`,
      'big',
    ],
    [`<for iteratorVariable="i">${literal('in', '[1, 2]')}${literal('return', 'i * x')}</for>`, [2, 4]],
    [`<some iteratorVariable="i">${literal('in', '[1, 2]')}${literal('satisfies', 'i = x')}</some>`, true],
    [`<every iteratorVariable="i">${literal('in', '[1, 2]')}${literal('satisfies', 'i = x')}</every>`, false],
    [`<filter>${literal('in', '[1, 2, 3]')}${literal('match', 'item > x')}</filter>`, [3]],
    [`<list>${text('literalExpression', 'x')}${text('literalExpression', '"a"')}</list>`, [2, 'a']],
    [
      `<relation><column name="a"/><column name="b"/><row>${text('literalExpression', '1')}${text('literalExpression', 'x')}</row></relation>`,
      [{ a: 1, b: 2 }],
    ],
  ])('%s', async (expression, expected) => {
    expect((await decide(wrap(expression), { x: 2 })).output).toEqual(expected);
  });
});

describe('an assertion that does not hold', () => {
  it('is a failure of the decision, with its message', async () => {
    const { dmn } = await compiled(
      `<decision id="d" name="d"><variable name="d"/><literalExpression><text>assert(x, x &gt; 3, "too small")</text></literalExpression></decision>`,
    );
    expect(dmn.evaluate('d', scopeOf({ x: 5 }), NOW)).toMatchObject({ output: 5, failure: null });
    expect(dmn.evaluate('d', scopeOf({ x: 1 }), NOW)).toMatchObject({
      output: null,
      failure: { decisionId: 'd', message: 'too small' },
    });
  });
});

describe('a result that is nested too deep', () => {
  it('is a failure of the decision', async () => {
    const { dmn } = await compiled(
      `<decision id="d" name="d"><variable name="d"/><literalExpression><text>[deep]</text></literalExpression></decision>`,
    );
    const deep = JSON.parse('['.repeat(500) + ']'.repeat(500)) as unknown;
    expect(dmn.evaluate('d', scopeOf({ deep }), NOW)).toMatchObject({
      output: null,
      failure: { decisionId: 'd', message: 'The value is nested deeper than 500 levels.' },
    });
  });
});
