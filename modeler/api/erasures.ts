/** Erasing persons: what would go, and doing it. */
import { request } from './request.js';

/** Whom or what to erase, and why. */
export interface ErasureRequest {
  persons: string[];
  values: string[];
  legalGround: string;
  reason: string;
  includeRunning: boolean;
}

/** What would go; `obstacles` are sentences that say why it may not. */
export interface ErasurePlan {
  rows: number;
  texts: Record<string, number>;
  mentions: number;
  instances: string[];
  runningInstances: string[];
  pseudonyms: string[];
  obstacles: string[];
}

/** Where a word still stands, in how many rows, and why. */
export interface Remaining {
  table: string;
  column: string;
  rows: number;
  mentions: number;
  why: string;
}

/** An erasure that is done. */
export interface Erased {
  certificate: { erasureKey: string; rows: unknown[]; remaining: Remaining[]; exports: unknown[] };
  areFilesRewritten: boolean;
}

/** What an erasure would take; nothing is erased. */
export function planErasure(erasure: ErasureRequest): Promise<ErasurePlan> {
  return request('/api/erasures', { method: 'POST', body: { ...erasure, dryRun: true } });
}

/** Erases. */
export function erase(erasure: ErasureRequest): Promise<Erased> {
  return request('/api/erasures', { method: 'POST', body: erasure });
}

/** Where the certificate of an erasure can be downloaded. */
export function certificateAddress(erasureKey: string): string {
  return `/api/erasures/${encodeURIComponent(erasureKey)}/certificate`;
}
