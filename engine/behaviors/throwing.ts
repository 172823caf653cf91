/** What a throwing event does when a token enters it, at an intermediate or an end event alike. */
import { leave } from '../kernel/lifecycle.js';
import { isAlive, type Step } from '../kernel/step-run.js';
import { triggersOf, type EventDefinition } from '../model/process-model.js';
import { localVariables, type ElementInstance } from '../state/instance-tree.js';
import { cancelTransaction, goOnCancelling } from './transactions.js';
import { compensatedScope, triggerCompensation, undoNext } from './compensation.js';
import { throwError } from './errors.js';
import { throwEscalation } from './escalations.js';
import { evaluateName, evaluateText, isFailure, scopeOfElement, type Failure } from './evaluate.js';
import { createJob } from './jobs.js';
import { throwSignal } from './signals.js';

/** What became of a throw: it is done, or the element waits for a job or for what it undoes. */
type Thrown = 'done' | 'waits' | Failure;

/** Throws what the element's event defines and completes the element, if whoever caught it left it there. */
export function throwFrom(step: Step, element: ElementInstance): Failure | undefined {
  let outcome: Thrown = 'done';
  for (const event of triggersOf(element.node)) {
    const thrown = throwOne(step, element, event);
    if (isFailure(thrown)) return thrown;
    if (!isAlive(step, element)) return undefined;
    if (thrown === 'waits') outcome = 'waits';
  }
  if (outcome === 'done') leave(step, element);
  return undefined;
}

function throwOne(step: Step, element: ElementInstance, event: EventDefinition): Thrown {
  const scope = scopeOfElement(element);
  switch (event.kind) {
    case 'message':
      return createJob(step, element) ?? 'waits';
    case 'signal': {
      const signalName = evaluateName(event.name, scope, step.now, 'signal name');
      if (isFailure(signalName)) return signalName;
      throwSignal(step, element, signalName, localVariables(element));
      return 'done';
    }
    case 'error': {
      if (!event.code) return 'done';
      const errorCode = evaluateText(event.code, scope, step.now, 'error code');
      if (isFailure(errorCode)) return errorCode;
      return throwError(step, element, { errorCode, errorMessage: '', variables: {} }) ?? 'waits';
    }
    case 'escalation': {
      if (!event.code) return 'done';
      const escalationCode = evaluateText(event.code, scope, step.now, 'escalation code');
      if (isFailure(escalationCode)) return escalationCode;
      throwEscalation(step, element, escalationCode);
      return 'done';
    }
    case 'compensation':
      return triggerCompensation(step, element, compensatedScope(element), event.activityId)
        ? 'waits'
        : 'done';
    case 'cancel':
      cancelTransaction(step, element);
      return 'waits';
    default:
      return 'done';
  }
}

/** Goes on with a compensation or a cancellation once a handler is done. */
export function resumeThrowing(step: Step, element: ElementInstance): void {
  if (element.node.event.kind === 'cancel') return goOnCancelling(step, element);
  if (!undoNext(step, element, compensatedScope(element))) leave(step, element);
}
