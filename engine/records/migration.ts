/** What a check of a migration tells: problems that stand in its way, and what would become of each element. */

/** Every code that a migration can be refused with, and what it means. */
export const MIGRATION_PROBLEM_CODES = {
  MAPPING_SOURCE: 'A mapping names an element that the running version does not have.',
  MAPPING_TARGET: 'A mapping names an element that the target version does not have.',
  MAPPING_TWICE: 'Two mappings are about the same element.',
  ELEMENT_UNMAPPED: 'An active element, or a join before which a token waits, has no mapping.',
  TYPE_CHANGED: 'An active element is mapped to one of another type, or one that does its work otherwise.',
  EVENT_CHANGED: 'An event that is waited for is mapped to one of another kind.',
  LOOP_CHANGED: 'An activity that runs several times is mapped to one that runs otherwise.',
  SCOPE_CHANGED: 'An active element is mapped into another scope than the one it is in.',
  TOKEN_UNMAPPED: 'A token waits on a sequence flow that the target version does not have.',
  HANDLER_UNMAPPED: 'What would undo a completed activity is not in the target version.',
  SUBSCRIPTION_FAILED: 'An event of the target version cannot be waited for with the present variables.',
} as const;

/** The name of a problem, stable for programs. */
export type MigrationProblemCode = keyof typeof MIGRATION_PROBLEM_CODES;

/** Something that stands in the way of a migration. */
export interface MigrationProblem {
  readonly code: MigrationProblemCode;
  /** The element of the running version; of the target version where the problem is there alone. */
  readonly elementId: string;
  /** The active element instance; null where it is about a mapping or an event. */
  readonly elementInstanceKey: number | null;
  /** What is wrong, as a sentence. */
  readonly message: string;
  /** What to do about it, as a sentence. */
  readonly hint: string;
}

/** What becomes of an active element. */
export interface MigratedElement {
  readonly elementInstanceKey: number;
  readonly elementId: string;
  /** Null where it has no mapping. */
  readonly targetElementId: string | null;
}

/** What becomes of an event that is waited for: kept as it is, closed, or opened anew. */
export interface MigratedEvent {
  readonly elementId: string;
  readonly outcome: 'kept' | 'closed' | 'opened';
}
