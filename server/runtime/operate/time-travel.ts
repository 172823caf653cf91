/**
 * Time travel: the state of a process instance at any position of the journal, by replaying its rows up to there. It
 * needs nothing but the journal and the deployed models, so that it also tells of instances that were deleted since.
 */
import { applyEvent, createTree } from '@countersign/engine';
import type { DefinitionSource, Key, Rejection } from '@countersign/engine';
import { createJournal } from '../../store/journal.js';
import type { Store } from '../../store/store.js';
import { createTreeHistory } from '../../store/tree-history.js';
import { describeInstance } from './describe-tree.js';
import type { InstanceState } from './describe-tree.js';

/** The moment to go to: a position of the journal, a time (milliseconds since the epoch), or now. */
export type Moment = { readonly position: number } | { readonly time: number } | 'now';

/** A process instance as it was. */
export interface PastState extends InstanceState {
  readonly ok: true;
  readonly processInstanceKey: string;
  readonly rootProcessInstanceKey: string;
  /** The journal's last row about the tree at that moment, and when it was written (ISO 8601 in UTC). */
  readonly position: number;
  readonly at: string;
  /** Rows of the tree that were replayed. */
  readonly revision: number;
  readonly state: 'ACTIVE' | 'ENDED' | 'NOT_BEGUN';
}

/** Goes to a moment; refused where the journal has no such instance, or it had not begun. */
export type TravelTo = (
  processInstanceKey: Key,
  moment: Moment,
) => Promise<PastState | { readonly ok: false; readonly rejection: Rejection }>;

/** Definitions of which old versions are read when they are asked for. */
export interface LoadableDefinitions extends DefinitionSource {
  load(key: Key): Promise<unknown>;
}

/** Time travel in an open database. */
export function createTimeTravel(store: Store, definitions: LoadableDefinitions): TravelTo {
  const history = createTreeHistory(store.connection);
  return async (processInstanceKey, moment) => {
    const rootKey = history.rootOf(processInstanceKey);
    if (rootKey === undefined) return notFound(`The journal has no process instance ${processInstanceKey}.`);
    const row =
      moment === 'now'
        ? history.rowAt(rootKey, Number.MAX_SAFE_INTEGER)
        : 'position' in moment
          ? history.rowAt(rootKey, moment.position)
          : history.rowAtTime(rootKey, moment.time);
    if (!row) return notFound(`The process instance ${processInstanceKey} had not begun by then.`);
    for (const key of history.definitionsOf(rootKey)) await definitions.load(key);
    const events = createJournal(store.connection).ofTree(rootKey, 0).events.slice(0, row.sequence);
    const tree = createTree(rootKey);
    for (const event of events) applyEvent(tree, event, definitions);
    const isActive = tree.elements.has(processInstanceKey);
    const hasBegun = events.some(({ elementInstanceKey }) => elementInstanceKey === processInstanceKey);
    return {
      ok: true,
      processInstanceKey: String(processInstanceKey),
      rootProcessInstanceKey: String(rootKey),
      position: row.position,
      at: new Date(row.at).toISOString(),
      revision: tree.revision,
      state: isActive ? 'ACTIVE' : hasBegun ? 'ENDED' : 'NOT_BEGUN',
      ...describeInstance(tree, processInstanceKey),
    };
  };
}

function notFound(reason: string): { readonly ok: false; readonly rejection: Rejection } {
  return { ok: false, rejection: { type: 'NOT_FOUND', reason } };
}
