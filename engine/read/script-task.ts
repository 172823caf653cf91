/** Reads a script task (BPMN 2.0.2 §10.3.3): a FEEL expression of its own, or a job worker. */
import type { ElementReading } from './draft.js';
import { readJobTask, refuseJob } from './job-task.js';
import { extension, text } from './moddle.js';
import { readExpression } from './values.js';

/** Reads `zeebe:script`, or falls back to `zeebe:taskDefinition`. */
export function readScriptTask(reading: ElementReading): void {
  const { source, node, problems } = reading;
  const script = extension(source, 'zeebe:Script');
  if (!script) return readJobTask(reading);
  refuseJob(reading, 'has a script');
  const resultVariable = text(script, 'resultVariable');
  if (!resultVariable) {
    problems.error(
      'VALUE_MISSING',
      node.id,
      'The script has no result variable.',
      'Name the variable that takes the result.',
    );
  }
  node.script = {
    expression: readExpression(text(script, 'expression') ?? '', node.id, 'script', problems),
    resultVariable: resultVariable ?? '',
  };
}
