/**
 * Messages and signals. A message is published, correlated and, where it has time to live, kept, all in
 * one transaction; a subscription that opens later looks for kept messages in the transaction that opens
 * it. So nobody can see a message and a subscription that belong together and have not met.
 *
 * A message goes to each process at most once: to the oldest waiting instance, else to the message start
 * event of its latest version. While an instance started with a correlation key is active, the process
 * starts no other with the same key.
 */
import type { Actor, JsonObject, Key } from '@countersign/engine';
import { serverEvent } from '../store/journal-events.js';
import { messageLock } from '../store/message-lock.js';
import type {
  MessageRows,
  OpenSubscription,
  SignalSubscription,
  StoredMessage,
} from '../store/message-rows.js';
import type { Batch } from './batch.js';
import { containDefect } from './containment.js';
import { Defect } from './errors.js';
import type { GroupCommit } from './group-commit.js';
import type {
  BroadcastSignal,
  CorrelatedMessage,
  MessageRequest,
  PublishedMessage,
  Refused,
} from './runtime.js';

/** What the runtime offers of messages and signals. */
export interface Messages {
  publish(request: MessageRequest, actor: Actor): Promise<PublishedMessage | Refused>;
  correlate(request: MessageRequest, actor: Actor): Promise<CorrelatedMessage | Refused>;
  broadcast(request: { name: string; variables: JsonObject }, actor: Actor): Promise<BroadcastSignal>;
  /** Removes messages whose time is over; at most `limit` of them. Answers how many. */
  expire(batch: Batch, limit: number): number;
  /** Looks over everything that is kept, at start and now and then: finds what a change of the clock made possible. */
  lookOver(batch: Batch): void;
}

