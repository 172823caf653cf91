/** All deployment rules. A new rule is a file and a line here. */
import type { ProcessModel } from '../model/process-model.js';
import { approvals } from './approvals.js';
import { boundaryEvents } from './boundary-events.js';
import { compensation } from './compensation.js';
import { eventBasedGateway } from './event-based-gateway.js';
import { exclusiveGateway } from './exclusive-gateway.js';
import { flowEnds } from './flow-ends.js';
import { startEvents } from './start-events.js';
import { timers } from './timers.js';
import { linkEventFlows } from './link-events.js';
import { triggers } from './triggers.js';
import { unreachable } from './unreachable.js';
import { untriggered } from './untriggered.js';
import type { ProblemList } from './problem.js';

/** Checks a model that was read. */
export type Rule = (model: ProcessModel, problems: ProblemList) => void;

const RULES: readonly Rule[] = [
  startEvents,
  flowEnds,
  exclusiveGateway,
  eventBasedGateway,
  boundaryEvents,
  compensation,
  timers,
  triggers,
  linkEventFlows,
  approvals,
  unreachable,
  untriggered,
];

/** Checks a model against every rule, with a pause before each. */
export function* checkModel(model: ProcessModel, problems: ProblemList): Generator<undefined, void> {
  for (const rule of RULES) {
    yield;
    rule(model, problems);
  }
}
