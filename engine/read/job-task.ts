/** Reads tasks done by a job worker: service task (BPMN 2.0.2 §10.3.3), send task, and script task with a worker. */
import type { JobDefinition, LinkedResource } from '../model/process-model.js';
import { readAgent } from './agent.js';
import { readBinding } from './binding.js';
import type { ElementReading } from './draft.js';
import { readHeaders } from './mappings.js';
import { children, extension, text } from './moddle.js';
import { readRetries, readValue } from './values.js';

/** Reads `zeebe:taskDefinition`; undefined where the element has none. */
export function readJobDefinition({ source, node, problems }: ElementReading): JobDefinition | undefined {
  const definition = extension(source, 'zeebe:TaskDefinition');
  if (!definition) return undefined;
  const type = text(definition, 'type');
  if (!type?.trim()) {
    problems.error('VALUE_MISSING', node.id, 'The task definition has no job type.', 'Give it a job type.');
  }
  const retries = readRetries(text(definition, 'retries'), node.id, 'number of retries', problems);
  return {
    type: readValue(type ?? '', node.id, 'job type', problems),
    retries,
    headers: readHeaders(source),
    linkedResources: readLinkedResources({ source, node, problems }),
  };
}

function readLinkedResources({ source, node, problems }: ElementReading): LinkedResource[] {
  return children(extension(source, 'zeebe:LinkedResources'), 'values').map((linked) => {
    const [resourceId, resourceType, linkName] = (['resourceId', 'resourceType', 'linkName'] as const).map(
      (property) => text(linked, property) ?? '',
    ) as [string, string, string];
    if (resourceId === '') {
      const message = 'A linked resource has no id.';
      problems.error('VALUE_MISSING', node.id, message, 'Give it the id of a deployed resource.');
    }
    return { resourceId, resourceType, linkName, binding: readBinding(linked, node.id, problems) };
  });
}

/** Reads a service task: a job worker does it, which may be an AI agent. */
export function readServiceTask(reading: ElementReading): void {
  readJobTask(reading);
  readAgent(reading);
}

/** Reads a task that needs a job worker. */
export function readJobTask(reading: ElementReading): void {
  const { node, problems } = reading;
  node.job = readJobDefinition(reading);
  if (!node.job) {
    problems.error(
      'VALUE_MISSING',
      node.id,
      'The task has no task definition, so no worker could find its job.',
      'Give it a job type (zeebe:taskDefinition).',
    );
  }
}

/** Reports a task definition beside what the engine does by itself. */
export function refuseJob({ source, node, problems }: ElementReading, instead: string): void {
  if (!extension(source, 'zeebe:TaskDefinition')) return;
  const message = `The task ${instead} and has a task definition for a worker as well.`;
  problems.error('VALUE_INVALID', node.id, message, 'Keep one of them.');
}
