/** Puts a runtime together: the database, the definitions, group commit, and what hangs on its batches. */
import { VARIABLE_LIMIT } from '@countersign/engine';
import type { Key } from '@countersign/engine';
import { setMaxListeners } from 'node:events';
import { randomUUID } from 'node:crypto';
import { createAlarm } from '../jobs/alarm.js';
import { startActivation } from '../jobs/activation.js';
import { updateJob } from '../jobs/update-job.js';
import { inOrder } from '../closing.js';
import { every, guarded } from '../guarded.js';
import { startTimers } from '../jobs/timers.js';
import { createDefinitionRows } from '../store/definition-rows.js';
import { createJobRows } from '../store/job-rows.js';
import { createJournal } from '../store/journal.js';
import { createKeys } from '../store/keys.js';
import { createMessageRows } from '../store/message-rows.js';
import type { MessageRows } from '../store/message-rows.js';
import { lockDatabase } from '../store/lock.js';
import { createProbe } from '../store/probe.js';
import { createNodes } from '../store/nodes.js';
import { findEnded, isTerminated } from '../store/queries/ended.js';
import { createRoots } from '../store/roots.js';
import { isPostgres, openStore } from '../store/store.js';
import type { Store } from '../store/store.js';
import { onUnreadable } from '../store/readable.js';
import { createTables } from '../store/tables.js';
import { createTimerRows } from '../store/timer-rows.js';
import { createTrees } from '../store/trees.js';
import { createVariableRows } from '../store/variable-rows.js';
import { createClock } from './clock.js';
import { watchSystem } from './system-watch.js';
import type { Clock } from './clock.js';
import { runCommand } from './commands.js';
import { createConditions } from './conditions.js';
import { runContained } from './containment.js';
import { openDefinitions } from './definitions.js';
import { createDeployments } from './deploy.js';
import { createEvaluations } from './evaluations.js';
import { createGroupCommit } from './group-commit.js';
import type { GroupCommit } from './group-commit.js';
import { createInstances } from './instances.js';
import { createLease } from './lease.js';
import { createLive } from './live.js';
import { withSmallVariables } from './large-variables.js';
import { createMessages } from './messages.js';
import type { Messages } from './messages.js';
import type { Runtime, RuntimeOptions } from './runtime.js';
import { createBatchOperations } from './operate/batch-operations.js';
import { createDeletion } from './operate/deletion.js';
import { createLegalGuard } from './operate/keeping.js';
import { startRetention } from './operate/retention-job.js';
import { createMigrations } from './operate/migrations.js';
import { createTimeTravel } from './operate/time-travel.js';
import { createReaders } from '../reading/readers.js';
import { createOneByOne } from './one-by-one.js';
import { createResourceDeletion } from './resource-deletion.js';
import { createRetentionGuards } from './retention.js';
import { createUserTaskChanges } from './user-task-changes.js';
import { observeGroup } from './observer.js';
import { startPeers } from './peers.js';
import type { Peers } from './peers.js';
import { createTreeCache } from './tree-cache.js';
import { createWaiting } from './waiting.js';

const DEFAULTS = { maxQueue: 20_000, maxBatch: 400, cacheWeight: 32_000_000 };

/** Messages that expire in one batch at most. */
const EXPIRY_LIMIT = 500;

/** Milliseconds between two looks for kept messages, for what a change of the clock made possible. */
const LOOK_OVER_EVERY = 60_000;

/**
 * Opens a runtime: migrates the database, reads the definitions in use, and takes up timers and messages
 * where the last server left them. Throws where the database cannot be opened or read, or
 * another server runs on it.
 */
export async function openRuntime(options: RuntimeOptions): Promise<Runtime> {
  // Several servers share a database on PostgreSQL; a file has one.
  const unlock = isPostgres(options.database) ? () => undefined : lockDatabase(options.database);
  try {
    const store = await openStore(options.database);
    try {
      await options.inspect?.(store);
      return await assemble(options, store, unlock);
    } catch (error) {
      await store.close();
      throw error;
    }
  } catch (error) {
    unlock();
    throw error;
  }
}

