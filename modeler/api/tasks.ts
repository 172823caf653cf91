/** User tasks: what waits for a person, its form, its evidence, and the decision. */
import type { Form } from './processes.js';
import { request, search, type Page, type Search } from './request.js';

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

/** What led to a task: what agents did, and each step before it. */
export interface Evidence {
  agentCalls: AgentCall[];
  steps: EvidenceStep[];
}

/** What a task asks of whoever completes it. */
export interface Asks {
  /** The variables that carry an approval's answer and its reason; null where the task is simply completed. */
  approval: { variable: string; reason: string } | null;
  signature: boolean;
  /** What a signature stands for, of an approval and of a refusal; null where the model does not say. */
  meaning: string | null;
  refusalMeaning: string | null;
  /** Whether the password is asked for again. */
  reauthenticate: boolean;
}

/** What somebody is shown of a task before they decide: all at one moment, so that a signature can be bound to it. */
export interface TaskRecord {
  processInstanceKey: string;
  variables: Record<string, unknown>;
  evidence: Evidence;
  /** Hashes of it, handed back by whoever signs. */
  shown: object;
  /** Null where the model of the task is not there any more. */
  asks: Asks | null;
  /** Why this person may not complete the task; null where nothing stands against it. */
  refusal: string | null;
  /** Why this person may not take it, hand it on or decide it, for each that it may not; null where it is over. */
  refused: Record<'claim' | 'assign' | 'complete', string | null> | null;
}

/** A signature as it is sent: what was shown, and where it is asked for the proof of the password. */
export interface GivenSignature {
  shown: object;
  proof?: string;
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

/** What is shown of a task: its variables, what led to it, and what it asks. */
export function recordOf(key: string, signal?: AbortSignal): Promise<TaskRecord> {
  return request(`/api/user-tasks/${key}/record`, { signal });
}

/** Gives a task to someone. */
export function assign(key: string, assignee: string, allowOverride: boolean): Promise<void> {
  return request(`/v2/user-tasks/${key}/assignment`, { method: 'POST', body: { assignee, allowOverride } });
}

/** Gives a task back to everyone who may claim it. */
export function unassign(key: string): Promise<void> {
  return request(`/v2/user-tasks/${key}/assignee`, { method: 'DELETE' });
}

/** Gives the password again, for one task; answers with the proof of it. */
export async function proofOf(key: string, password: string): Promise<string> {
  const path = `/api/user-tasks/${key}/signing-proofs`;
  return (await request<{ proof: string }>(path, { method: 'POST', body: { password } })).proof;
}

/** Completes a task with its variables. */
export function complete(
  key: string,
  variables: Record<string, unknown>,
  action: string,
  signature: GivenSignature | undefined,
): Promise<void> {
  const body = { variables, action, signature };
  return request(`/v2/user-tasks/${key}/completion`, { method: 'POST', body, outlivesPage: true });
}

/**
 * Tasks that wait for whoever takes them, and that a person may take: by a group of theirs, or by their name. The total
 * counts a task twice that is offered in both ways.
 */
export async function searchOffered(
  username: string,
  groups: readonly string[],
  body: Search,
  signal?: AbortSignal,
): Promise<Page<UserTask>> {
  const free = { ...body.filter, state: 'CREATED', assignee: { $exists: false } };
  const ways: Record<string, unknown>[] = [
    ...(groups.length > 0 ? [{ candidateGroup: { $in: groups } }] : []),
    { candidateUser: username },
  ];
  const pages = await Promise.all(
    ways.map((way) => searchTasks({ ...body, filter: { ...free, ...way } }, signal)),
  );
  const found = new Map(pages.flatMap(({ items }) => items.map((task) => [task.userTaskKey, task] as const)));
  const items = [...found.values()].sort((a, b) => a.creationDate.localeCompare(b.creationDate));
  const doubles = pages.reduce((sum, page) => sum + page.items.length, 0) - items.length;
  const totalItems = pages.reduce((sum, { page }) => sum + page.totalItems, 0) - doubles;
  const hasMoreTotalItems = pages.some(({ page }) => page.hasMoreTotalItems === true);
  return { items, page: { totalItems, hasMoreTotalItems } };
}

/** People a task can be given to. */
export async function findUsers(
  text: string,
  signal?: AbortSignal,
): Promise<{ username: string; name: string }[]> {
  const path = `/api/users?q=${encodeURIComponent(text)}`;
  return (await request<{ items: { username: string; name: string }[] }>(path, { signal })).items;
}
