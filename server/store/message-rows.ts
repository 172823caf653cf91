/** Which messages and subscriptions belong together. Reads what is flushed: flush a batch before asking. */
import { readJson } from '@countersign/engine';
import type { JsonObject, Key } from '@countersign/engine';
import { isReadable, isUnreadable } from './readable.js';
import type { Database } from './database.js';
import { createMeetings } from './meetings.js';
import type { Meetings } from './meetings.js';

/** A message on its way; one that is kept has a row of its own. */
export interface StoredMessage {
  readonly key: Key;
  readonly name: string;
  readonly correlationKey: string;
  readonly variables: JsonObject;
}

/** An open message subscription; `rootKey` null is a start event. */
export interface OpenSubscription {
  readonly key: Key;
  readonly rootKey: Key | null;
  readonly processDefinitionKey: Key;
  readonly processId: string;
  readonly elementId: string;
  readonly messageName: string;
  readonly correlationKey: string | null;
}

/** An open signal subscription; `rootKey` null is a start event. */
export interface SignalSubscription {
  readonly key: Key;
  readonly rootKey: Key | null;
  readonly processDefinitionKey: Key;
  readonly elementId: string;
}

/** Queries about messages and signals. */
export interface MessageRows extends Meetings {
  /** Subscriptions of element instances that a message meets, oldest first. */
  waiting(name: string, correlationKey: string): OpenSubscription[];
  /** Start events that a message meets. */
  starts(name: string): OpenSubscription[];
  startsOfProcess(processId: string): OpenSubscription[];
  subscription(key: Key): OpenSubscription | undefined;
  /** The oldest kept message that a subscription's process has not taken. `correlationKey` null takes any key. */
  nextKept(
    name: string,
    correlationKey: string | null,
    processId: string,
    now: number,
  ): StoredMessage | undefined;
  isTaken(messageKey: Key, processId: string): boolean;
  /** Whether a message with this id is kept. */
  hasId(name: string, correlationKey: string, messageId: string): boolean;
  /** Whether an active instance holds the lock. */
  isLocked(lock: string): boolean;
  expired(now: number, limit: number): Key[];
  /** When the next message expires; null where none is kept. */
  nextExpiry(): number | null;
  countKept(): number;
  /** How many bear a time that no number can hold: they never expire, and keep nothing else from going on. */
  countUnreadable(): number;
  /** Open subscriptions that a kept message could meet; for a look over everything. */
  pending(now: number): Key[];
  /** Everybody who waits for a signal, oldest first. */
  signalSubscriptions(name: string): SignalSubscription[];
}

const SUBSCRIPTION = `key, root_key as rootKey, process_definition_key as processDefinitionKey,
  process_id as processId, element_id as elementId, message_name as messageName, correlation_key as correlationKey`;

/** Whether the time of a message can be read. */
const READABLE = isReadable('expires_at');

/** A subscription of a suspended tree is kept back. */
const NOT_HELD = 'not exists (select 1 from held where held.key = message_subscription.key)';

interface MessageColumns {
  key: Key;
  name: string;
  correlationKey: string;
  variables: string;
}

/** The queries on `connection`. */
export function createMessageRows(connection: Database): MessageRows {
  const prepare = (sql: string) => connection.prepare(sql);
  const waiting = prepare(
    `select ${SUBSCRIPTION} from message_subscription
     where message_name = ? and correlation_key = ? and root_key is not null and ${NOT_HELD} order by key`,
  );
  const starts = prepare(
    `select ${SUBSCRIPTION} from message_subscription
     where message_name = ? and correlation_key is null and root_key is null order by key`,
  );
  const startsOfProcess = prepare(
    `select ${SUBSCRIPTION} from message_subscription where process_id = ? and root_key is null order by key`,
  );
  const subscription = prepare(
    `select ${SUBSCRIPTION} from message_subscription where key = ? and ${NOT_HELD}`,
  );
  const kept = (correlation: string) =>
    prepare(
      `select key, name, correlation_key as correlationKey, variables from message m
       where name = ? ${correlation} and expires_at > ? and not exists
         (select 1 from message_correlation c where c.message_key = m.key and c.process_id = ?)
       order by key limit 1`,
    );
  const keptOfKey = kept('and correlation_key = ?');
  const keptOfAnyKey = kept(
    `and not exists (select 1 from process_instance p where p.message_lock = ? || ' ' || m.correlation_key
       and p.message_lock is not null and p.state = 'ACTIVE')`,
  );
  const taken = prepare('select 1 from message_correlation where message_key = ? and process_id = ?');
  const withId = prepare('select 1 from message where name = ? and correlation_key = ? and message_id = ?');
  const locked = prepare(
    `select 1 from process_instance where message_lock = ? and message_lock is not null and state = 'ACTIVE' limit 1`,
  );
  const mine = connection.dialect === 'postgres' ? 'for update skip locked' : '';
  const expired = prepare(
    `select key from message where expires_at <= ? and ${READABLE} order by expires_at limit ? ${mine}`,
  );
  const nextExpiry = prepare(`select min(expires_at) as at from message where ${READABLE}`);
  const unreadable = prepare(`select count(*) as count from message where ${isUnreadable('expires_at')}`);
  const count = prepare('select count(*) as count from message');
  const pending = prepare(
    `select distinct s.key from message m join message_subscription s on s.message_name = m.name
       and (s.correlation_key = m.correlation_key or (s.correlation_key is null and s.root_key is null))
     where m.expires_at > ? and not exists
       (select 1 from message_correlation c where c.message_key = m.key and c.process_id = s.process_id)
       and not exists (select 1 from held where held.key = s.key)
     order by s.key`,
  );
  const signalSubscriptions = prepare(
    `select key, root_key as rootKey, process_definition_key as processDefinitionKey, element_id as elementId
     from signal_subscription where signal_name = ? order by key`,
  );
  return {
    ...createMeetings(connection),
    waiting: (name, correlationKey) => waiting.all(name, correlationKey) as OpenSubscription[],
    starts: (name) => starts.all(name) as OpenSubscription[],
    startsOfProcess: (processId) => startsOfProcess.all(processId) as OpenSubscription[],
    subscription: (key) => subscription.get(key) as OpenSubscription | undefined,
    nextKept(name, correlationKey, processId, now) {
      const row = (
        correlationKey === null
          ? keptOfAnyKey.get(name, processId, now, processId)
          : keptOfKey.get(name, correlationKey, now, processId)
      ) as MessageColumns | undefined;
      return row && { ...row, variables: readJson(row.variables) as JsonObject };
    },
    isTaken: (messageKey, processId) => taken.get(messageKey, processId) !== undefined,
    hasId: (name, correlationKey, messageId) => withId.get(name, correlationKey, messageId) !== undefined,
    isLocked: (lock) => locked.get(lock) !== undefined,
    expired: (now, limit) => (expired.all(now, limit) as { key: Key }[]).map(({ key }) => key),
    nextExpiry: () => (nextExpiry.get() as { at: number | null }).at,
    countUnreadable: () => (unreadable.get() as { count: number }).count,
    countKept: () => (count.get() as { count: number }).count,
    pending: (now) => (pending.all(now) as { key: Key }[]).map(({ key }) => key),
    signalSubscriptions: (name) => signalSubscriptions.all(name) as SignalSubscription[],
  };
}
