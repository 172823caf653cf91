/** Intermediate throw events (BPMN 2.0.2 §10.5.4): none, message, signal, escalation, link and compensation. */
import { resumeThrowing, throwFrom } from '../../behaviors/throwing.js';
import { enter, goOn } from '../../kernel/lifecycle.js';
import type { Processor } from '../../kernel/processor.js';

/** Throws and goes on; a link goes on at its other end. */
export const throwEvent: Processor = {
  activate: throwFrom,
  resume: resumeThrowing,

  chooseFlows(_step, element) {
    return element.node.outgoing;
  },

  afterComplete(step, element) {
    const { scope, node } = element;
    if (!scope) return;
    if (node.linkTarget) goOn(step, enter(step, scope, node.linkTarget));
    else if (node.outgoing.length === 0) step.agenda.push({ op: 'end scope', scope });
  },
};
