/**
 * Inclusive gateway (BPMN 2.0.2 §10.6.3, §13.4.3): joins the tokens that have come once no other can come any more,
 * and leaves by every flow whose condition holds.
 */
import { leavingFlows } from '../../behaviors/leaving-flows.js';
import { nothingMoreCanCome } from '../../behaviors/reachability.js';
import { activateElement, goOn, leave } from '../../kernel/lifecycle.js';
import type { Processor } from '../../kernel/processor.js';
import type { SequenceFlow } from '../../model/process-model.js';

/** Waits for every token that can still arrive, loops included. */
export const inclusiveGateway: Processor = {
  join(flow) {
    return flow.target.incoming.length === 1 ? [flow] : null;
  },

  settle(step, node, scope) {
    const hasToken = ({ index }: SequenceFlow) => Boolean(scope.tokens?.get(index));
    const arrived = node.incoming.filter(hasToken);
    if (arrived.length === 0 || !nothingMoreCanCome(node, scope, hasToken)) return false;
    goOn(step, activateElement(step, scope, node, arrived));
    return true;
  },

  activate(step, element) {
    leave(step, element);
  },

  chooseFlows: leavingFlows,
};
