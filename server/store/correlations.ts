/** `message_correlation`: which processes took a message that is kept; each process takes it once. */
import type { Key } from '@countersign/engine';
import type { Database } from './database.js';

/** Pending rows of `message_correlation`. */
export interface Correlations {
  add(messageKey: Key, processId: string, processInstanceKey: Key): void;
  removeMessage(messageKey: Key): void;
  flush(): void;
  clear(): void;
}

/** The correlations on `connection`. */
export function createCorrelations(connection: Database): Correlations {
  const insert = connection.prepare(
    `insert into message_correlation (message_key, process_id, process_instance_key) values (?, ?, ?)
     on conflict do nothing`,
  );
  const remove = connection.prepare('delete from message_correlation where message_key = ?');
  let pending: (() => void)[] = [];
  return {
    add: (messageKey, processId, instanceKey) => {
      pending.push(() => insert.run(messageKey, processId, instanceKey));
    },
    removeMessage: (messageKey) => {
      pending.push(() => remove.run(messageKey));
    },
    flush() {
      for (const write of pending) write();
      pending = [];
    },
    clear() {
      pending = [];
    },
  };
}
