/** Timers that can be told to be wrong before they run (BPMN 2.0.2 §10.5.5, Table 10.101). */
import { isFixedTimer } from '../model/timers/timer-schedule.js';
import {
  triggersOf,
  type EventDefinition,
  type FlowNode,
  type ProcessModel,
} from '../model/process-model.js';
import type { ProblemList } from './problem.js';

/** Checks fixed timer values, and that a timer which fires again belongs to an event that can. */
export function timers(model: ProcessModel, problems: ProblemList): void {
  for (const node of model.elements) {
    for (const event of triggersOf(node)) if (event.kind === 'timer') checkTimer(node, event, problems);
  }
}

function checkTimer(
  node: FlowNode,
  event: Extract<EventDefinition, { kind: 'timer' }>,
  problems: ProblemList,
): void {
  const { fixed } = event.value;
  if (typeof fixed === 'string' && fixed !== '' && !isFixedTimer(event.timer, fixed)) {
    problems.error(
      'TIMER_INVALID',
      node.id,
      `The timer ${event.timer} "${fixed}" is not valid.`,
      'Write a date as 2030-01-31T09:00:00Z or 2030-01-31T09:00:00[Europe/Paris], a duration as PT15M, a cycle as R3/PT1H, R/2030-01-31T09:00:00[Europe/Paris]/P1M or as a cron expression. Years go from 0001 to 9999.',
    );
  }
  if (event.timer === 'cycle' && !canHappenAgain(node)) {
    problems.error(
      'TIMER_INVALID',
      node.id,
      'A timer cycle would fire again after its element is gone.',
      'Use a date or a duration, or make the event non-interrupting.',
    );
  }
}

/** A start event of a process begins a new instance each time; others only where they do not interrupt. */
function canHappenAgain(node: FlowNode): boolean {
  if (node.type === 'startEvent') return node.scope?.type === 'process' || !node.interrupting;
  return node.type === 'boundaryEvent' && !node.interrupting;
}
