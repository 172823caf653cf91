/** What a job is given from its model and its user task: headers, and the task that a task listener is asked about. */
import { viewUserTask, writeJson } from '@countersign/engine';
import type { ElementInstance, InstanceTree, Key, UserTaskView } from '@countersign/engine';
import type { TakeableJob } from '../store/job-rows.js';

/** Names that workers of the zeebe dialect know begin so. */
const RESERVED = 'io.camunda.zeebe:';

type Headers = Readonly<Record<string, string>>;

/** The headers the model gives a job: those of the element, or of the listener that is asked now. */
export function headersOf(tree: InstanceTree, element: ElementInstance, job: TakeableJob): Headers {
  const { node, startListenersDone, endListenersDone } = element;
  if (job.listens === null) return { ...node.job?.headers, ...linked(tree, job) };
  if (job.listens === 'START') return node.startListeners[startListenersDone]?.headers ?? {};
  if (job.listens === 'END') return node.endListeners[endListenersDone]?.headers ?? {};
  const done = taskOf(tree, element)?.change?.listenersDone ?? 0;
  const own = node.userTask?.listeners?.[job.listens]?.[done]?.headers;
  return { ...node.userTask?.headers, ...own, ...reserved(userTaskOf(tree, element, job)) };
}

/** The user task as it will be after the change that the job's listener is asked about; null for any other job. */
export function userTaskOf(
  tree: InstanceTree,
  element: ElementInstance,
  { kind }: TakeableJob,
): (UserTaskView & { readonly key: Key }) | null {
  const task = kind === 'TASK_LISTENER' ? taskOf(tree, element) : undefined;
  return task ? { ...viewUserTask(task), key: task.key } : null;
}

/** The files that the worker needs, as JSON under a name that it knows. */
function linked(tree: InstanceTree, { key }: TakeableJob): Headers {
  const resources = tree.jobs.get(key)?.linkedResources;
  if (!resources) return {};
  return {
    linkedResources: writeJson(
      resources.map(({ resourceKey, ...rest }) => ({ resourceKey: String(resourceKey), ...rest })),
    ),
  };
}

function taskOf(tree: InstanceTree, { userTask }: ElementInstance) {
  return userTask === null ? undefined : tree.userTasks.get(userTask);
}

/** The task's data as headers: lists as JSON, what is empty left out. */
function reserved(task: ReturnType<typeof userTaskOf>): Headers {
  if (!task) return {};
  const { key: userTaskKey, ...attributes } = task;
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries({ ...attributes, userTaskKey })) {
    if (value === null || value === '' || (Array.isArray(value) && value.length === 0)) continue;
    headers[RESERVED + name] = Array.isArray(value) ? writeJson(value) : String(value);
  }
  return headers;
}
