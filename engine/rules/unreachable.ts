/**
 * Elements to which nothing leads (BPMN 2.0.2 §10.5.2: where a process has a start event, every other flow object is the
 * target of a sequence flow). No token ever enters them; a parallel gateway behind one waits for ever.
 */
import type { FlowNode, ProcessModel } from '../model/process-model.js';
import type { ProblemList } from './problem.js';

/** Checks every scope: what follows an unreachable element is not told of again. */
export function unreachable(model: ProcessModel, problems: ProblemList): void {
  for (const scope of model.elements) {
    const linked = new Set(scope.children.map(({ linkTarget }) => linkTarget));
    /** Whether no flow, link or activity leads to an element. */
    const isLoose = (node: FlowNode): boolean =>
      node.incoming.length === 0 && !node.attachedTo && !linked.has(node);
    const begins = scope.children.filter((node) => beginsByItself(node, isLoose));
    // A scope in which nothing begins is told of by another rule.
    if (begins.length === 0) continue;
    const reached = follow(begins, new Set());
    const told = new Set<FlowNode>();
    const left = scope.children.filter((node) => !reached.has(node));
    // First those to which nothing leads at all; what is left then goes round in a circle.
    for (const node of [...left.filter(isLoose), ...left]) {
      if (told.has(node)) continue;
      follow([node], told);
      const message = `Nothing leads to "${node.name ?? node.id}", so it never begins.`;
      problems.warn('ELEMENT_UNREACHABLE', node.id, message, 'Draw a sequence flow to it, or remove it.');
    }
    for (const node of reached) checkJoin(node, reached, problems);
  }
}

function checkJoin(join: FlowNode, reached: ReadonlySet<FlowNode>, problems: ProblemList): void {
  if (join.type !== 'parallelGateway') return;
  const from = join.incoming.find(({ source }) => !reached.has(source))?.source;
  if (!from) return;
  const message = `The parallel gateway waits for a token from "${from.name ?? from.id}", which nothing leads to.`;
  problems.error('JOIN_INCOMPLETE', join.id, message, 'Draw a sequence flow to that element, or remove it.');
}

/** Whether an element needs no sequence flow to begin. */
function beginsByItself(node: FlowNode, isLoose: (node: FlowNode) => boolean): boolean {
  if (node.type === 'startEvent' || node.type === 'eventSubProcess') return true;
  if (node.isForCompensation || node.instantiates) return true;
  return node.scope?.type === 'adHocSubProcessInnerInstance' && isLoose(node);
}

/** Adds the elements that a token can come to from these, themselves included. */
function follow(from: readonly FlowNode[], found: Set<FlowNode>): Set<FlowNode> {
  const ahead = [...from];
  for (let node = ahead.pop(); node; node = ahead.pop()) {
    if (found.has(node)) continue;
    found.add(node);
    for (const { target } of node.outgoing) ahead.push(target);
    ahead.push(...node.boundaryEvents);
    if (node.linkTarget) ahead.push(node.linkTarget);
  }
  return found;
}
