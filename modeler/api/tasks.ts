/** User tasks: what waits for a person, its form, its evidence, and the decision. */
import type { Form } from './processes.js';
import { request, search, type Page, type Search } from './request.js';
import type { Variable } from './instances.js';

/** A user task as the inbox shows it. */
export interface UserTask {
  userTaskKey: string;
  name: string | null;
  state: string;
  assignee: string | null;
  elementId: string;
  elementInstanceKey: string;
  candidateGroups: string[];
  candidateUsers: string[];
  processName: string | null;
  processDefinitionId: string;
  processDefinitionKey: string;
  processInstanceKey: string;
  creationDate: string;
  completionDate: string | null;
  dueDate: string | null;
  followUpDate: string | null;
  priority: number;
  formKey: string | null;
  customHeaders: Record<string, string>;
}

/** One call of an AI model that led to a task. */
export interface AgentCall {
  elementId: string;
  elementName: string | null;
  at: string;
  provider: string;
  model: string;
  simulated: boolean;
  promptTokens: number | null;
  completionTokens: number | null;
  cost: { amount: number; currency: string } | null;
  latencyMs: number | null;
  result: unknown;
  /** Between 0 and 1, where the model was asked for it. */
  confidence: number | null;
  systemPrompt?: string;
  userPrompt?: string;
}

/** One step that led to a task, and who took it. */
export interface EvidenceStep {
  at: string;
  elementId: string;
  elementName: string | null;
  elementType: string;
  actor: string | null;
  kind: 'ai' | 'human' | 'system';
}

/** What an approver should see before deciding. */
export interface Evidence {
  processInstanceKey: string;
  processDefinitionKey: string;
  elementId: string;
  agentCalls: AgentCall[];
  steps: EvidenceStep[];
}

/** Searches tasks, oldest first unless the body says otherwise. */
export function searchTasks(body: Search, signal?: AbortSignal): Promise<Page<UserTask>> {
  return search('user-tasks', { sort: [{ field: 'creationDate', order: 'ASC' }], ...body }, signal);
}

/** One task. */
export function getTask(key: string, signal?: AbortSignal): Promise<UserTask> {
  return request(`/v2/user-tasks/${key}`, { signal });
}

/** The form of a task; null where it has none. */
export async function taskForm(key: string, signal?: AbortSignal): Promise<Form | null> {
  return (await request<Form | undefined>(`/v2/user-tasks/${key}/form`, { signal })) ?? null;
}

/** The variables a task sees, parsed; where scopes share a name, the inner one counts. */
export async function taskVariables(key: string, signal?: AbortSignal): Promise<Record<string, unknown>> {
  const path = `/v2/user-tasks/${key}/effective-variables/search?truncateValues=false`;
  const body = { page: { limit: 1000 } };
  const { items } = await request<Page<Variable>>(path, { method: 'POST', body, signal });
  // An inner scope begins after the scope around it, and keys grow.
  items.sort((a, b) => Number(a.scopeKey) - Number(b.scopeKey));
  return Object.fromEntries(items.map(({ name, value }) => [name, JSON.parse(value) as unknown]));
}

/** What led to a task. */
export function evidenceOf(key: string, signal?: AbortSignal): Promise<Evidence> {
  return request(`/api/user-tasks/${key}/evidence`, { signal });
}

/** Gives a task to someone. */
export function assign(key: string, assignee: string, allowOverride: boolean): Promise<void> {
  return request(`/v2/user-tasks/${key}/assignment`, { method: 'POST', body: { assignee, allowOverride } });
}

/** Gives a task back to everyone who may claim it. */
export function unassign(key: string): Promise<void> {
  return request(`/v2/user-tasks/${key}/assignee`, { method: 'DELETE' });
}

/** Completes a task with its variables. */
export function complete(key: string, variables: Record<string, unknown>, action?: string): Promise<void> {
  return request(`/v2/user-tasks/${key}/completion`, { method: 'POST', body: { variables, action } });
}

/** People a task can be given to. */
export async function findUsers(
  text: string,
  signal?: AbortSignal,
): Promise<{ username: string; name: string }[]> {
  const path = `/api/users?q=${encodeURIComponent(text)}`;
  return (await request<{ items: { username: string; name: string }[] }>(path, { signal })).items;
}
