/** Deployed process definitions, their diagrams and start forms, and example inputs. */
import { request, search, type Page } from './request.js';

/** A deployed version of a process. */
export interface ProcessDefinition {
  processDefinitionKey: string;
  processDefinitionId: string;
  name: string | null;
  version: number;
  resourceName: string;
  hasStartForm: boolean;
  /** Nothing new begins with a version that is draining or deleted. */
  state: 'ACTIVE' | 'DRAINING' | 'DELETED';
}

/** A form as deployed; `schema` is JSON text. */
export interface Form {
  formKey: string;
  formId: string;
  schema: string;
  version: number;
}

/** Example inputs of a process. */
export interface Sample {
  processDefinitionId: string;
  name: string;
  cases: { name: string; variables: Record<string, unknown> }[];
}

/** The latest version of every process, by name. */
export async function latestDefinitions(signal?: AbortSignal): Promise<ProcessDefinition[]> {
  const body = { filter: { isLatestVersion: true }, page: { limit: 1000 } };
  const { items } = await search<ProcessDefinition>('process-definitions', body, signal);
  return items.sort((a, b) => title(a).localeCompare(title(b)));
}

/** All versions of a process, newest first. */
export async function versionsOf(id: string, signal?: AbortSignal): Promise<ProcessDefinition[]> {
  const body = { filter: { processDefinitionId: id }, page: { limit: 1000 } };
  const { items } = await search<ProcessDefinition>('process-definitions', body, signal);
  return items.sort((a, b) => b.version - a.version);
}

/** Deletes a version; what ran with it is still shown. */
export function deleteVersion(processDefinitionKey: string): Promise<void> {
  return request(`/v2/resources/${processDefinitionKey}/deletion`, { method: 'POST', body: {} });
}

/** The name people know a process by; its id where it has none. */
export function title(definition: { name: string | null; processDefinitionId: string }): string {
  return definition.name || definition.processDefinitionId;
}

const diagrams = new Map<string, Promise<string>>();

/** The BPMN XML of a version. A deployed version never changes, so it is read once. */
export function diagramOf(processDefinitionKey: string): Promise<string> {
  let xml = diagrams.get(processDefinitionKey);
  if (!xml) {
    xml = request<string>(`/v2/process-definitions/${processDefinitionKey}/xml`);
    diagrams.set(processDefinitionKey, xml);
    xml.catch(() => diagrams.delete(processDefinitionKey));
  }
  return xml;
}

/** The start form of a process; null where it has none. */
export async function startFormOf(key: string, signal?: AbortSignal): Promise<Form | null> {
  return (await request<Form | undefined>(`/v2/process-definitions/${key}/form`, { signal })) ?? null;
}

/** The example inputs that come with the samples. */
export async function samples(signal?: AbortSignal): Promise<Sample[]> {
  return (await request<{ items: Sample[] }>('/api/samples', { signal })).items;
}

/** How many instances of a process are running. */
export async function runningCount(processDefinitionId: string, signal?: AbortSignal): Promise<number> {
  const body = { filter: { processDefinitionId, state: 'ACTIVE' }, page: { limit: 1 } };
  const answer: Page<unknown> = await search('process-instances', body, signal);
  return answer.page.totalItems;
}