/** Messages through `group`; hooks itself into its batches. */
export function createMessages(
  group: GroupCommit,
  rows: MessageRows,
  onError: (error: unknown, what: string) => void,
): Messages {
  let kept = rows.countKept();
  group.afterCommit((batch) => {
    kept += batch.changes.keptMessages;
  });
  group.beforeCommit((batch) => {
    do {
      tellThrown(batch);
      if (rows.isShared || kept + batch.changes.keptMessages > 0) meetKept(batch);
      batch.changes.openedSubscriptions.length = 0;
    } while (batch.changes.thrownSignals.length > 0);
  });

  /** Gives a message to one subscription. Null where the subscription cannot take it, or a defect kept it from it. */
  const give = (batch: Batch, message: StoredMessage, to: OpenSubscription): Key | null => {
    const actor: Actor = `message:${message.name}`;
    try {
      const { processDefinitionKey, rootKey } = to;
      if (rootKey !== null) {
        const command = { type: 'correlate message', subscriptionKey: to.key } as const;
        const variables = message.variables;
        const result = batch.step(rootKey, { ...command, messageKey: message.key, variables }, actor);
        const correlated = result.ok
          ? result.events.find(({ type }) => type === 'message correlated')
          : undefined;
        return correlated?.processInstanceKey ?? null;
      }
      const lock = messageLock(to.processId, message.correlationKey);
      if (lock !== null) rows.lockStart(lock);
      if (lock !== null && rows.isLocked(lock)) return null;
      return start(batch, processDefinitionKey, to.elementId, message.variables, actor, {
        messageKey: message.key,
        correlationKey: message.correlationKey,
      });
    } catch (error) {
      if (!(error instanceof Defect)) throw error;
      onError(error, `correlating message ${message.key}`);
      const { key, rootKey } = to;
      if (rootKey !== null) containDefect(batch, rootKey, { kind: 'message subscription', key }, error);
      return null;
    }
  };

  /** Gives a message to everybody who waits for it, one in each process. */
  const spread = (batch: Batch, message: StoredMessage): Key[] => {
    const taken = new Set<string>();
    const instances: Key[] = [];
    for (const to of [...rows.waiting(message.name, message.correlationKey), ...rows.starts(message.name)]) {
      if (taken.has(to.processId)) continue;
      const instanceKey = give(batch, message, to);
      if (instanceKey === null) continue;
      taken.add(to.processId);
      instances.push(instanceKey);
      batch.flush();
    }
    return instances;
  };

  /** Lets opened subscriptions, and start events whose lock is free again, take what is kept for them. */
  const meetKept = (batch: Batch): void => {
    const { changes } = batch;
    let freed = 0;
    while (changes.openedSubscriptions.length > 0 || changes.endedRoots.length > freed) {
      batch.flush();
      const keys = changes.openedSubscriptions.splice(0);
      for (const lock of rows.locksOf(changes.endedRoots.slice(freed))) {
        rows.lockStart(lock);
        keys.push(...startsOf(lock));
      }
      freed = changes.endedRoots.length;
      for (const key of rows.meeting(keys, batch.now)) takeKept(batch, key);
    }
  };

  /** The start events of the process that a message lock is of. */
  const startsOf = (lock: string): Key[] =>
    rows.startsOfProcess(lock.slice(0, lock.indexOf(' '))).map(({ key }) => key);

  const takeKept = (batch: Batch, key: Key): void => {
    const refused = new Set<Key>();
    for (;;) {
      const to = rows.subscription(key);
      if (!to) return;
      const message = rows.nextKept(to.messageName, to.correlationKey, to.processId, batch.now);
      if (!message || refused.has(message.key)) return;
      if (give(batch, message, to) === null) refused.add(message.key);
      batch.flush();
    }
  };

  /** Tells everybody who waits for a signal at this moment; answers the instances that heard it. */
  const tell = (batch: Batch, signal: Signal): Key[] => {
    batch.flush();
    const instances: Key[] = [];
    for (const to of rows.signalSubscriptions(signal.name)) {
      if (to.rootKey !== null && to.rootKey === signal.thrownIn) continue;
      try {
        const instanceKey = hear(batch, signal, to);
        if (instanceKey !== null) instances.push(instanceKey);
      } catch (error) {
        if (!(error instanceof Defect)) throw error;
        onError(error, `signal ${signal.name}`);
        const { key, rootKey } = to;
        if (rootKey !== null) containDefect(batch, rootKey, { kind: 'signal subscription', key }, error);
      }
    }
    return instances;
  };

  /** Signals that instances threw in this batch, and those thrown by who heard them, up to a limit. */
  const tellThrown = (batch: Batch): void => {
    for (let round = 0; batch.changes.thrownSignals.length > 0; round += 1) {
      const thrown = batch.changes.thrownSignals.splice(0);
      if (round < SIGNAL_ROUNDS)
        for (const signal of thrown) tell(batch, { ...signal, signalKey: batch.nextKey() });
      else
        onError(
          new Error(`Signals answered signals ${SIGNAL_ROUNDS} times; ${thrown.length} were not heard.`),
          'signals',
        );
    }
  };

  const publishIn = (batch: Batch, request: MessageRequest, actor: Actor): StoredMessage => {
    const { name, correlationKey, variables, messageId } = request;
    const messageKey = batch.nextKey();
    const expiresAt = batch.now + Math.max(0, request.timeToLive ?? 0);
    const data = { messageKey, name, correlationKey, messageId: messageId || null, expiresAt, variables };
    batch.record(serverEvent('message published', data), actor);
    batch.flush();
    return { key: messageKey, name, correlationKey, variables };
  };

  return {
    publish: (request, actor) =>
      group.run<PublishedMessage | Refused>((batch) => {
        batch.flush();
        const { name, correlationKey, messageId } = request;
        rows.lockMessage(name, correlationKey);
        if (messageId && rows.hasId(name, correlationKey, messageId)) {
          const reason = `A message "${name}" with the id "${messageId}" is kept already; this one was not published.`;
          return { ok: false, rejection: { type: 'ALREADY_EXISTS', reason } };
        }
        const message = publishIn(batch, request, actor);
        return { ok: true, messageKey: message.key, processInstanceKeys: spread(batch, message) };
      }),
    correlate: (request, actor) =>
      group.run<CorrelatedMessage | Refused>((batch) => {
        batch.flush();
        const { name, correlationKey } = request;
        rows.lockMessage(name, correlationKey);
        const lockedOrNone = rows
          .starts(name)
          .every(({ processId }) => rows.isLocked(messageLock(processId, correlationKey) ?? ''));
        if (rows.waiting(name, correlationKey).length === 0 && lockedOrNone) {
          const reason = `Nobody waits for a message "${name}" with the correlation key "${correlationKey}".`;
          return { ok: false, rejection: { type: 'NOT_FOUND', reason } };
        }
        const message = publishIn(batch, { ...request, timeToLive: 0, messageId: undefined }, actor);
        const [processInstanceKey] = spread(batch, message);
        if (processInstanceKey === undefined) throw new Error(`Message ${message.key} was taken by nobody`);
        return { ok: true, messageKey: message.key, processInstanceKey };
      }),
    broadcast: ({ name, variables }, actor) =>
      group.run((batch) => {
        const signalKey = batch.nextKey();
        batch.record(serverEvent('signal broadcast', { signalKey, name, variables }), actor);
        return {
          ok: true,
          signalKey,
          processInstanceKeys: tell(batch, { name, variables, signalKey, thrownIn: null }),
        };
      }),
    expire(batch, limit) {
      batch.flush();
      const expired = rows.expired(batch.now, limit);
      for (const messageKey of expired)
        batch.record(serverEvent('message expired', { messageKey }), 'system');
      return expired.length;
    },
    lookOver(batch) {
      batch.flush();
      for (const key of rows.pending(batch.now)) takeKept(batch, key);
    },
  };
}

/** How often signals may be answered by signals in one batch: a process that starts itself by its own signal ends here. */
const SIGNAL_ROUNDS = 100;

interface Signal {
  readonly name: string;
  readonly variables: JsonObject;
  readonly signalKey: Key;
  /** The tree that threw it, where an instance did: whoever waits in it has heard it already. */
  readonly thrownIn: Key | null;
}

/** One subscription hears a signal; null where it is gone by now. */
function hear(batch: Batch, { name, variables, signalKey }: Signal, to: SignalSubscription): Key | null {
  const actor: Actor = `signal:${name}`;
  if (to.rootKey === null) {
    return start(batch, to.processDefinitionKey, to.elementId, variables, actor, {
      signalKey,
      signalName: name,
    });
  }
  const result = batch.step(to.rootKey, { type: 'catch signal', subscriptionKey: to.key, variables }, actor);
  const caught = result.ok ? result.events.find(({ type }) => type === 'signal caught') : undefined;
  return caught?.processInstanceKey ?? null;
}

/** Starts an instance at a start event; null where the engine refuses. */
export function start(
  batch: Batch,
  processDefinitionKey: Key,
  startEventId: string,
  variables: JsonObject,
  actor: Actor,
  trigger: JsonObject,
): Key | null {
  const processInstanceKey = batch.nextKey();
  const result = batch.begin(
    processInstanceKey,
    { type: 'start by event', processInstanceKey, processDefinitionKey, startEventId, variables, trigger },
    actor,
  );
  return result.ok ? processInstanceKey : null;
}
