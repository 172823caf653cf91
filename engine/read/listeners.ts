/** Reads `zeebe:executionListeners` and `zeebe:jobPriorityDefinition`. */
import type { ListenerDefinition } from '../model/process-model.js';
import type { FlowNodeDraft } from './draft.js';
import type { ProblemList } from '../rules/problem.js';
import { readHeaders } from './mappings.js';
import { children, extension, text, type ModdleElement } from './moddle.js';
import { readOptionalValue, readValue } from './values.js';

/** Reads the listeners of an element, in the order of the file, and the priority of its jobs. */
export function readListeners(source: ModdleElement, node: FlowNodeDraft, problems: ProblemList): void {
  const priority = text(extension(source, 'zeebe:JobPriorityDefinition'), 'priority');
  node.jobPriority = readOptionalValue(priority, node.id, 'job priority', problems);
  for (const listener of children(extension(source, 'zeebe:ExecutionListeners'), 'listeners')) {
    const type = text(listener, 'type');
    if (!type) {
      problems.error(
        'VALUE_MISSING',
        node.id,
        'An execution listener has no job type.',
        'Give it a job type.',
      );
    }
    const definition: ListenerDefinition = {
      type: readValue(type ?? '', node.id, 'listener type', problems),
      retries: readValue(
        text(listener, 'retries') ?? '3',
        node.id,
        'number of retries of the listener',
        problems,
      ),
      headers: readHeaders(listener, 'headers'),
    };
    const event = text(listener, 'eventType');
    if (event === 'start') node.startListeners.push(definition);
    else if (event === 'end') node.endListeners.push(definition);
    else {
      const message = `An execution listener is asked at "${event ?? ''}", which does not happen.`;
      problems.error('VALUE_INVALID', node.id, message, 'Use "start" or "end".');
    }
  }
}
