/** Drafts of the modeler with their revisions, and deployment. */
import { request, type ModelProblem } from './request.js';

/** What kind of file a draft is. */
export type ModelType = 'bpmn' | 'form' | 'dmn';

/** A draft as a list shows it. */
export interface ModelFile {
  modelKey: string;
  name: string;
  folder: string;
  type: ModelType;
  revision: number;
  updatedAt: string;
  updatedBy: string;
  deployed?: { version: number; processDefinitionKey: string } | null;
}

/** A draft with its content. */
export interface Model extends ModelFile {
  content: string;
}

/** An earlier state of a draft. */
export interface Revision {
  revision: number;
  savedAt: string;
  savedBy: string;
  message: string | null;
  size: number;
}

/** The versions before and after deploying; `nextVersion` is null where nothing changes. */
interface VersionChange {
  currentVersion: number | null;
  nextVersion: number | null;
}

/** What deploying would do. */
export interface DeploymentCheck {
  resources: {
    name: string;
    processes: (VersionChange & { processDefinitionId: string })[];
    forms: (VersionChange & { formId: string })[];
    decisions: (VersionChange & { decisionDefinitionId: string })[];
  }[];
  problems: ModelProblem[];
}

/** A file to deploy. */
export interface Resource {
  name: string;
  content: string;
}

/** What was deployed. */
export interface Deployment {
  deploymentKey: string;
  deployments: {
    processDefinition?: {
      processDefinitionKey: string;
      processDefinitionId: string;
      processDefinitionVersion: number;
    };
    form?: { formId: string; version: number };
  }[];
}

/** All drafts. */
export async function listModels(signal?: AbortSignal): Promise<ModelFile[]> {
  return (await request<{ items: ModelFile[] }>('/api/models', { signal })).items;
}

/** Makes a draft. */
export function createModel(
  model: Pick<Model, 'name' | 'folder' | 'type' | 'content'> & { message?: string },
): Promise<Model> {
  return request('/api/models', { method: 'POST', body: model });
}

/** A draft with its content. */
export function getModel(key: string, signal?: AbortSignal): Promise<Model> {
  return request(`/api/models/${key}`, { signal });
}

/** Saves a draft as a new revision; a 409 says that someone saved after `baseRevision`. */
export function saveModel(
  key: string,
  change: { content: string; baseRevision: number; name?: string; folder?: string; message?: string },
): Promise<{ revision: number }> {
  return request(`/api/models/${key}`, { method: 'PUT', body: change });
}

/** Removes a draft with its revisions; what was deployed stays. */
export function deleteModel(key: string): Promise<void> {
  return request(`/api/models/${key}`, { method: 'DELETE' });
}

/** The revisions of a draft, newest first. */
export async function revisionsOf(key: string, signal?: AbortSignal): Promise<Revision[]> {
  const { items } = await request<{ items: Revision[] }>(`/api/models/${key}/revisions`, { signal });
  return items.sort((a, b) => b.revision - a.revision);
}

/** The content of one revision. */
export async function revisionContent(key: string, revision: number): Promise<string> {
  return (await request<{ content: string }>(`/api/models/${key}/revisions/${revision}`)).content;
}

/** What became of a thing of Camunda 7: it has the same meaning here, a person decides, or it has no counterpart. */
export type ConversionOutcome = 'mapped' | 'decide' | 'none';

/** A file of Camunda 7 that was converted, with what was found in it. */
export interface Conversion {
  content: string;
  report: {
    outcome: ConversionOutcome;
    elementId: string | null;
    elementName: string | null;
    found: string;
    value: string;
    becomes: string;
    message: string;
    suggestion: string;
  }[];
  /** Forms that stood in the diagram, as files of their own. */
  forms: Resource[];
  counts: Record<ConversionOutcome, number>;
  /** The report as CSV. */
  csv: string;
}

/** Whether a diagram has the extensions of Camunda 7. */
export function isCamunda7(content: string): boolean {
  return content.includes('http://camunda.org/schema/1.0/bpmn');
}

/** Converts a diagram of Camunda 7; stores nothing. */
export function convertModel(content: string): Promise<Conversion> {
  return request('/api/models/convert', { method: 'POST', body: { content } });
}

function multipart(resources: Resource[]): FormData {
  const form = new FormData();
  for (const { name, content } of resources) {
    form.append('resources', new File([content], name, { type: 'application/octet-stream' }));
  }
  return form;
}

/** Says what deploying would change and what stands in its way; changes nothing. */
export function checkDeployment(resources: Resource[], signal?: AbortSignal): Promise<DeploymentCheck> {
  return request('/api/deployments/check', { method: 'POST', body: multipart(resources), signal });
}

/** Deploys; refused as a whole with all problems when one file has any. */
export function deploy(resources: Resource[]): Promise<Deployment> {
  return request('/v2/deployments', { method: 'POST', body: multipart(resources) });
}
