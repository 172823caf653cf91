/** Decision tables from XML (DMN 1.5, 8.3). */
import { HIT_POLICIES, type Aggregation, type DecisionTable, type HitPolicy } from '../model.js';
import { typeRefOf } from './expression.js';
import { child, children, text, type DmnElement } from './moddle.js';

const AGGREGATIONS: readonly string[] = ['SUM', 'COUNT', 'MIN', 'MAX'];

function textOf(element: DmnElement | null): string {
  return (text(element, 'text') ?? '').trim();
}

function present(value: string): string | null {
  return value === '' ? null : value;
}

/** Some modelers keep a single remark as the rule's description. */
function annotationsOf(rule: DmnElement): string[] {
  const entries = children(rule, 'annotationEntry').map(textOf);
  const description = (text(rule, 'description') ?? '').trim();
  return entries.length > 0 || description === '' ? entries : [description];
}

/** Reads a decision table. */
export function readTable(element: DmnElement): DecisionTable {
  const policy = text(element, 'hitPolicy') ?? 'UNIQUE';
  const aggregation = text(element, 'aggregation');
  return {
    hitPolicy: HIT_POLICIES.includes(policy as HitPolicy) ? (policy as HitPolicy) : 'UNIQUE',
    aggregation:
      aggregation !== null && AGGREGATIONS.includes(aggregation) ? (aggregation as Aggregation) : null,
    inputs: children(element, 'input').map((input, index) => {
      const expression = child(input, 'inputExpression');
      return {
        id: text(input, 'id') ?? `input-${index + 1}`,
        label: text(input, 'label') ?? textOf(expression),
        expression: textOf(expression),
        typeRef: typeRefOf(expression),
        allowedValues: present(textOf(child(input, 'inputValues'))),
      };
    }),
    outputs: children(element, 'output').map((output, index) => {
      const fallback = child(output, 'defaultOutputEntry');
      return {
        id: text(output, 'id') ?? `output-${index + 1}`,
        label: text(output, 'label') ?? text(output, 'name') ?? '',
        name: text(output, 'name') ?? '',
        typeRef: typeRefOf(output),
        values: present(textOf(child(output, 'outputValues'))),
        defaultEntry: fallback && textOf(fallback),
      };
    }),
    annotations: children(element, 'annotation').map((annotation) => text(annotation, 'name') ?? ''),
    rules: children(element, 'rule').map((rule, index) => ({
      id: text(rule, 'id') ?? `rule-${index + 1}`,
      inputs: children(rule, 'inputEntry').map(textOf),
      outputs: children(rule, 'outputEntry').map(textOf),
      annotations: annotationsOf(rule),
    })),
  };
}
