/** What a person said at an approval, and signed, read from the row of the completed task. */
import type { Signature } from '@countersign/engine';
import type { KnownElement } from './definitions.js';

/** An approval or a refusal, with the reason that was given. */
export interface ApprovalAnswer {
  readonly outcome: 'approved' | 'refused';
  readonly reason: string | null;
}

/**
 * The answer in the data of a `user task completed` row; null where the task asked for none, or its variables do not
 * have one (or have it no more).
 */
export function approvalIn(data: unknown, approval: KnownElement['approval']): ApprovalAnswer | null {
  const { variables } = (data ?? {}) as { variables?: unknown };
  if (!approval || typeof variables !== 'object' || variables === null) return null;
  const values = variables as Readonly<Record<string, unknown>>;
  const answer = values[approval.answer];
  if (typeof answer !== 'boolean') return null;
  const reason = values[approval.reason];
  return {
    outcome: answer ? 'approved' : 'refused',
    reason: typeof reason === 'string' && reason.trim() !== '' ? reason : null,
  };
}

/** The signature in the data of a `user task completed` row; null where nobody signed. */
export function signatureIn(data: unknown): Signature | null {
  return ((data ?? {}) as { signature?: Signature }).signature ?? null;
}

/** The name under a signature as it is printed: `Mary Adler (mary)`, as it was when it was signed. */
export function printedName({ name, username }: Signature): string {
  return name === username ? name : `${name} (${username})`;
}
