/** Reads `bindingType` and `versionTag` of what an element refers to in another file. */
import type { Binding } from '../model/process-model.js';
import type { ProblemList } from '../rules/problem.js';
import { text, type ModdleElement } from './moddle.js';

/** Reads a binding; without one the latest version is meant. */
export function readBinding(holder: ModdleElement | undefined, id: string, problems: ProblemList): Binding {
  const kind = text(holder, 'bindingType') ?? 'latest';
  if (kind === 'latest' || kind === 'deployment') return { kind };
  const versionTag = text(holder, 'versionTag');
  if (kind === 'versionTag' && versionTag) return { kind, versionTag };
  const message = `The binding "${kind}" does not say which version is meant.`;
  problems.error(
    'VALUE_INVALID',
    id,
    message,
    'Use "latest", "deployment", or "versionTag" with a version tag.',
  );
  return { kind: 'latest' };
}
