/**
 * Escalations (BPMN 2.0.2 §10.5.1): like errors, but they need not interrupt, and one that nobody catches is lost
 * without harm: the throwing path just goes on.
 */
import { append, type Step } from '../kernel/step-run.js';
import type { ElementInstance } from '../state/instance-tree.js';
import { findCatcher } from './catchers.js';
import { catchAt } from './triggers.js';

/** Throws an escalation at an element, which may be terminated by whoever catches it. */
export function throwEscalation(step: Step, thrower: ElementInstance, escalationCode: string): void {
  const catcher = findCatcher(thrower, 'escalation', escalationCode);
  append(step, thrower, 'escalation thrown', { escalationCode, caughtBy: catcher?.target.id ?? null });
  if (catcher) catchAt(step, catcher.host, catcher.target, {});
}
