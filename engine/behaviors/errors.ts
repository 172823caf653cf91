/**
 * BPMN errors (BPMN 2.0.2 §10.5.1, §10.5.6): thrown by an end event or a worker, caught by the
 * nearest fitting event around it, across call activities too. One that nobody catches is an incident.
 */
import type { JsonObject } from '../model/json.js';
import type { Key } from '../model/keys.js';
import { append, type Step } from '../kernel/step-run.js';
import type { ElementInstance } from '../state/instance-tree.js';
import { findCatcher } from './catchers.js';
import type { Failure } from './evaluate.js';
import { catchAt } from './triggers.js';

/** A thrown error. `jobKey` where a worker threw it. */
export interface ThrownError {
  readonly errorCode: string;
  readonly errorMessage: string;
  readonly variables: JsonObject;
  readonly jobKey?: Key;
  /** What the worker calls itself. */
  readonly worker?: string;
}

/** Throws an error at an element; gives the failure where nobody catches it. */
export function throwError(step: Step, thrower: ElementInstance, error: ThrownError): Failure | undefined {
  const { errorCode, errorMessage, variables, jobKey, worker } = error;
  const catcher = findCatcher(thrower, 'error', errorCode);
  append(step, thrower, 'error thrown', {
    errorCode,
    errorMessage,
    ...(jobKey !== undefined && { jobKey }),
    ...(worker !== undefined && { worker }),
    caughtBy: catcher?.target.id ?? null,
  });
  if (!catcher) {
    const text = errorMessage ? `: ${errorMessage}` : '';
    return {
      failure: 'UNHANDLED_ERROR_EVENT',
      message: `No event catches the error "${errorCode}"${text}.`,
    };
  }
  catchAt(step, catcher.host, catcher.target, variables);
  return undefined;
}
