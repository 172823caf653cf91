/** What a projection is: for each journal event that concerns a table, how the table's rows change. */
import type { DefinitionSource, EventOf, EventType } from '@countersign/engine';
import type { ServerEventOf, ServerEventType, Stamp } from '../journal-events.js';
import type { Tables } from '../tables.js';

/** Where a projection writes, and the definitions it may look names up in. */
export interface Target {
  readonly tables: Tables;
  readonly definitions: DefinitionSource;
}

type Change<E> = (event: E, stamp: Stamp, target: Target) => void;

/**
 * Changes by the event's type. A change uses nothing but the event, its stamp, the deployed
 * definitions and the rows that earlier events made.
 */
export type Projection = {
  readonly [T in EventType | ServerEventType]?: Change<
    T extends EventType
      ? T extends ServerEventType
        ? EventOf<T> | ServerEventOf<T>
        : EventOf<T>
      : T extends ServerEventType
        ? ServerEventOf<T>
        : never
  >;
};
