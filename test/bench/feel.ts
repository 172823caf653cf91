/**
 * FEEL and decision tables against `feelin`, in one run on one machine: conditions and mappings of the size people write,
 * and decision tables of 1,000 rules. Both sides are given the same context and must give the same value.
 */
import { evaluate, unaryTest } from 'feelin';
import { compileDmn, compileExpression, readDmn, scopeOf, toJson, type FeelScope } from '@countersign/engine';

const NOW = Date.UTC(2024, 1, 29, 10, 30);

const CONTEXT = {
  order: {
    id: 'o-1',
    total: 1250.5,
    customer: { name: 'Ada', country: 'DE', tier: 'gold' },
    items: [
      { sku: 'a', price: 10.25, quantity: 3 },
      { sku: 'b', price: 99.99, quantity: 1 },
    ],
  },
  limit: 1000,
  approved: true,
  amount: 420,
  riskScore: 37,
  reasons: ['late', 'incomplete'],
  dueDate: '2024-03-15',
};

/** Conditions and mappings as they stand in processes. */
const EXPRESSIONS = [
  'order.total > limit',
  'approved = true and amount <= 500',
  'order.customer.tier = "gold" or order.total >= 5000',
  'riskScore >= 30 and riskScore < 70',
  'if amount > 1000 then "manager" else "clerk"',
  'order.customer.name + " (" + order.customer.country + ")"',
  'order.total * 1.19',
  'count(order.items) > 1',
  'sum(for item in order.items return item.price * item.quantity)',
  'order.items[price > 50].sku',
  'some reason in reasons satisfies reason = "late"',
  '{id: order.id, net: order.total, gross: order.total * 1.19}',
  'amount in [100..500]',
  'list contains(["DE", "AT", "CH"], order.customer.country)',
  'date(dueDate) > date("2024-03-01")',
  'upper case(order.customer.country)',
];

/** Nanoseconds of one call: warmed up first, then the best of several rounds, each long enough to be measured. */
function nanosPerCall(call: () => unknown, warmMs = 250, roundMs = 80, rounds = 4): number {
  nanosOfRound(call, warmMs);
  let best = Infinity;
  for (let round = 0; round < rounds; round++) best = Math.min(best, nanosOfRound(call, roundMs));
  return best;
}

function nanosOfRound(call: () => unknown, ms: number): number {
  let calls = 0;
  const start = process.hrtime.bigint();
  let elapsed = 0;
  while (elapsed < ms * 1e6) {
    for (let repeat = 0; repeat < 5; repeat++) call();
    calls += 5;
    elapsed = Number(process.hrtime.bigint() - start);
  }
  return elapsed / calls;
}

function assertSame(what: string, left: unknown, right: unknown): void {
  if (JSON.stringify(left) !== JSON.stringify(right))
    throw new Error(`${what}: ${JSON.stringify(left)} is not ${JSON.stringify(right)}`);
}

interface Row {
  readonly what: string;
  readonly ours: number;
  readonly theirs: number;
}

function measureExpression(source: string): Row {
  const result = compileExpression(source);
  if (!result.ok) throw new Error(`${source}: ${result.problems[0].message}`);
  const { expression } = result;
  const scope = scopeOf(CONTEXT);
  const theirs = (): unknown => evaluate(source, CONTEXT).value;
  const rounded = (value: unknown): unknown =>
    typeof value === 'number' ? Number(value.toPrecision(12)) : value;
  assertSame(
    source,
    JSON.stringify(expression.evaluateToJson(scope, NOW).value, (_, value: unknown) => rounded(value)),
    JSON.stringify(theirs(), (_, value: unknown) => rounded(value)),
  );
  return {
    what: source,
    ours: nanosPerCall(() => expression.evaluateToJson(scope, NOW)),
    theirs: nanosPerCall(theirs),
  };
}

const RULES = 1000;
const COUNTRIES = ['DE', 'AT', 'CH', 'FR', 'IT', 'ES', 'NL', 'BE', 'PL', 'CZ'];

