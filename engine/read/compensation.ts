/**
 * Finds what undoes an activity (BPMN 2.0.2 §10.7.1): the activity that an association leads to from its
 * compensation boundary event, or the event sub-process inside it that a compensation starts.
 */
import type { ProblemList } from '../rules/problem.js';
import type { FlowNodeDraft, ProcessDraft } from './draft.js';
import { child, children, type ModdleElement } from './moddle.js';

/** Joins the activities of a scope with their compensation handlers. */
export function linkCompensation(
  source: ModdleElement,
  scope: FlowNodeDraft,
  draft: ProcessDraft,
  problems: ProblemList,
): void {
  const handlers = new Map<string, FlowNodeDraft>();
  for (const association of children(source, 'artifacts')) {
    const from = child(association, 'sourceRef')?.id;
    const to = draft.elementsById.get(child(association, 'targetRef')?.id ?? '');
    if (from && to?.isForCompensation) handlers.set(from, to);
  }
  for (const node of scope.children as FlowNodeDraft[]) {
    if (node.type !== 'boundaryEvent' || node.event.kind !== 'compensation') continue;
    const handler = handlers.get(node.id);
    const host = node.attachedTo as FlowNodeDraft | undefined;
    if (host && handler) host.compensationHandler = handler;
    else {
      const message = 'No activity for compensation is associated with the compensation boundary event.';
      const hint = 'Draw an association from it to the activity that undoes the work.';
      problems.error('COMPENSATION_INVALID', node.id, message, hint);
    }
  }
  for (const inside of scope.eventSubProcesses as FlowNodeDraft[]) {
    const start = inside.children.find(({ type }) => type === 'startEvent');
    if (start?.event.kind === 'compensation') scope.compensationHandler = inside;
  }
}
