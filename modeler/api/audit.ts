/** The audit trail: rows by filter, and exports with the same filter. */
import { request } from './request.js';

/** One engine event, as written in the transaction of what it records. */
export interface AuditRow {
  position: number;
  at: string;
  actor: string | null;
  type: string;
  elementId: string | null;
  elementInstanceKey: string | null;
  flowId: string | null;
  processInstanceKey: string | null;
  processDefinitionKey: string | null;
  data: unknown;
}

/** A page of rows; `next` is the cursor of the page after it. */
export interface AuditPage {
  items: AuditRow[];
  page: { limit: number; next: string | null };
}

/** The questions one can ask; empty means any. */
export interface AuditFilter {
  processInstanceKey?: string;
  elementId?: string;
  type?: string;
  actor?: string;
  processDefinitionId?: string;
  outcome?: string;
  doneBy?: string;
  from?: string;
  to?: string;
}

function parameters(filter: AuditFilter, more: Record<string, string>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...filter, ...more })) if (value) query.set(name, value);
  return query.toString();
}

/** Reads rows; newest first unless `order` says otherwise. */
export function auditRows(
  filter: AuditFilter,
  page: { limit: number; after?: string; order?: 'asc' | 'desc' },
  signal?: AbortSignal,
): Promise<AuditPage> {
  const more = { limit: String(page.limit), after: page.after ?? '', order: page.order ?? 'desc' };
  return request(`/api/audit?${parameters(filter, more)}`, { signal });
}

/** Rows that are not what was recorded, since `since`: how many, and the first in words. */
export interface AuditAlarm {
  differing: number;
  first: string;
  since: string;
}

/** Whether the trail is what was recorded: null, or the alarm. */
export async function auditAlarm(signal?: AbortSignal): Promise<AuditAlarm | null> {
  return (await request<{ alarm: AuditAlarm | null }>('/api/audit/sequencer', { signal })).alarm;
}

/** Every type of row there is. */
export async function auditTypes(signal?: AbortSignal): Promise<string[]> {
  return (await request<{ items: string[] }>('/api/audit/types', { signal })).items;
}

/** Where the export with this filter can be downloaded: rows, or a report on them. */
export function exportAddress(filter: AuditFilter, format: string, report = ''): string {
  return `/api/audit/exports?${parameters(filter, { format, report })}`;
}
