/**
 * Batch operations: the same thing done to many process instances. One is CREATED with a filter; its instances are
 * looked up page by page and become items; then it is ACTIVE and its items are done, some in each commit, each noted in
 * the very commit that does it. So a stop at any moment loses nothing and does nothing twice: the next start goes on.
 */
import { asKey } from '@countersign/engine';
import type { Actor, JsonObject, Key, Rejection } from '@countersign/engine';
import { createBatchRows } from '../../store/batch-rows.js';
import type { BatchRow, BatchState, BatchType } from '../../store/batch-rows.js';
import { serverEvent } from '../../store/journal-events.js';
import { countInstances, selectInstances, whyNotFilter } from '../../store/queries/batch-selection.js';
import type { Selected } from '../../store/queries/batch-selection.js';
import type { FindRoot } from '../../store/roots.js';
import type { Nodes } from '../../store/nodes.js';
import type { Store } from '../../store/store.js';
import type { Batch } from '../batch.js';
import { Unavailable } from '../errors.js';
import type { GroupCommit } from '../group-commit.js';
import type { Definitions } from '../runtime.js';
import { createBatchWork } from './batch-work.js';
import type { DeleteInstance } from './deletion.js';

/** What to do, and to which instances: a filter of the process instance search. */
export interface BatchRequest {
  readonly type: BatchType;
  readonly filter: JsonObject;
  /** What the type needs: mappings, moves, variables. */
  readonly plan: JsonObject;
}

