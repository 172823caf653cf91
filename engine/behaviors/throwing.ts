/** What a throwing event does when a token enters it, at an intermediate or an end event alike. */
import { leave } from '../kernel/lifecycle.js';
import { append, isAlive, type Step } from '../kernel/step-run.js';
import type { JsonObject } from '../model/json.js';
import type { ElementInstance } from '../state/instance-tree.js';
import { cancelTransaction, goOnCancelling } from './transactions.js';
import { compensatedScope, triggerCompensation, undoNext } from './compensation.js';
import { throwError } from './errors.js';
import { throwEscalation } from './escalations.js';
import { evaluateText, isFailure, scopeOfElement, type Failure } from './evaluate.js';
import { createJob } from './jobs.js';

/** Throws what the element's event defines and completes the element, if whoever caught it left it there. */
export function throwFrom(step: Step, element: ElementInstance): Failure | void {
  const { event } = element.node;
  const scope = scopeOfElement(element);
  switch (event.kind) {
    case 'message':
      return createJob(step, element);
    case 'signal': {
      const signalName = evaluateText(event.name, scope, step.now, 'signal name');
      if (isFailure(signalName)) return signalName;
      append(step, element, 'signal thrown', { signalName, variables: localVariables(element) });
      return leave(step, element);
    }
    case 'error': {
      if (!event.code) return leave(step, element);
      const errorCode = evaluateText(event.code, scope, step.now, 'error code');
      if (isFailure(errorCode)) return errorCode;
      return throwError(step, element, { errorCode, errorMessage: '', variables: {} });
    }
    case 'escalation': {
      if (!event.code) return leave(step, element);
      const escalationCode = evaluateText(event.code, scope, step.now, 'escalation code');
      if (isFailure(escalationCode)) return escalationCode;
      throwEscalation(step, element, escalationCode);
      if (isAlive(step, element)) leave(step, element);
      return undefined;
    }
    case 'compensation': {
      const undone = triggerCompensation(step, element, compensatedScope(element), event.activityId);
      return undone ? undefined : leave(step, element);
    }
    case 'cancel':
      return cancelTransaction(step, element);
    default:
      return leave(step, element);
  }
}

/** Goes on with a compensation or a cancellation once a handler is done. */
export function resumeThrowing(step: Step, element: ElementInstance): void {
  if (element.node.event.kind === 'cancel') return goOnCancelling(step, element);
  if (!undoNext(step, element, compensatedScope(element))) leave(step, element);
}

/** The variables that input mappings gave the event: what it sends. */
function localVariables(element: ElementInstance): JsonObject {
  return Object.fromEntries([...(element.variables ?? [])].map(([name, { value }]) => [name, value]));
}
