/** Creating the jobs of an element: its own (`zeebe:taskDefinition`) and those of its listeners. */
import { append, newKey, type Step } from '../kernel/step-run.js';
import type { EventData, JobKind, LinkedResourceKey } from '../records/engine-events.js';
import type {
  JobDefinition,
  LinkedResource,
  ListenerDefinition,
  TaskTransition,
} from '../model/process-model.js';
import type { ElementInstance } from '../state/instance-tree.js';
import { notDeployed } from './not-deployed.js';
import { evaluateInteger, evaluateName, isFailure, scopeOfElement, type Failure } from './evaluate.js';
import { heldMark } from './suspension.js';

/** Evaluates the job's type, retries and priority and creates it: the element then waits for a worker. */
export function createJob(
  step: Step,
  element: ElementInstance,
  kind: JobKind = 'BPMN_ELEMENT',
): Failure | undefined {
  const { job } = element.node;
  if (!job) throw new Error(`${element.node.id} has no job definition.`);
  const linkedResources = findLinked(step, element, job.linkedResources);
  if (isFailure(linkedResources)) return linkedResources;
  return create(step, element, job, { kind, ...(linkedResources.length > 0 && { linkedResources }) });
}

/** The versions of the linked files that their bindings mean now. */
function findLinked(
  step: Step,
  { definition }: ElementInstance,
  linked: readonly LinkedResource[],
): LinkedResourceKey[] | Failure {
  const found: LinkedResourceKey[] = [];
  for (const { resourceId, resourceType, linkName, binding } of linked) {
    const resourceKey = step.definitions.resource(resourceId, binding, definition.deploymentKey);
    if (resourceKey === undefined) {
      const message = `${notDeployed('resource', resourceId, binding)} Deploy it and retry.`;
      return { failure: 'RESOURCE_NOT_FOUND', message };
    }
    found.push({ resourceKey, resourceType, linkName });
  }
  return found;
}

/** Asks the next listener that has not answered, if there is one: the element then waits for it. */
export function askListener(
  step: Step,
  element: ElementInstance,
  listens: 'START' | 'END',
): Failure | 'waits' | undefined {
  const { node, startListenersDone, endListenersDone } = element;
  const listener =
    listens === 'START' ? node.startListeners[startListenersDone] : node.endListeners[endListenersDone];
  if (!listener) return undefined;
  return create(step, element, listener, { kind: 'EXECUTION_LISTENER', listens }) ?? 'waits';
}

/** Asks a listener about a change of the element's user task. */
export function askTaskListener(
  step: Step,
  element: ElementInstance,
  listener: ListenerDefinition,
  listens: TaskTransition,
): Failure | undefined {
  return create(step, element, listener, { kind: 'TASK_LISTENER', listens });
}

function create(
  step: Step,
  element: ElementInstance,
  { type, retries }: Pick<JobDefinition, 'type' | 'retries'>,
  details: Pick<EventData['job created'], 'kind' | 'listens' | 'linkedResources'>,
): Failure | undefined {
  const scope = scopeOfElement(element);
  const jobType = evaluateName(type, scope, step.now, 'job type');
  if (isFailure(jobType)) return jobType;
  const count = evaluateInteger(retries, scope, step.now, 'number of retries');
  if (isFailure(count)) return count;
  const priority = priorityOf(step, element);
  if (isFailure(priority)) return priority;
  append(step, element, 'job created', {
    jobKey: newKey(step),
    jobType,
    retries: count,
    ...details,
    ...(priority !== 0 && { priority }),
    ...heldMark(step),
  });
  return undefined;
}

/** The element's own priority, else that of its process. */
function priorityOf(step: Step, element: ElementInstance): number | Failure {
  const value = element.node.jobPriority ?? element.definition.model.elements[0]?.jobPriority;
  return value ? evaluateInteger(value, scopeOfElement(element), step.now, 'job priority') : 0;
}
