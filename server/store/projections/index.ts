/** Every projection, by the event types it listens to. */
import type { EngineEvent } from '@countersign/engine';
import type { ServerEvent, Stamp } from '../journal-events.js';
import { decisionInstance } from './decision-instance.js';
import { definition } from './definition.js';
import { elementInstance } from './element-instance.js';
import { deleted } from './deleted.js';
import { held } from './held.js';
import { incident } from './incident.js';
import { job } from './job.js';
import { message } from './message.js';
import { processInstance } from './process-instance.js';
import { migrated } from './migrated.js';
import type { Projection, Target } from './projection.js';
import { messageSubscription, signalSubscription } from './subscription.js';
import { timer } from './timer.js';
import { userTask } from './user-task.js';
import { variable } from './variable.js';

type AnyEvent = EngineEvent | ServerEvent;
type AnyChange = (event: AnyEvent, stamp: Stamp, target: Target) => void;

const PROJECTIONS: readonly Projection[] = [
  definition,
  processInstance,
  elementInstance,
  variable,
  job,
  userTask,
  incident,
  timer,
  message,
  messageSubscription,
  signalSubscription,
  decisionInstance,
  migrated,
  deleted,
  // After those whose rows it changes.
  held,
];

/** Changes by event type. Each one was typed where it is defined, for exactly the events it gets here. */
const changes = new Map<string, AnyChange[]>();
for (const projection of PROJECTIONS) {
  for (const [type, change] of Object.entries(projection)) {
    const list = changes.get(type) ?? [];
    list.push(change as AnyChange);
    changes.set(type, list);
  }
}

const NONE: readonly AnyChange[] = [];

/** Changes the pending rows of every table that the event concerns. */
export function project(event: AnyEvent, stamp: Stamp, target: Target): void {
  for (const change of changes.get(event.type) ?? NONE) change(event, stamp, target);
}
