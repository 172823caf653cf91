/** The keys that sign the audit trail. */
import { request } from './request.js';

/** A key of the log: `key` is its text as verifiers take it, NAME+ID+BASE64. */
export interface AuditKey {
  number: number;
  key: string;
  at: string;
}

/** Every key of this server's log, the first one first. */
export async function auditKeys(): Promise<AuditKey[]> {
  return (await request<{ items: AuditKey[] }>('/api/audit/keys')).items;
}
