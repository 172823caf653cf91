/** What a throwing event does when a token enters it, at an intermediate or an end event alike. */
import { leave } from '../kernel/lifecycle.js';
import { append, isAlive, type Step } from '../kernel/step-run.js';
import type { JsonObject } from '../model/json.js';
import type { ElementInstance } from '../state/instance-tree.js';
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
    default:
      return leave(step, element);
  }
}

/** The variables that input mappings gave the event: what it sends. */
function localVariables(element: ElementInstance): JsonObject {
  return Object.fromEntries([...(element.variables ?? [])].map(([name, { value }]) => [name, value]));
}
