/** What goes into a step and what comes out. */
import type { DefinitionSource } from '../model/definitions.js';
import type { Key } from '../model/keys.js';
import type { EngineEvent } from '../records/engine-events.js';
import type { Rejection } from '../records/rejections.js';

/** Everything a step may use besides the tree and the command, so that the same inputs give the same events. */
export interface StepContext {
  /** The step's clock: milliseconds since the epoch, UTC. */
  readonly now: number;
  readonly definitions: DefinitionSource;
  /** Gives a new key; called in a fixed order. */
  nextKey(): Key;
  /** Engine events after which the step postpones the moves that are left; 2,500 when absent. */
  readonly eventLimit?: number;
  /** Characters of JSON that one variable may have; 4 MB when absent. */
  readonly variableLimit?: number;
}

/** The engine events of a step, already applied to the tree; or why the command was refused. */
export type StepResult =
  | { readonly ok: true; readonly events: readonly EngineEvent[] }
  | { readonly ok: false; readonly rejection: Rejection };
