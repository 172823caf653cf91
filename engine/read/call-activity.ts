/** Reads a call activity (BPMN 2.0.2 §10.3.6) with `zeebe:calledElement`. */
import type { ElementReading } from './draft.js';
import { extension, flag, text } from './moddle.js';
import { readValue } from './values.js';

/** Reads which process is called and which variables cross the border. */
export function readCallActivity({ source, node, problems }: ElementReading): void {
  const called = extension(source, 'zeebe:CalledElement');
  const processId = text(called, 'processId') ?? text(source, 'calledElement');
  if (!processId) {
    problems.error(
      'VALUE_MISSING',
      node.id,
      'The call activity does not say which process it calls.',
      'Give it the id of the called process.',
    );
  }
  const binding = text(called, 'bindingType');
  if (binding && binding !== 'latest') {
    problems.error(
      'NOT_SUPPORTED',
      node.id,
      `The binding "${binding}" of a called process is not supported yet.`,
      'Use the binding "latest".',
    );
  }
  node.calledElement = {
    processId: readValue(processId ?? '', node.id, 'called process id', problems),
    propagateAllChildVariables: flag(called, 'propagateAllChildVariables') ?? true,
    propagateAllParentVariables: flag(called, 'propagateAllParentVariables') ?? true,
  };
}
