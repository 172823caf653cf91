/** Terminating what was too much for one step: so many element instances in each, innermost first. */
import type { Step } from '../kernel/step-run.js';
import type { ElementInstance } from '../state/instance-tree.js';
import { isAlive, isThere } from '../kernel/step-run.js';
import { terminateOne } from './termination.js';
import { goOnAfterTermination, goOnInside } from './triggers.js';

/** Terminates what is doomed in an element, and the element with it where it is doomed itself. */
export function goOnTerminating(step: Step, element: ElementInstance): void {
  // A scope around it may have been terminated meanwhile.
  if (!isThere(step, element)) return;
  const begun = step.events.length;
  for (const doomed of doomedIn(element)) {
    if (step.events.length >= step.eventLimit && step.events.length > begun) {
      step.agenda.push({ op: 'terminate', element });
      return;
    }
    terminateOne(step, doomed);
  }
  if (!isThere(step, element)) goOnAfterTermination(step, element);
  else if (isAlive(step, element)) goOnInside(step, element);
}

/** The doomed element instances, innermost first. They may be terminated on the way. */
function* doomedIn(element: ElementInstance): Generator<ElementInstance> {
  const ahead = [{ element, children: element.children.values() }];
  for (let inner = ahead.at(-1); inner; inner = ahead.at(-1)) {
    const { value: child } = inner.children.next() as { value: ElementInstance | undefined };
    if (child) {
      ahead.push({ element: child, children: child.children.values() });
      continue;
    }
    ahead.pop();
    if (inner.element.isDoomed) yield inner.element;
  }
}
