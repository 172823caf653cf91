/** Reads `zeebe:agentDefinition`: that an AI agent does the work of a service task or ad-hoc sub-process. */
import type { ElementReading } from './draft.js';
import { extension, text } from './moddle.js';

/** The kinds of agents that each element can be. */
const AGENT_TYPES: Readonly<Record<string, readonly string[]>> = {
  serviceTask: ['aiAgentTask', 'external'],
  adHocSubProcess: ['aiAgentSubProcess'],
};

/** Reads the kind of agent, where the element says that it is one. */
export function readAgent({ source, node, problems }: ElementReading): void {
  const definition = extension(source, 'zeebe:AgentDefinition');
  const allowed = AGENT_TYPES[node.type];
  if (!definition || !allowed) return;
  node.agentType = text(definition, 'agentType');
  if (node.agentType !== undefined && allowed.includes(node.agentType)) return;
  const message = `The type of agent "${node.agentType ?? ''}" is none that this element can be.`;
  const names = allowed.map((name) => `"${name}"`).join(' or ');
  problems.error('VALUE_INVALID', node.id, message, `Use ${names}.`);
}
