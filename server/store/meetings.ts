/**
 * What makes a message and its subscription meet although two nodes bring them at the same moment: neither
 * sees what the other has not committed. So both take the same lock before they look, and hold it until they
 * have committed. On SQLite there is one node, and nothing to do.
 */
import type { Key } from '@countersign/engine';
import type { Database } from './database.js';
import { arrayOfNumbers } from './postgres/sql.js';

/** Locks on what two nodes could miss, held until the end of the batch. */
export interface Meetings {
  /** Whether other nodes bring messages and subscriptions too. */
  readonly isShared: boolean;
  /** Before looking who waits for a message. */
  lockMessage(name: string, correlationKey: string): void;
  /** Before looking whether an instance holds the lock of a process and a correlation key, or has let it go. */
  lockStart(lock: string): void;
  /**
   * Of flushed subscriptions those that a kept message could meet, looked up under their locks. All of them
   * where the database is not shared.
   */
  meeting(subscriptionKeys: readonly Key[], now: number): readonly Key[];
  /** The message locks of instances. */
  locksOf(processInstanceKeys: readonly Key[]): string[];
}

/** The locks on `connection`. */
export function createMeetings(connection: Database): Meetings {
  return connection.dialect === 'postgres' ? sharedMeetings(connection) : singleMeetings(connection);
}

function singleMeetings(connection: Database): Meetings {
  const lockOf = connection.prepare('select message_lock as lock from process_instance where key = ?');
  return {
    isShared: false,
    lockMessage: () => undefined,
    lockStart: () => undefined,
    meeting: (keys) => keys,
    locksOf: (keys) =>
      keys.flatMap((key) => (lockOf.get(key) as { lock: string | null } | undefined)?.lock ?? []),
  };
}

/**
 * A publisher holds its message's name with others, and its name and correlation key alone. A subscription
 * holds its name and key alone; a start event, which takes any key, its name alone.
 */
function sharedMeetings(connection: Database): Meetings {
  const ofKey = `hashtextextended('message ' || message_name || ' ' || correlation_key, 0)`;
  const ofName = `hashtextextended('messages ' || message_name, 0)`;
  const publish = connection.prepare(
    `select pg_advisory_xact_lock_shared(${ofName}), pg_advisory_xact_lock(${ofKey})
     from (select ?::text as message_name, ?::text as correlation_key) as message`,
  );
  const start = connection.prepare(`select pg_advisory_xact_lock(hashtextextended('start ' || ?::text, 0))`);
  // In one order for everybody, so that two nodes do not wait for each other.
  const subscribe = connection.prepare(
    `select pg_advisory_xact_lock(lock) from (
       select distinct case when correlation_key is null then ${ofName} else ${ofKey} end as lock
       from message_subscription where key = any(?::bigint[]) order by lock) as locks`,
  );
  const pending = connection.prepare(
    `select distinct s.key from message_subscription s join message m on m.name = s.message_name
       and (m.correlation_key = s.correlation_key or (s.correlation_key is null and s.root_key is null))
     where s.key = any(?::bigint[]) and m.expires_at > ? and not exists
       (select 1 from message_correlation c where c.message_key = m.key and c.process_id = s.process_id)
     order by s.key`,
  );
  const locks = connection.prepare(
    `select message_lock as lock from process_instance
     where key = any(?::bigint[]) and message_lock is not null order by message_lock`,
  );
  return {
    isShared: true,
    lockMessage: (name, correlationKey) => publish.run(name, correlationKey),
    lockStart: (lock) => start.run(lock),
    meeting(keys, now) {
      if (keys.length === 0) return keys;
      const list = arrayOfNumbers(keys);
      subscribe.run(list);
      return (pending.all(list, now) as { key: Key }[]).map(({ key }) => key);
    },
    locksOf: (keys) =>
      keys.length === 0
        ? []
        : (locks.all(arrayOfNumbers(keys)) as { lock: string }[]).map(({ lock }) => lock),
  };
}
