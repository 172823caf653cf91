/** Script task (BPMN 2.0.2 §10.3.3): a FEEL expression computed in the step, or a job where it names a worker. */
import { evaluate, isFailure, scopeOfElement } from '../../behaviors/evaluate.js';
import { tooLarge } from '../../behaviors/variable-size.js';
import { leave } from '../../kernel/lifecycle.js';
import type { Processor } from '../../kernel/processor.js';
import { jobTask } from './job-task.js';

/** Sets the result variable and completes, or waits for a worker. */
export const scriptTask: Processor = {
  activate(step, element) {
    const { script } = element.node;
    if (!script) return jobTask.activate(step, element);
    const outcome = evaluate(script.expression, scopeOfElement(element), step.now);
    if (isFailure(outcome)) return outcome;
    const large = tooLarge(step, script.resultVariable, outcome.value);
    if (large) return large;
    leave(step, element, { [script.resultVariable]: outcome.value });
    return undefined;
  },
};
