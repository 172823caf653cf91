/** The sentence for what an element calls and what is not there. */
import type { Binding } from '../model/process-model.js';

/** Says what is not deployed, as its binding asks for it. */
export function notDeployed(
  what: 'process' | 'decision' | 'form' | 'resource',
  id: string,
  binding: Binding,
): string {
  if (binding.kind === 'versionTag') {
    return `No ${what} with the id "${id}" and the version tag "${binding.versionTag}" is deployed.`;
  }
  if (binding.kind === 'deployment') {
    return `No ${what} with the id "${id}" was deployed together with this process.`;
  }
  return `No ${what} with the id "${id}" is deployed.`;
}