/** A table of 1,000 rules: bands of amounts for each of ten countries. */
function tableRules(): string[][] {
  return Array.from({ length: RULES }, (_, rule) => {
    const band = Math.floor(rule / COUNTRIES.length);
    return [`[${band * 10}..${band * 10 + 10})`, `"${COUNTRIES[rule % COUNTRIES.length]}"`, String(rule)];
  });
}

function tableXml(hitPolicy: string, rules: readonly string[][]): string {
  const cell = (name: string, text: string): string =>
    `<${name}><text>${text.replaceAll('<', '&lt;')}</text></${name}>`;
  const rows = rules.map(
    ([amount, country, output]) =>
      `<rule>${cell('inputEntry', amount)}${cell('inputEntry', country)}${cell('outputEntry', output)}</rule>`,
  );
  return `<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="bench" name="bench" namespace="bench">
    <decision id="band" name="band"><decisionTable hitPolicy="${hitPolicy}">
      <input>${cell('inputExpression', 'amount')}</input><input>${cell('inputExpression', 'country')}</input><output name="band"/>
      ${rows.join('')}
    </decisionTable></decision></definitions>`;
}

/** The same table with feelin: input expressions once, then its unary tests rule by rule, as dmn engines on feelin do. */
function tableWithFeelin(
  hitPolicy: string,
  rules: readonly string[][],
  context: Record<string, unknown>,
): unknown {
  const amount = evaluate('amount', context).value;
  const country = evaluate('country', context).value;
  const hits: unknown[] = [];
  for (const [amountTest, countryTest, output] of rules) {
    if (unaryTest(amountTest, { ...context, '?': amount }).value !== true) continue;
    if (unaryTest(countryTest, { ...context, '?': country }).value !== true) continue;
    hits.push(evaluate(output, context).value);
    if (hitPolicy === 'FIRST') break;
  }
  return hitPolicy === 'COLLECT' ? hits : hits[0];
}

async function measureTable(hitPolicy: string): Promise<Row> {
  const rules = tableRules();
  const reading = await readDmn(tableXml(hitPolicy, rules));
  if (!reading.ok) throw new Error(reading.message);
  const { dmn, problems } = compileDmn(reading.model);
  if (problems.length > 0) throw new Error(problems[0].message);
  const context = { amount: 505, country: 'FR' };
  const scope: FeelScope = scopeOf(context);
  const ours = (): unknown => dmn.evaluate('band', scope, NOW)?.output;
  assertSame(`table ${hitPolicy}`, ours(), toJson(tableWithFeelin(hitPolicy, rules, context)));
  return {
    what: `decision table, ${RULES} rules, ${hitPolicy}`,
    ours: nanosPerCall(ours),
    theirs: nanosPerCall(() => tableWithFeelin(hitPolicy, rules, context), 1000, 200, 3),
  };
}

function print(rows: readonly Row[]): void {
  const micros = (nanos: number): string => (nanos / 1000).toFixed(nanos < 10_000 ? 2 : 0).padStart(10);
  console.log(
    `${'expression'.padEnd(66)}${'µs'.padStart(10)}${'feelin µs'.padStart(11)}${'times'.padStart(9)}`,
  );
  for (const { what, ours, theirs } of rows) {
    console.log(
      `${what.padEnd(66)}${micros(ours)} ${micros(theirs)}${(theirs / ours).toFixed(0).padStart(9)}`,
    );
  }
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

const expressions = EXPRESSIONS.map(measureExpression);
const tables = [await measureTable('UNIQUE'), await measureTable('FIRST'), await measureTable('COLLECT')];
print([...expressions, ...tables]);
const ratios = (rows: readonly Row[]): number[] => rows.map(({ ours, theirs }) => theirs / ours);
console.log(
  `RESULT ${JSON.stringify({
    expressionsMedianTimes: Math.round(median(ratios(expressions))),
    expressionsWorstTimes: Math.round(Math.min(...ratios(expressions))),
    tablesWorstTimes: Math.round(Math.min(...ratios(tables))),
    expressionsMedianMicros: Number((median(expressions.map((row) => row.ours)) / 1000).toFixed(3)),
    tableMicros: Number((Math.max(...tables.map((row) => row.ours)) / 1000).toFixed(2)),
  })}`,
);