/** What the runtime offers of batch operations. */
export interface BatchOperations {
  create(request: BatchRequest, actor: Actor): Promise<{ readonly ok: true; readonly key: Key } | Refusal>;
  /** How many instances it would be about, and the first of them. */
  dryRun(
    request: BatchRequest,
    limit: number,
  ): Promise<{ readonly ok: true; readonly total: number; readonly first: readonly Selected[] } | Refusal>;
  /** Stops it until it is resumed, lets it go on, or ends it; items that are done stay done. */
  control(
    key: Key,
    verb: 'suspend' | 'resume' | 'cancel',
    actor: Actor,
  ): Promise<{ readonly ok: true } | Refusal>;
  /** Fulfilled when nothing is left to do; for tests. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

interface Refusal {
  readonly ok: false;
  readonly rejection: Rejection;
}

/** What batch operations need of the house. */
export interface BatchParts {
  readonly store: Store;
  readonly nodes: Pick<Nodes, 'takeLease' | 'giveLease' | 'holdsLease'>;
  readonly group: GroupCommit;
  readonly findRoot: FindRoot;
  readonly definitions: Definitions;
  readonly deleteInstance: DeleteInstance;
  readonly onError: (error: unknown, what: string) => void;
}

/** Instances looked up at a time, and items done in one commit. */
const PAGE = 2_000;
const CHUNK = 40;

/** Milliseconds before work goes on after the database failed, or while another node does it. */
const RETRY_AFTER = 1_000;
const LONGEST_RETRY = 60_000;

/** The lease that lets one node work on them at a time, and for how many milliseconds it is taken. */
const LEASE = 'batch operations';
const LEASE_TIME = 10_000;

/** Begins to work on batch operations that an earlier server left. */
export function createBatchOperations(parts: BatchParts): BatchOperations {
  const { store, nodes, group, definitions, onError } = parts;
  const rows = createBatchRows(store.connection);
  const workOn = createBatchWork(rows, parts.findRoot, parts.deleteInstance, onError);
  let isStopped = false;
  let running: Promise<void> | null = null;

  const wake = (): void => {
    if (running || isStopped) return;
    running = goOn().finally(() => {
      running = null;
    });
  };

  const goOn = async (): Promise<void> => {
    let retryAfter = RETRY_AFTER;
    while (!isStopped) {
      try {
        const open = await group.run(() => rows.nextOpen());
        if (!open) return;
        const token = await nodes.takeLease(LEASE, LEASE_TIME);
        if (token === null) await pause();
        else if (open.state === 'CREATED') await collect(open, token);
        else await work(open, token);
        retryAfter = RETRY_AFTER;
      } catch (error) {
        if (isStopped) return;
        // Another node may be able to do what this one is not.
        await nodes.giveLease(LEASE).catch(() => undefined);
        if (error instanceof Unavailable) retryAfter = RETRY_AFTER;
        else {
          onError(error, 'working on batch operations');
          retryAfter = Math.min(2 * retryAfter, LONGEST_RETRY);
        }
        for (let left = retryAfter; left > 0 && !isStopped; left -= RETRY_AFTER) await pause();
      }
    }
  };

  /** Looks up the next instances; the operation begins when there are no more. */
  const collect = async (operation: BatchRow, token: number): Promise<void> => {
    const { key, type, filter, lastKey } = operation;
    const after = await group.run(() => rows.lastItem(key));
    const found = await selectInstances(store.knex, { type, filter, after, upTo: lastKey }, PAGE);
    await group.run((batch) => {
      const current = rows.find(key);
      if (current?.state !== 'CREATED' || !nodes.holdsLease(LEASE, token)) return;
      rows.addItems(
        key,
        found.map((selected) => ({ key: batch.nextKey(), ...selected })),
      );
      const total = current.total + found.length;
      rows.update(key, { total });
      if (found.length === PAGE) return;
      rows.update(key, { state: 'ACTIVE', started_at: batch.now });
      note(batch, current, { total });
    });
  };

  /** Does the next items, and ends the operation after the last. */
  const work = async (operation: BatchRow, token: number): Promise<void> => {
    const { key, type, plan } = operation;
    if (type === 'MIGRATE_PROCESS_INSTANCE') {
      await definitions.load(asKey(Number(plan['targetProcessDefinitionKey'])));
    }
    await group.run((batch) => {
      const current = rows.find(key);
      if (current?.state !== 'ACTIVE' || !nodes.holdsLease(LEASE, token)) return;
      batch.flush();
      const items = rows.openItems(key, CHUNK);
      const counts = { completed: current.completed, failed: current.failed, skipped: current.skipped };
      for (const item of items) {
        const outcome = workOn(batch, current, item);
        if (outcome.state === 'COMPLETED') counts.completed += 1;
        else if (outcome.state === 'FAILED') counts.failed += 1;
        else counts.skipped += 1;
        rows.settle(item.key, outcome, batch.now);
      }
      rows.update(key, counts);
      note(batch, current, counts);
      if (items.length === CHUNK) return;
      const state =
        counts.failed === 0 ? 'COMPLETED' : counts.completed > 0 ? 'PARTIALLY_COMPLETED' : 'FAILED';
      rest(batch, current, state, 'system');
    });
  };

  const note = (
    batch: Batch,
    { key, actor, total, completed, failed, skipped }: BatchRow,
    counts: object,
  ): void => {
    const data = { batchOperationKey: key, total, completed, failed, skipped, ...counts };
    batch.record(serverEvent('batch operation progressed', data), actor);
  };

  const rest = (batch: Batch, { key }: BatchRow, state: BatchState, actor: Actor): void => {
    const isOver = state !== 'SUSPENDED' && state !== 'CREATED' && state !== 'ACTIVE';
    rows.update(key, { state, ended_at: isOver ? batch.now : null });
    batch.record(serverEvent('batch operation state changed', { batchOperationKey: key, state }), actor);
  };

  const check = async ({ type, filter, plan }: BatchRequest): Promise<Refusal | null> => {
    const wrong = whyNotFilter(store.knex, filter);
    if (wrong !== null) return refuse('INVALID_ARGUMENT', wrong);
    if (type !== 'MIGRATE_PROCESS_INSTANCE') return null;
    const key = asKey(Number(plan['targetProcessDefinitionKey']));
    const target = await definitions.load(key);
    return target && !definitions.isDeleted(key)
      ? null
      : refuse('NOT_FOUND', `No process definition has the key ${key}.`);
  };

  wake();

  return {
    async create(request, actor) {
      const refused = await check(request);
      if (refused) return refused;
      const { type, filter, plan } = request;
      const key = await group.run((batch) => {
        const created = batch.nextKey();
        const counts = { total: 0, completed: 0, failed: 0, skipped: 0, startedAt: null };
        const row = {
          key: created,
          type,
          state: 'CREATED' as const,
          actor,
          filter,
          plan,
          lastKey: created,
          ...counts,
        };
        rows.insert(row, batch.now);
        const data = { batchOperationKey: created, operationType: type, filter, plan };
        batch.record(serverEvent('batch operation created', data), actor);
        return created;
      });
      wake();
      return { ok: true, key };
    },
    async dryRun(request, limit) {
      const refused = await check(request);
      if (refused) return refused;
      const selection = { ...request, after: 0, upTo: Number.MAX_SAFE_INTEGER };
      const total = await countInstances(store.knex, selection);
      return { ok: true, total, first: await selectInstances(store.knex, selection, limit) };
    },
    async control(key, verb, actor) {
      const answer = await group.run<{ readonly ok: true } | Refusal>((batch) => {
        const found = rows.find(key);
        if (!found) return refuse('NOT_FOUND', `There is no batch operation ${key}.`);
        const isOpen = found.state === 'CREATED' || found.state === 'ACTIVE';
        const fits =
          verb === 'suspend' ? isOpen : found.state === 'SUSPENDED' || (verb === 'cancel' && isOpen);
        if (!fits)
          return refuse(
            // What is over is not there to be acted on any more, as for process instances.
            isOpen || found.state === 'SUSPENDED' ? 'INVALID_STATE' : 'NOT_FOUND',
            `Batch operation ${key} is ${found.state}; it cannot be ${PAST[verb]}.`,
          );
        if (verb === 'cancel') rows.cancelOpen(key, batch.now);
        const goesOn = found.startedAt === null ? 'CREATED' : 'ACTIVE';
        rest(batch, found, verb === 'suspend' ? 'SUSPENDED' : verb === 'cancel' ? 'CANCELED' : goesOn, actor);
        return { ok: true };
      });
      wake();
      return answer;
    },
    async idle() {
      while (running) await running;
    },
    async stop() {
      isStopped = true;
      await running;
    },
  };
}

function pause(): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, RETRY_AFTER).unref());
}

const PAST = { suspend: 'suspended', resume: 'resumed', cancel: 'cancelled' } as const;

function refuse(type: Rejection['type'], reason: string): Refusal {
  return { ok: false, rejection: { type, reason } };
}
