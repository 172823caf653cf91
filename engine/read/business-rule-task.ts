/** Reads a business rule task (BPMN 2.0.2 §10.3.3): a called decision, or a job worker. */
import { readBinding } from './binding.js';
import type { ElementReading } from './draft.js';
import { readJobTask, refuseJob } from './job-task.js';
import { extension, text } from './moddle.js';
import { readValue } from './values.js';

/** Reads `zeebe:calledDecision`, or falls back to `zeebe:taskDefinition`. */
export function readBusinessRuleTask(reading: ElementReading): void {
  const { source, node, problems } = reading;
  const called = extension(source, 'zeebe:CalledDecision');
  if (!called) return readJobTask(reading);
  refuseJob(reading, 'calls a decision');
  const decisionId = text(called, 'decisionId');
  const resultVariable = text(called, 'resultVariable');
  if (!decisionId) {
    problems.error(
      'VALUE_MISSING',
      node.id,
      'The task does not say which decision it calls.',
      'Give it the id of a decision.',
    );
  }
  if (!resultVariable) {
    problems.error(
      'VALUE_MISSING',
      node.id,
      'The called decision has no result variable.',
      'Name the variable that takes the result.',
    );
  }
  node.calledDecision = {
    decisionId: readValue(decisionId ?? '', node.id, 'decision id', problems),
    binding: readBinding(called, node.id, problems),
    resultVariable: resultVariable ?? '',
  };
}
