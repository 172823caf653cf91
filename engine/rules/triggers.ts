/** No two events that wait side by side may compete for the same trigger: a token could not tell which path is meant. */
import type { EventDefinition, FlowNode, ProcessModel } from '../model/process-model.js';
import type { ProblemList } from './problem.js';

/** Checks the event sub-processes of each scope, and the events behind each event-based gateway. */
export function triggers(model: ProcessModel, problems: ProblemList): void {
  for (const node of model.elements) {
    const starts = node.eventSubProcesses.flatMap(({ children }) =>
      children.filter(({ type }) => type === 'startEvent'),
    );
    checkRivals(starts, 'event sub-process of the same scope', problems);
    if (node.type !== 'eventBasedGateway') continue;
    checkRivals(
      node.outgoing.map(({ target }) => target),
      'event behind the same gateway',
      problems,
    );
    for (const { id, condition } of node.outgoing) {
      if (!condition) continue;
      const message = 'A condition stands on a flow out of an event-based gateway, where nothing asks it.';
      problems.error(
        'VALUE_INVALID',
        id,
        message,
        'Remove the condition: the event that comes first decides.',
      );
    }
  }
}

function checkRivals(events: readonly FlowNode[], what: string, problems: ProblemList): void {
  const seen = new Set<string>();
  for (const { id, event } of events) {
    const trigger = triggerOf(event);
    if (trigger === null) continue;
    if (seen.has(trigger)) {
      problems.error(
        'TRIGGER_DUPLICATE',
        id,
        `Another ${what} waits for the same ${event.kind}.`,
        'Keep one of them.',
      );
    }
    seen.add(trigger);
  }
}

/** The same text for two events that catch the same thing; null where several of a kind may stand side by side. */
function triggerOf(event: EventDefinition): string | null {
  if (event.kind === 'error' || event.kind === 'escalation')
    return `${event.kind} ${event.code?.source ?? '*'}`;
  if (event.kind === 'message' || event.kind === 'signal') return `${event.kind} ${event.name.source}`;
  return null;
}
