/** Whether a task asks for an approval, and which variables carry the answer. */
import type { UserTask } from '../../api/tasks.js';

/** How an approval task wants its answer; null where the task is simply completed. */
export interface Approval {
  /** Set to true or false. */
  approvalVariable: string;
  /** Set to the reason of a refusal, else to null. */
  reasonVariable: string;
}

const ZEEBE = 'http://camunda.org/schema/zeebe/1.0';

/** The zeebe:property values of an element in a diagram, by name. */
function propertiesOf(xml: string, elementId: string): Record<string, string> {
  const document = new DOMParser().parseFromString(xml, 'application/xml');
  const element = document.querySelector(`[id="${CSS.escape(elementId)}"]`);
  const found: Record<string, string> = {};
  for (const property of element?.getElementsByTagNameNS(ZEEBE, 'property') ?? []) {
    if (property.closest(`[id="${CSS.escape(elementId)}"]`) !== element) continue;
    found[property.getAttribute('name') ?? ''] = property.getAttribute('value') ?? '';
  }
  return found;
}

/** Reads the approval settings from the task's headers or the properties of its element. */
export function approvalOf(task: UserTask, xml: string): Approval | null {
  const settings = { ...propertiesOf(xml, task.elementId), ...task.customHeaders };
  if (settings.approval !== 'true') return null;
  return {
    approvalVariable: settings.approvalVariable || 'approved',
    reasonVariable: settings.reasonVariable || 'reason',
  };
}
