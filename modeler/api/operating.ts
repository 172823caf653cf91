/** What an operator does to one instance: suspend, modify, migrate, delete, and look at it as it was. */
import type { Incident } from './instances.js';
import { request } from './request.js';

/** Whether an instance stands still because somebody suspended it. */
export async function isSuspended(key: string, signal?: AbortSignal): Promise<boolean> {
  const path = `/api/process-instances/${key}/suspension`;
  return (await request<{ isSuspended: boolean }>(path, { signal })).isSuspended;
}

/** Stops an instance where it stands. */
export function suspend(key: string): Promise<void> {
  return request(`/api/process-instances/${key}/suspension`, { method: 'POST', body: {} });
}

/** Lets a suspended instance go on. */
export function resume(key: string): Promise<void> {
  return request(`/api/process-instances/${key}/resumption`, { method: 'POST', body: {} });
}

/** Removes an ended instance; its audit trail stays. */
export function deleteInstance(key: string): Promise<void> {
  return request(`/v2/process-instances/${key}/deletion`, { method: 'POST', body: {} });
}

/** One change of a modification that is not applied yet. */
export type Change =
  | { readonly kind: 'add'; readonly elementId: string }
  | { readonly kind: 'end'; readonly elementId: string }
  | { readonly kind: 'move'; readonly elementId: string; readonly to: string };

/** Applies changes to an instance, all or none. */
export function modify(key: string, changes: readonly Change[]): Promise<void> {
  const activateInstructions = changes.filter(({ kind }) => kind === 'add');
  const terminateInstructions = changes.filter(({ kind }) => kind === 'end');
  const moves = changes.filter((change) => change.kind === 'move');
  const body = {
    activateInstructions: activateInstructions.map(({ elementId }) => ({ elementId })),
    terminateInstructions: terminateInstructions.map(({ elementId }) => ({ elementId })),
    moveInstructions: moves.map(({ elementId, to }) => ({
      sourceElementInstruction: { sourceType: 'byId', sourceElementId: elementId },
      targetElementId: to,
      ancestorScopeInstruction: { ancestorScopeType: 'inferred' },
    })),
  };
  return request(`/v2/process-instances/${key}/modification`, { method: 'POST', body });
}

/** Which element takes the place of which. */
export interface Mapping {
  sourceElementId: string;
  targetElementId: string;
}

/** What a migration would do. */
export interface MigrationCheck {
  canMigrate: boolean;
  mappingInstructions: Mapping[];
  problems: { code: string; elementId: string; message: string; hint: string }[];
  /** Active elements, and what each becomes; null where nothing is said about it. */
  elements: { elementInstanceKey: string; elementId: string; targetElementId: string | null }[];
  events: { elementId: string; outcome: 'kept' | 'closed' | 'opened' }[];
}

/** Checks a migration without doing it; without a mapping the server proposes one, by equal ids. */
export function checkMigration(
  key: string,
  targetProcessDefinitionKey: string,
  mappingInstructions: Mapping[] | null,
  signal?: AbortSignal,
): Promise<MigrationCheck> {
  const body = mappingInstructions
    ? { targetProcessDefinitionKey, mappingInstructions }
    : { targetProcessDefinitionKey };
  return request(`/api/process-instances/${key}/migration-check`, { method: 'POST', body, signal });
}

/** Moves an instance to another version. */
export function migrate(
  key: string,
  targetProcessDefinitionKey: string,
  mappingInstructions: Mapping[],
): Promise<void> {
  const body = { targetProcessDefinitionKey, mappingInstructions };
  return request(`/v2/process-instances/${key}/migration`, { method: 'POST', body });
}

/** An instance as it was at a row of its trail. */
export interface PastState {
  position: string;
  at: string;
  state: 'ACTIVE' | 'ENDED' | 'NOT_BEGUN';
  elements: {
    elementInstanceKey: string;
    processInstanceKey: string;
    elementId: string;
    elementName: string | null;
    elementType: string;
    variables: Record<string, unknown>;
    incidentKey: string | null;
  }[];
  incidents: { incidentKey: string; errorType: string; elementId: string }[];
}

/** The state of an instance right after the row at `position` was written. */
export function stateAt(key: string, position: number, signal?: AbortSignal): Promise<PastState> {
  return request(`/api/process-instances/${key}/state?position=${position}`, { signal });
}

/** Open incidents that say the same. */
export interface IncidentGroup {
  errorMessage: string;
  errorType: Incident['errorType'];
  incidents: number;
  instances: number;
  oldest: string;
  exampleProcessInstanceKey: string;
}

/** Open incidents by what they say, the most frequent first. */
export async function incidentGroups(signal?: AbortSignal): Promise<IncidentGroup[]> {
  return (await request<{ items: IncidentGroup[] }>('/api/incident-groups', { signal })).items;
}