async function assemble(options: RuntimeOptions, store: Store, unlock: () => void): Promise<Runtime> {
  const { connection } = store;
  const clock = options.clock ?? createClock();
  const onError = options.onError ?? (() => undefined);
  const watch = watchSystem(clock, store, onError);
  onUnreadable((text) => onError(new Error(text), 'reading the database'));
  const live = createLive();
  const definitionRows = createDefinitionRows(connection);
  const definitions = await openDefinitions(definitionRows, (error) =>
    onError(error, 'reading what is deployed'),
  );
  const journal = createJournal(connection);
  const cache = createTreeCache(options.cacheWeight ?? DEFAULTS.cacheWeight);
  const roots = createRoots(connection);
  const findRoot = roots.find;
  let peers: Peers | undefined;
  const variableLimit = options.variableLimit ?? VARIABLE_LIMIT;
  const group = createGroupCommit({
    variableLimit,
    journal,
    roots,
    tables: createTables(connection),
    trees: createTrees(connection, journal, definitions),
    keys: createKeys(connection),
    cache,
    definitions,
    isWatched: () => live.hasListeners() || (peers?.areWatching() ?? false),
    connection,
    observer: options.observer,
    clock,
    onError,
    maxBatch: options.maxBatch ?? DEFAULTS.maxBatch,
    maxQueue: options.maxQueue ?? DEFAULTS.maxQueue,
  });
  if (options.observer) observeGroup(group, options.observer);
  const stopping = new AbortController();
  // Each caller who waits is a listener: as many as there are.
  setMaxListeners(0, stopping.signal);
  const ends = createWaiting<true>(stopping.signal);
  const settlements = createWaiting<string | null>(stopping.signal);
  const userTasks = createUserTaskChanges(group, findRoot, journal, settlements);
  const probe = createProbe(connection);
  const messageRows = createMessageRows(connection);
  const messages = createMessages(group, messageRows, onError);
  const activation = startActivation(group, createJobRows(connection), clock, onError, options.jobRates);
  const timers = startTimers(group, createTimerRows(connection), clock, onError);
  const expiry = startExpiry(group, messages, messageRows, clock, onError);
  const inTurn = createOneByOne();
  const readers = createReaders();
  const deployments = createDeployments(group, definitions, definitionRows, clock, inTurn, readers);
  group.afterCommit(({ changes }) => {
    if (changes.notices.length === 0) return;
    try {
      live.send(changes.notices);
    } catch (error) {
      onError(error, 'telling of a commit');
    }
  });
  const id = randomUUID();
  const nodes = createNodes(store.knex, connection, id);
  const retentionGuards = createRetentionGuards();
  // Before anything can delete: a batch operation of an earlier server goes on at once.
  retentionGuards.add(createLegalGuard(connection));
  const deleteInstance = createDeletion(retentionGuards);
  const batchOperations = createBatchOperations({
    store,
    nodes,
    group,
    findRoot,
    definitions,
    deleteInstance,
    onError,
  });
  const retention = startRetention({ store, nodes, group, deleteInstance, onError });
  const erasureListeners: (() => void)[] = [];
  const forgetErased = (): void => {
    journal.forgetPeople();
    for (const listener of erasureListeners) listener();
  };
  group.afterCommit(({ changes }) => {
    if (changes.hasErased) forgetErased();
  });
  const accessListeners: (() => void)[] = [];
  const accessChanged = (): void => {
    for (const listener of accessListeners) listener();
  };
  // An erasure takes accounts away.
  erasureListeners.push(accessChanged);
  group.afterCommit(({ changes }) => {
    if (changes.hasAccess) accessChanged();
  });
  const { connect } = store;
  if (connect) {
    peers = await startPeers({
      id,
      nodes,
      connect,
      isWatched: live.hasListeners,
      hasLeft: activation.hasLeft,
      lookForJobs: activation.look,
      lookForTimers: timers.lookBy,
      lookForExpired: expiry.lookBy,
      awaited: () => [...ends.keys(), ...settlements.keys()],
      takeAwaited: () => [...ends.takeNew(), ...settlements.takeNew()],
      async lookForAwaited(told) {
        const mine = (keys: Key[]): Key[] => (told ? keys.filter((key) => told.includes(key)) : keys);
        const [instances, tasks] = [mine(ends.keys()), mine(settlements.keys())];
        if (tasks.length > 0) await userTasks.look(tasks);
        if (instances.length === 0) return;
        for (const key of await findEnded(store.knex, instances)) ends.settle(key, true);
      },
      refresh: definitions.refresh,
      forgetErased,
      accessChanged,
      show: live.send,
      now: clock.now,
      isClockReal: () => !clock.isPinned(),
      onError,
    });
    group.afterCommit(peers.tell);
  }
  let isOpen = true;

  return {
    execute: (command, actor) => runContained(group, findRoot, command, actor),
    executeForWorker: (command, caller) =>
      runContained(group, findRoot, command, caller, undefined, undefined, true),
    changeUserTask: userTasks.change,
    createInstance: createInstances(group, definitions, createVariableRows(connection), ends, (key) =>
      isTerminated(store.knex, key),
    ),
    cancelInstance: (processInstanceKey, actor) =>
      group.run(
        (batch) => runCommand(batch, findRoot, { type: 'cancel instance', processInstanceKey }, actor),
        { what: 'process instance', key: processInstanceKey },
      ),
    publishMessage: withSmallVariables(variableLimit, messages.publish),
    correlateMessage: withSmallVariables(variableLimit, messages.correlate),
    broadcastSignal: withSmallVariables(variableLimit, messages.broadcast),
    evaluateConditions: withSmallVariables(variableLimit, createConditions(group, definitions)),
    activateJobs: activation.activate,
    streamJobs: activation.stream,
    giveBackJobs: activation.giveBack,
    evaluateDecision: createEvaluations(group, definitions),
    updateJob: (request, actor) =>
      group.run((batch) => updateJob(batch, findRoot, request, actor), { what: 'job', key: request.jobKey }),
    deploy: deployments.deploy,
    deleteResource: createResourceDeletion(group, definitions, definitionRows, inTurn),
    checkDeployment: deployments.check,
    record: (event, actor) =>
      group.run((batch) => {
        batch.record(event, actor);
      }),
    commit: (work) => group.run(work),
    lease: (name) => createLease(nodes, name),
    onRows(listener) {
      group.afterCommit((batch) => {
        if (batch.rows() > 0) listener();
      });
    },
    onAccessChange: (listener) => void accessListeners.push(listener),
    onErasure: (listener) => void erasureListeners.push(listener),
    definitions,
    clock,
    store,
    live,
    retentionGuards,
    travelTo: createTimeTravel(store, definitions),
    migrations: createMigrations(group, findRoot, definitions),
    batchOperations,
    retention,
    deleteInstance: (key, actor) =>
      group.run((batch) => {
        const rejection = deleteInstance(batch, key, actor);
        return rejection ? { ok: false, rejection } : { ok: true };
      }),
    figures: () => ({ ...group.figures(), cachedTrees: cache.size() }),
    probe: () => group.run((batch) => probe(batch.now)),
    isOpen: () => isOpen,
    convert: readers.convert,
    async shutdown() {
      if (!isOpen) return;
      isOpen = false;
      await inOrder(
        watch.stop,
        readers.close,
        timers.stop,
        expiry.stop,
        activation.stop,
        retention.stop,
        batchOperations.stop,
        group.close,
        () => stopping.abort(),
        () => peers?.stop(),
        store.close,
        unlock,
      );
    },
  };
}

