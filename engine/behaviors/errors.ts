/**
 * BPMN errors (BPMN 2.0.2 §10.5.1, §13.5.4): thrown by an end event or a worker, caught by the nearest enclosing
 * activity with a fitting boundary event, call activities included. One that nobody catches is an incident.
 */
import type { JsonObject } from '../model/json.js';
import type { Key } from '../model/keys.js';
import type { FlowNode } from '../model/process-model.js';
import { enter, goOn } from '../kernel/lifecycle.js';
import { append, type Step } from '../kernel/step-run.js';
import type { ElementInstance } from '../state/instance-tree.js';
import type { Failure } from './evaluate.js';
import { terminate } from './termination.js';
import { takeVariables } from './variables.js';

/** A thrown error. `jobKey` where a worker threw it. */
export interface ThrownError {
  readonly errorCode: string;
  readonly errorMessage: string;
  readonly variables: JsonObject;
  readonly jobKey?: Key;
}

/** Throws an error at an element; gives the failure where nobody catches it. */
export function throwError(step: Step, thrower: ElementInstance, error: ThrownError): Failure | undefined {
  const { errorCode, errorMessage, variables, jobKey } = error;
  const catcher = findCatcher(thrower, errorCode);
  append(step, thrower, 'error thrown', {
    errorCode,
    errorMessage,
    ...(jobKey !== undefined && { jobKey }),
    caughtBy: catcher?.boundary.id ?? null,
  });
  if (!catcher) {
    const text = errorMessage ? `: ${errorMessage}` : '';
    return {
      failure: 'UNHANDLED_ERROR_EVENT',
      message: `No boundary event catches the error "${errorCode}"${text}.`,
    };
  }
  const { host, boundary } = catcher;
  terminate(step, host);
  const caught = enter(step, host.scope as ElementInstance, boundary);
  takeVariables(step, caught, variables);
  goOn(step, caught);
  return undefined;
}

function findCatcher(
  thrower: ElementInstance,
  errorCode: string,
): { host: ElementInstance; boundary: FlowNode } | undefined {
  for (let host: ElementInstance | null = thrower; host; host = host.scope) {
    const boundary =
      host.node.boundaryEvents.find((event) => catches(event, errorCode)) ??
      host.node.boundaryEvents.find((event) => catches(event, undefined));
    if (boundary) return { host, boundary };
  }
  return undefined;
}

/** Whether a boundary event catches this code; undefined asks for one that catches every error. */
function catches({ event }: FlowNode, errorCode: string | undefined): boolean {
  return event.kind === 'error' && event.code?.source === errorCode;
}
