/** Reads an ad-hoc sub-process (BPMN 2.0.2 §10.3.5) with `zeebe:adHoc`, and its job where a worker chooses. */
import { readAgent } from './agent.js';
import type { ElementReading } from './draft.js';
import { readJobDefinition } from './job-task.js';
import { child, extension, flag, text } from './moddle.js';
import { readExpression, readOptionalValue } from './values.js';

/** Reads what is active at first, when it is done, and what it collects. */
export function readAdHoc(reading: ElementReading): void {
  const { source, node, problems } = reading;
  const details = extension(source, 'zeebe:AdHoc');
  const condition = text(child(source, 'completionCondition'), 'body')?.trim();
  node.job = readJobDefinition(reading);
  readAgent(reading);
  node.adHoc = {
    sequential: text(source, 'ordering') === 'Sequential',
    activeElements: readOptionalValue(
      text(details, 'activeElementsCollection'),
      node.id,
      'collection of active elements',
      problems,
    ),
    completionCondition: condition
      ? readExpression(condition, node.id, 'completion condition', problems)
      : undefined,
    cancelRemaining: flag(source, 'cancelRemainingInstances') ?? true,
    outputCollection: text(details, 'outputCollection'),
    outputElement: readOptionalValue(text(details, 'outputElement'), node.id, 'output element', problems),
  };
}
