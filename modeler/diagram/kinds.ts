/** Who does an element's work: an AI agent, a person or a system. Read from the element alone. */
import type { DiagramElement, ModdleElement } from './diagram-js.js';

/** Who does the work. */
export type Kind = 'ai' | 'human' | 'system';

/** Job types that begin like this are done by AI agents. */
const AGENT_JOBS = 'io.camunda.agenticai:';

const people = new Set(['bpmn:UserTask', 'bpmn:ManualTask']);
const systems = new Set([
  'bpmn:ServiceTask',
  'bpmn:SendTask',
  'bpmn:ScriptTask',
  'bpmn:BusinessRuleTask',
  'bpmn:CallActivity',
]);

function jobType(element: ModdleElement): string {
  const extensions = element.get('extensionElements');
  if (typeof extensions !== 'object' || extensions === null || !('values' in extensions)) return '';
  const values = extensions.values as { $type: string; type?: string; $attrs?: { type?: string } }[];
  const task = values.find((value) => value.$type.toLowerCase() === 'zeebe:taskdefinition');
  return task?.type ?? task?.$attrs?.type ?? '';
}

/** The kind of an element on the canvas; null for events, gateways, flows and labels. */
export function kindOf(element: DiagramElement): Kind | null {
  if (element.labelTarget) return null;
  if (people.has(element.type)) return 'human';
  if (jobType(element.businessObject).startsWith(AGENT_JOBS)) return 'ai';
  return systems.has(element.type) ? 'system' : null;
}
