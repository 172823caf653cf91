/** Who does an element's work: an AI agent, a person or a system. Read from the element alone. */
import type { DiagramElement, ModdleElement } from './diagram-js.js';

/** Who does the work. */
export type Kind = 'ai' | 'human' | 'system';

/** An extension element, of a dialect that the viewer may not know. */
interface Extension {
  readonly $type: string;
  readonly type?: string;
  readonly $attrs?: { readonly type?: string };
}

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

function extensionsOf(element: ModdleElement): readonly Extension[] {
  const extensions = element.get('extensionElements');
  if (typeof extensions !== 'object' || extensions === null || !('values' in extensions)) return [];
  return extensions.values as Extension[];
}

/** Whether the element says that it is an agent, or has the job of one. */
function isAgent(element: ModdleElement): boolean {
  return extensionsOf(element).some(({ $type, type, $attrs }) => {
    const tag = $type.toLowerCase();
    if (tag === 'zeebe:agentdefinition') return true;
    return tag === 'zeebe:taskdefinition' && (type ?? $attrs?.type ?? '').startsWith(AGENT_JOBS);
  });
}

/** The kind of an element on the canvas; null for events, gateways, flows and labels. */
export function kindOf(element: DiagramElement): Kind | null {
  if (element.labelTarget) return null;
  if (people.has(element.type)) return 'human';
  if (isAgent(element.businessObject)) return 'ai';
  return systems.has(element.type) ? 'system' : null;
}
