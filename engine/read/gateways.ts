/** Reads what gateways have besides flows: complex (BPMN 2.0.2 §10.6.5) and event-based (§10.6.6). */
import type { ElementReading } from './draft.js';
import { child, flag, text } from './moddle.js';
import { readExpression } from './values.js';

/** Reads the activation condition. */
export function readComplexGateway({ source, node, problems }: ElementReading): void {
  const condition = text(child(source, 'activationCondition'), 'body')?.trim();
  if (condition)
    node.activationCondition = readExpression(condition, node.id, 'activation condition', problems);
}

/** Reads whether the gateway begins instances, and by which of its events. */
export function readEventBasedGateway({ source, node, problems }: ElementReading): void {
  if (flag(source, 'instantiate') !== true) return;
  node.instantiates = text(source, 'eventGatewayType') === 'Parallel' ? 'parallel' : 'exclusive';
  if (node.scope?.type !== 'process') {
    const message = 'An event-based gateway inside a sub-process cannot start instances.';
    problems.error(
      'NOT_SUPPORTED',
      node.id,
      message,
      'Move it to the process, or do not let it start instances.',
    );
  }
}
