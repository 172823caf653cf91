/** Questions to begin with. */
import { writeJson } from '@countersign/engine';
import type { Question } from './evaluate.js';

const order = {
  customer: { name: 'Ada', since: '2019-04-01' },
  lines: [
    { item: 'Desk', price: 349.9, quantity: 2 },
    { item: 'Lamp', price: 59.5, quantity: 4 },
  ],
};

function expression(text: string, context: object): Question {
  return { kind: 'expression', text, value: '', context: writeJson(context, 2) };
}

/** The examples by the keys of their titles in the texts. */
export const examples = {
  sum: expression('sum(for line in lines return line.price * line.quantity)', order),
  filter: expression('lines[price > 100].item', order),
  date: expression('date(customer.since) + duration("P10Y") < today()', order),
  choice: expression(
    'if count(lines) > 1\nthen customer.name + " orders " + string(count(lines)) + " items"\nelse "one item"',
    order,
  ),
  tests: { kind: 'tests', text: '[18..65], > 99', value: '42', context: '{}' },
} satisfies Record<string, Question>;
