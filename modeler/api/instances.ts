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

const EVERYTHING = { limit: 1000 };

/** The element instances of an instance, in the order they began. */
export async function elementsOf(key: string, signal?: AbortSignal): Promise<ElementInstance[]> {
  const body = { filter: { processInstanceKey: key }, page: EVERYTHING };
  return (await search<ElementInstance>('element-instances', body, signal)).items;
}

/** The variables of an instance, in all its scopes. */
export async function variablesOf(key: string, signal?: AbortSignal): Promise<Variable[]> {
  const body = { filter: { processInstanceKey: key }, page: EVERYTHING };
  const path = '/v2/variables/search?truncateValues=false';
  return (await request<Page<Variable>>(path, { method: 'POST', body, signal })).items;
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

/** The jobs of an instance. */
export async function jobsOf(key: string, signal?: AbortSignal): Promise<Job[]> {
  const body = { filter: { processInstanceKey: key }, page: EVERYTHING };
  return (await search<Job>('jobs', body, signal)).items;
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
