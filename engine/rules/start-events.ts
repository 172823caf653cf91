/** A scope must have one place to begin (BPMN 2.0.2 §10.5.2): an instance could not tell which of two. */
import type { FlowNode, ProcessModel } from '../model/process-model.js';
import type { ProblemList } from './problem.js';

/** Checks the start events of the process and of every sub-process. */
export function startEvents(model: ProcessModel, problems: ProblemList): void {
  for (const scope of model.elements) {
    if (scope.type === 'process' || scope.type === 'subProcess' || scope.type === 'transaction')
      checkScope(scope, problems);
    if (scope.type === 'eventSubProcess') checkEventSubProcess(scope, problems);
  }
}

function checkScope(scope: FlowNode, problems: ProblemList): void {
  const starts = scope.children.filter(({ type }) => type === 'startEvent');
  const plain = starts.filter(({ event }) => event.kind === 'none');
  const noun = scope.type === 'process' ? 'process' : 'sub-process';
  if (starts.length === 0 && !scope.children.some(({ instantiates }) => instantiates)) {
    problems.error('NO_START_EVENT', scope.id, `The ${noun} has no start event.`, 'Add a start event.');
  }
  for (const extra of plain.slice(1)) {
    problems.error(
      'SEVERAL_START_EVENTS',
      extra.id,
      `The ${noun} has ${plain.length} none start events, so an instance could not tell where to begin.`,
      'Keep one of them.',
    );
  }
  checkTriggers(starts, problems);
  if (scope.type === 'process') return;
  for (const start of starts) {
    if (start.event.kind !== 'none') {
      problems.error(
        'NOT_SUPPORTED',
        start.id,
        'An embedded sub-process is entered by its sequence flow: its start event cannot wait for a trigger.',
        'Use a none start event.',
      );
    }
  }
}

/** An event sub-process begins at the one start event that says what triggers it (BPMN 2.0.2 §10.3.5). */
function checkEventSubProcess(scope: FlowNode, problems: ProblemList): void {
  const starts = scope.children.filter(({ type }) => type === 'startEvent');
  if (starts.length !== 1) {
    problems.error(
      starts.length === 0 ? 'NO_START_EVENT' : 'SEVERAL_START_EVENTS',
      scope.id,
      `An event sub-process needs exactly one start event; this one has ${starts.length}.`,
      'Keep one start event, with the trigger.',
    );
  }
  if (scope.incoming.length > 0 || scope.outgoing.length > 0) {
    problems.error(
      'START_EVENT_INCOMING',
      scope.id,
      'A sequence flow is connected to an event sub-process, which is begun by its trigger only.',
      'Remove the flow.',
    );
  }
}

/** One message or signal may start one instance, not two of the same process. */
function checkTriggers(starts: readonly FlowNode[], problems: ProblemList): void {
  const seen = new Set<string>();
  for (const { id, event } of starts) {
    if (event.kind !== 'message' && event.kind !== 'signal') continue;
    const trigger = `${event.kind} ${event.name.source}`;
    if (seen.has(trigger)) {
      const message = `Another start event of the process waits for the same ${event.kind}.`;
      problems.error('TRIGGER_DUPLICATE', id, message, 'Keep one of them.');
    }
    seen.add(trigger);
  }
}