/** Removes messages when their time is over, and looks over those kept now and then. */
function startExpiry(
  group: GroupCommit,
  messages: Messages,
  rows: MessageRows,
  clock: Clock,
  onError: (error: unknown, what: string) => void,
): { lookBy(time: number): void; stop(): void } {
  const expire = (): void => {
    group
      .run((batch) => {
        const isMore = messages.expire(batch, EXPIRY_LIMIT) === EXPIRY_LIMIT;
        batch.flush();
        return isMore ? batch.now : (rows.nextExpiry() ?? Infinity);
      })
      .then((next) => expiry.setBy(next))
      .catch((error: unknown) => {
        onError(error, 'removing expired messages');
        expiry.setBy(clock.now() + LOOK_OVER_EVERY);
      });
  };
  const expiry = createAlarm(clock, expire, onError);
  const lookOver = (): Promise<void> =>
    group.run((batch) => {
      if (rows.countKept() > 0) messages.lookOver(batch);
    });
  const LOOKING_OVER = 'looking over messages';
  const stopLookingOver = every(LOOK_OVER_EVERY, LOOKING_OVER, lookOver, onError);
  group.afterCommit(({ changes }) => expiry.setBy(changes.nextExpiry));
  expiry.setBy(rows.nextExpiry() ?? Infinity);
  void guarded(LOOKING_OVER, lookOver, onError);
  const unreadable = rows.countUnreadable();
  if (unreadable > 0)
    onError(
      new Error(`${unreadable} kept messages bear a time that cannot be read and never expire`),
      LOOKING_OVER,
    );
  return {
    lookBy: (time) => expiry.setBy(time),
    stop() {
      stopLookingOver();
      expiry.stop();
    },
  };
}

export type * from './runtime.js';
export type * from './deployments.js';
export { DEPLOYMENT_PROBLEM_CODES } from './deployments.js';
export { createClock, type Clock } from './clock.js';
export { Defect, Unavailable } from './errors.js';
export type { Live, LiveNotice } from './live.js';
