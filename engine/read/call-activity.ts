/** Reads a call activity (BPMN 2.0.2 §10.3.6) with `zeebe:calledElement`. */
import { readBinding } from './binding.js';
import type { ElementReading } from './draft.js';
import { extension, flag, text } from './moddle.js';
import { readOptionalValue, readValue } from './values.js';

/** Reads which process is called and which variables cross the border. */
export function readCallActivity({ source, node, problems }: ElementReading): void {
  const called = extension(source, 'zeebe:CalledElement');
  const processId =
    text(called, 'processId') ??
    asExpression(text(called, 'processIdExpression')) ??
    text(source, 'calledElement');
  if (!processId) {
    problems.error(
      'VALUE_MISSING',
      node.id,
      'The call activity does not say which process it calls.',
      'Give it the id of the called process.',
    );
  }
  node.calledElement = {
    processId: readValue(processId ?? '', node.id, 'called process id', problems),
    binding: readBinding(called, node.id, problems),
    businessId: readOptionalValue(text(called, 'businessId'), node.id, 'business id', problems),
    propagateAllChildVariables: flag(called, 'propagateAllChildVariables') ?? true,
    propagateAllParentVariables: flag(called, 'propagateAllParentVariables') ?? true,
  };
}

/** Older files write the expression without the "=" that marks one. */
function asExpression(source: string | undefined): string | undefined {
  return source === undefined || source.startsWith('=') ? source : `=${source}`;
}
