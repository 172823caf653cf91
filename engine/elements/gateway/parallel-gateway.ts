/** Parallel gateway (BPMN 2.0.2 §10.6.4, §13.4.1): waits for one token on each incoming flow, then leaves by all. */
import { leave } from '../../kernel/lifecycle.js';
import type { Processor } from '../../kernel/processor.js';

/** Joins, then forks. Conditions on its outgoing flows are not asked. */
export const parallelGateway: Processor = {
  join({ target }, scope) {
    // Fewer flows with tokens than incoming flows: no need to look at each, however many there are.
    if (!scope.tokens || scope.tokens.size < target.incoming.length) return null;
    return target.incoming.every(({ index }) => scope.tokens?.get(index)) ? target.incoming : null;
  },

  activate(step, element) {
    leave(step, element);
  },

  chooseFlows(_step, element) {
    return element.node.outgoing;
  },
};
