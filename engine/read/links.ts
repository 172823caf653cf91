/** Joins the two ends of links (BPMN 2.0.2 §10.5.5): throwing and catching events of one name in one scope. */
import type { ProblemList } from '../rules/problem.js';
import type { FlowNodeDraft } from './draft.js';

/** Finds the catching end of every throwing link of a scope. */
export function linkEvents(scope: FlowNodeDraft, problems: ProblemList): void {
  const catching = new Map<string, FlowNodeDraft>();
  for (const node of scope.children as FlowNodeDraft[]) {
    if (node.event.kind !== 'link' || node.type !== 'intermediateCatchEvent') continue;
    if (catching.has(node.event.name)) {
      const message = `Two link events catch "${node.event.name}" in one scope, so the token would not know where to go.`;
      problems.error('LINK_BROKEN', node.id, message, 'Give each catching link event a name of its own.');
    }
    catching.set(node.event.name, node);
  }
  for (const node of scope.children as FlowNodeDraft[]) {
    if (node.event.kind !== 'link' || node.type !== 'intermediateThrowEvent') continue;
    node.linkTarget = catching.get(node.event.name);
    if (node.linkTarget) continue;
    const message = `No link event catches "${node.event.name}" in this scope.`;
    problems.error(
      'LINK_BROKEN',
      node.id,
      message,
      'Add a catching link event of the same name in the same scope.',
    );
  }
}
