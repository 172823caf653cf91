/** Listeners on anything: workers asked when an element begins or ends, and about each change of a user task. */
import type { RandomSource } from '../../support/random-source.js';

/** How often a listener may fail; an expression is no number until what it lacks is repaired. */
function retries(random: RandomSource): string {
  return random.pick(['1', '2', `=size${random.below(4)}`]);
}

/** Execution listeners of an element, now and then. */
export function executionListeners(
  random: RandomSource,
  events: readonly string[] = ['start', 'end'],
): string[] {
  if (random.chance(0.85)) return [];
  const listeners = Array.from(
    { length: 1 + random.below(2) },
    () =>
      `<zeebe:executionListener eventType="${random.pick(events)}" type="work" retries="${retries(random)}" />`,
  );
  return [`<zeebe:executionListeners>${listeners.join('')}</zeebe:executionListeners>`];
}

const CHANGES = ['creating', 'assigning', 'updating', 'completing', 'canceling'];

/** Task listeners of a user task, every other time. */
export function taskListeners(random: RandomSource): string[] {
  if (random.chance(0.5)) return [];
  const listeners = Array.from(
    { length: 1 + random.below(3) },
    () =>
      `<zeebe:taskListener eventType="${random.pick(CHANGES)}" type="work" retries="${retries(random)}" />`,
  );
  return [`<zeebe:taskListeners>${listeners.join('')}</zeebe:taskListeners>`];
}
