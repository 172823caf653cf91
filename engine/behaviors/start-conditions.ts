/**
 * Conditional start events of a process (BPMN 2.0.2 §10.5.2): there is no instance yet whose variables could change,
 * so they are asked when somebody says what the variables are.
 */
import { scopeOf } from '../feel/index.js';
import type { JsonObject } from '../model/json.js';
import { triggersOf, type EventDefinition, type ProcessModel } from '../model/process-model.js';
import { isMet } from './evaluate.js';

/**
 * The ids of the start events whose condition holds with these variables, in the order of the model. A condition that
 * cannot be told, for want of a variable, does not hold; a filter lets it be asked only about variables it names.
 */
export function conditionalStarts(model: ProcessModel, variables: JsonObject, now: number): string[] {
  const scope = scopeOf(variables);
  const holds = (event: EventDefinition): boolean =>
    event.kind === 'conditional' && isAsked(event, variables) && isMet(event.condition, scope, now);
  const starts = (model.elements[0]?.children ?? []).filter(({ type }) => type === 'startEvent');
  return starts.filter((start) => triggersOf(start).some(holds)).map(({ id }) => id);
}

/** To a process that is not there yet every variable is new. */
function isAsked(
  { filter }: Extract<EventDefinition, { kind: 'conditional' }>,
  variables: JsonObject,
): boolean {
  if (!filter) return true;
  const { variableNames, variableEvents } = filter;
  if (variableEvents.length > 0 && !variableEvents.includes('create')) return false;
  return variableNames.length === 0 || variableNames.some((name) => name in variables);
}
