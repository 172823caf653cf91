/**
 * Complex gateway (BPMN 2.0.2 §10.6.5, §13.4.5). It fires once its activation condition holds (`activationCount`
 * tells how many incoming flows have a token), then waits to be reset: until no token can come any more on the
 * flows that did not take part. Conditions on its outgoing flows see `waitingForStart`: true when it fires, false
 * when it is reset; a flow without a condition is taken when it fires. With one incoming flow there is nothing to wait
 * for after it fired, and nothing is taken when it is reset.
 */
import {
  isFailure,
  isMet,
  evaluateCondition,
  scopeOfElement,
  type Failure,
} from '../../behaviors/evaluate.js';
import { raiseIncident } from '../../behaviors/incidents.js';
import { noFlow } from '../../behaviors/leaving-flows.js';
import { nothingMoreCanCome } from '../../behaviors/reachability.js';
import type { FeelScope } from '../../feel/index.js';
import { activateElement, goOn, takeFlow } from '../../kernel/lifecycle.js';
import type { Processor } from '../../kernel/processor.js';
import { append, type Step } from '../../kernel/step-run.js';
import type { FlowNode, SequenceFlow } from '../../model/process-model.js';
import type { ElementInstance } from '../../state/instance-tree.js';

/** Fires by its activation condition and stays until it is reset. */
export const complexGateway: Processor = {
  join(flow) {
    return joins(flow.target) ? null : [flow];
  },

  settle(step, node, scope) {
    const waiting = [...scope.children].filter((child) => child.node === node);
    if (waiting.length === 0) return fire(step, node, scope);
    // Several only where nothing joins: none of them waits for another one.
    return waiting.filter((element) => reset(step, element, scope)).length > 0;
  },

  activate(step, element) {
    const flows = chooseFlows(step, element, true);
    if (isFailure(flows)) return flows;
    if (flows.length === 0) return noFlow(element);
    for (const flow of flows) takeFlow(step, element, element.scope as ElementInstance, flow);
  },
};

/** Whether tokens come by several flows. */
function joins({ incoming }: FlowNode): boolean {
  return incoming.length > 1;
}

function fire(step: Step, node: FlowNode, scope: ElementInstance): boolean {
  const arrived = node.incoming.filter(({ index }) => scope.tokens?.get(index));
  if (arrived.length === 0 || !conditionHolds(step, node, scope, arrived.length)) return false;
  goOn(step, activateElement(step, scope, node, arrived));
  return true;
}

function conditionHolds(
  step: Step,
  node: FlowNode,
  scope: ElementInstance,
  activationCount: number,
): boolean {
  if (!node.activationCondition) return true;
  const visible = scopeOfElement(scope);
  const counting: FeelScope = {
    lookup: (name) => (name === 'activationCount' ? activationCount : visible.lookup(name)),
  };
  return isMet(node.activationCondition, counting, step.now);
}

function reset(step: Step, element: ElementInstance, scope: ElementInstance): boolean {
  // A listener is still asked before it fires.
  if (element.incident || element.job !== null) return false;
  const hasToken = ({ index }: SequenceFlow) => Boolean(scope.tokens?.get(index));
  const hasGiven = ({ id }: SequenceFlow) => element.joined?.includes(id) ?? false;
  if (!nothingMoreCanCome(element.node, scope, (flow) => hasGiven(flow) || hasToken(flow))) return false;
  const flows = joins(element.node) ? chooseFlows(step, element, false) : [];
  if (isFailure(flows)) {
    raiseIncident(step, element, flows, 'resume');
    return false;
  }
  const consumed = element.node.incoming
    .filter((flow) => !hasGiven(flow) && hasToken(flow))
    .map(({ id }) => id);
  append(step, element, 'element completed', { consumed });
  for (const flow of flows) takeFlow(step, element, scope, flow);
  step.agenda.push({ op: 'end scope', scope });
  return true;
}

function chooseFlows(
  step: Step,
  element: ElementInstance,
  waitingForStart: boolean,
): SequenceFlow[] | Failure {
  const visible = scopeOfElement(element);
  const scope: FeelScope = {
    lookup: (name) => (name === 'waitingForStart' ? waitingForStart : visible.lookup(name)),
  };
  const { outgoing, defaultFlow } = element.node;
  const taken: SequenceFlow[] = [];
  for (const flow of outgoing) {
    if (flow === defaultFlow) continue;
    const holds = flow.condition ? evaluateCondition(flow.condition, scope, step.now) : waitingForStart;
    if (isFailure(holds)) return holds;
    if (holds) taken.push(flow);
  }
  return taken.length === 0 && waitingForStart && defaultFlow ? [defaultFlow] : taken;
}
