/** Process instances and what is inside them: elements, variables, incidents, jobs. */
import { request, search, type Page, type Search } from './request.js';

/** A process instance as a list shows it. */
export interface ProcessInstance {
  processInstanceKey: string;
  processDefinitionKey: string;
  processDefinitionId: string;
  processDefinitionName: string | null;
  processDefinitionVersion: number;
  state: 'ACTIVE' | 'COMPLETED' | 'TERMINATED';
  hasIncident: boolean;
  startDate: string;
  endDate: string | null;
  parentProcessInstanceKey: string | null;
}

/** One passage of a token through an element. */
export interface ElementInstance {
  elementInstanceKey: string;
  elementId: string;
  elementName: string | null;
  type: string;
  state: 'ACTIVE' | 'COMPLETED' | 'TERMINATED';
  hasIncident: boolean;
  startDate: string;
  endDate: string | null;
}

/** A variable; `value` is JSON text. */
export interface Variable {
  variableKey: string;
  name: string;
  value: string;
  scopeKey: string;
  isTruncated?: boolean;
}

/** Why an instance waits. */
export interface Incident {
  incidentKey: string;
  processInstanceKey: string;
  processDefinitionId: string;
  elementId: string;
  elementInstanceKey: string;
  errorType: string;
  errorMessage: string;
  state: 'ACTIVE' | 'RESOLVED' | 'MIGRATED' | 'PENDING' | 'UNKNOWN';
  creationTime: string;
  jobKey: string | null;
}

/** Work handed to a job worker. */
export interface Job {
  jobKey: string;
  type: string;
  worker: string;
  state: string;
  retries: number;
  elementId: string | null;
  elementInstanceKey: string;
  errorMessage: string | null;
  errorCode: string | null;
  creationTime: string | null;
  endTime: string | null;
}

/** Searches instances, newest first unless the body says otherwise. */
export function searchInstances(body: Search, signal?: AbortSignal): Promise<Page<ProcessInstance>> {
  return search('process-instances', { sort: [{ field: 'startDate', order: 'DESC' }], ...body }, signal);
}

/** One instance. */
export function getInstance(key: string, signal?: AbortSignal): Promise<ProcessInstance> {
  return request(`/v2/process-instances/${key}`, { signal });
}

/** Starts an instance; answers with its key. */
export function createInstance(
  processDefinitionKey: string,
  variables: Record<string, unknown>,
): Promise<{ processInstanceKey: string }> {
  return request('/v2/process-instances', { method: 'POST', body: { processDefinitionKey, variables } });
}

/** Ends an instance for good. */
export function cancelInstance(key: string): Promise<void> {
  return request(`/v2/process-instances/${key}/cancellation`, { method: 'POST', body: {} });
}

/** What is shown of a collection, and how much there is of it. */
export interface Shown<T> {
  readonly items: T[];
  readonly total: number;
  /** Whether there is more than `total` says. */
  readonly more: boolean;
}

const MOST = { limit: 1000 };

function shown<T>({ items, page }: Page<T>): Shown<T> {
  return { items, total: page.totalItems, more: page.hasMoreTotalItems === true };
}

/** How often tokens came by an element. */
export interface ElementFigures {
  elementId: string;
  active: number;
  canceled: number;
  incidents: number;
  completed: number;
}

/** Exact figures of every element of an instance. */
export async function figuresOf(key: string, signal?: AbortSignal): Promise<ElementFigures[]> {
  const path = `/v2/process-instances/${key}/statistics/element-instances`;
  return (await request<{ items: ElementFigures[] }>(path, { signal })).items;
}

/** The sequence flows that an instance took, each once. */
export async function takenFlowsOf(key: string, signal?: AbortSignal): Promise<string[]> {
  const path = `/v2/process-instances/${key}/sequence-flows`;
  const { items } = await request<{ items: { elementId: string }[] }>(path, { signal });
  return [...new Set(items.map(({ elementId }) => elementId))];
}

/** The first element instances of an instance, in the order they began. */
export async function elementsOf(key: string, signal?: AbortSignal): Promise<Shown<ElementInstance>> {
  const body = { filter: { processInstanceKey: key }, page: MOST };
  return shown(await search<ElementInstance>('element-instances', body, signal));
}

/** The first variables of an instance, of all its scopes. */
export async function variablesOf(key: string, signal?: AbortSignal): Promise<Shown<Variable>> {
  const body = { filter: { processInstanceKey: key }, page: MOST };
  const path = '/v2/variables/search?truncateValues=false';
  return shown(await request<Page<Variable>>(path, { method: 'POST', body, signal }));
}

/** Sets a variable in one scope: an instance or an active element instance. `value` is anything JSON holds. */
export function setVariable(scopeKey: string, name: string, value: unknown): Promise<void> {
  const body = { variables: { [name]: value }, local: true };
  return request(`/v2/element-instances/${scopeKey}/variables`, { method: 'PUT', body });
}

/** Incidents by filter, newest first. */
export function searchIncidents(body: Search, signal?: AbortSignal): Promise<Page<Incident>> {
  return search('incidents', { sort: [{ field: 'creationTime', order: 'DESC' }], ...body }, signal);
}

/** Incidents of an instance and of everything it called, newest first. */
export function incidentsOf(key: string, signal?: AbortSignal): Promise<Page<Incident>> {
  const body = { sort: [{ field: 'creationTime', order: 'DESC' }], page: { limit: 100 } };
  return request(`/v2/process-instances/${key}/incidents/search`, { method: 'POST', body, signal });
}

/** The first jobs of an instance. */
export async function jobsOf(key: string, signal?: AbortSignal): Promise<Shown<Job>> {
  const body = { filter: { processInstanceKey: key }, page: MOST };
  return shown(await search<Job>('jobs', body, signal));
}

/** Instances called by this one. */
export async function childrenOf(key: string, signal?: AbortSignal): Promise<ProcessInstance[]> {
  const body = { filter: { parentProcessInstanceKey: key }, page: { limit: 100 } };
  return (await searchInstances(body, signal)).items;
}

/** Tries again: gives the job one more attempt where it has none, then resolves the incident. */
export async function retryIncident(incident: Incident): Promise<void> {
  if (incident.jobKey) {
    await request(`/v2/jobs/${incident.jobKey}`, { method: 'PATCH', body: { changeset: { retries: 1 } } });
  }
  await request(`/v2/incidents/${incident.incidentKey}/resolution`, { method: 'POST', body: {} });
}
