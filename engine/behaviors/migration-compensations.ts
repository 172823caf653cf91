/** What can be undone after a migration: each completed activity needs its handler in the target version. */
import type { CompensationState } from '../state/instance-tree.js';
import type { MigrationWork } from './migration-plan.js';

/** New ids of completed activities, their handlers, and events that interrupt and have not begun. */
export function planCompensations(work: MigrationWork): Record<string, string> {
  const ids: Record<string, string> = {};
  const { mapping, target } = work;
  const look = (compensation: CompensationState): void => {
    const { elementId, handlerId, inside } = compensation;
    const activity = mapping.get(elementId);
    if (activity !== undefined) ids[elementId] = activity;
    if (handlerId !== null) {
      const handler = mapping.get(handlerId) ?? handlerId;
      if (target.model.elementsById.has(handler)) ids[handlerId] = handler;
      else {
        const message = `"${elementId}" has completed and is undone by "${handlerId}", which the target version does not have.`;
        work.report('HANDLER_UNMAPPED', handlerId, message, 'Map it to what undoes the activity there.');
      }
    }
    inside.forEach(look);
  };
  for (const element of work.targets.keys()) {
    element.compensations.forEach(look);
    element.undoing?.forEach(look);
    const { interruption } = element;
    if (!interruption) continue;
    const event = mapping.get(interruption.targetId) ?? interruption.targetId;
    if (target.model.elementsById.has(event)) ids[interruption.targetId] = event;
    else {
      const message = `"${interruption.targetId}" has interrupted "${element.node.id}" and is about to begin.`;
      work.report('ELEMENT_UNMAPPED', interruption.targetId, message, 'Map it.', element);
    }
  }
  return ids;
}
