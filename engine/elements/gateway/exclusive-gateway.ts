/** Exclusive gateway (BPMN 2.0.2 §10.6.2, §13.4.2): each token leaves by the first flow whose condition holds. */
import { evaluateCondition, isFailure, scopeOfElement } from '../../behaviors/evaluate.js';
import { noFlow } from '../../behaviors/leaving-flows.js';
import { leave } from '../../kernel/lifecycle.js';
import type { Processor } from '../../kernel/processor.js';

/** Passes every token on at once; conditions are asked in the order of the file. */
export const exclusiveGateway: Processor = {
  activate(step, element) {
    leave(step, element);
  },

  chooseFlows(step, element) {
    const { outgoing, defaultFlow } = element.node;
    const scope = scopeOfElement(element);
    for (const flow of outgoing) {
      if (flow === defaultFlow) continue;
      if (!flow.condition) return [flow];
      const holds = evaluateCondition(flow.condition, scope, step.now);
      if (isFailure(holds)) return holds;
      if (holds) return [flow];
    }
    if (defaultFlow) return [defaultFlow];
    return outgoing.length === 0 ? [] : noFlow(element);
  },
};
