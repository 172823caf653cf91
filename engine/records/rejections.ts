/** A refused command: nothing was changed, and `reason` says what to do. */

/** Why a command was refused. */
export type RejectionType =
  'NOT_FOUND' | 'INVALID_STATE' | 'INVALID_ARGUMENT' | 'ALREADY_EXISTS' | 'FORBIDDEN';

/** A refused command, as a value. */
export interface Rejection {
  readonly type: RejectionType;
  readonly reason: string;
}
