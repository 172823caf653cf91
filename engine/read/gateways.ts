/** Reads what gateways have besides flows: complex (BPMN 2.0.2 §10.6.5) and event-based (§10.6.6). */
import type { ElementReading } from './draft.js';
import { child, flag, text } from './moddle.js';
import { readExpression } from './values.js';

/** Reads the activation condition. */
export function readComplexGateway({ source, node, problems }: ElementReading): void {
  const condition = text(child(source, 'activationCondition'), 'body')?.trim();
  if (condition) node.activationCondition = readExpression(condition, node.id, 'activation condition', problems);
}

/** An event-based gateway that starts instances is not run yet. */
export function readEventBasedGateway({ source, node, problems }: ElementReading): void {
  if (flag(source, 'instantiate') !== true) return;
  problems.error(
    'NOT_SUPPORTED',
    node.id,
    'An event-based gateway that starts instances is not supported yet.',
    'Start with one message start event for each message.',
  );
}
