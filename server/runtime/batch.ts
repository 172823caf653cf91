/**
 * One batch: steps and journal rows that will be committed together. What it does is in memory and in an
 * open transaction; nobody sees it before the commit, and a rollback forgets it.
 */
import { createTree, step } from '@countersign/engine';
import type { Actor, Command, InstanceTree, Key, StepContext, StepResult } from '@countersign/engine';
import type { Journal } from '../store/journal.js';
import type { ServerEvent, Stamp } from '../store/journal-events.js';
import type { Keys } from '../store/keys.js';
import type { Hint, Roots } from '../store/roots.js';
import { project } from '../store/projections/index.js';
import type { Tables } from '../store/tables.js';
import { wantsSnapshot } from '../store/trees.js';
import type { StoredTree, Trees } from '../store/trees.js';
import { databaseFailure } from '../store/failure.js';
import { createChanges, noteChange } from './changes.js';
import type { Changes } from './changes.js';
import type { DefinitionRegistry } from './definitions.js';
import { Defect, RunAgain } from './errors.js';
import type { RuntimeObserver } from './observer.js';
import type { TreeCache } from './tree-cache.js';

/** What batches share. */
export interface BatchParts {
  readonly journal: Journal;
  readonly tables: Tables;
  readonly trees: Trees;
  readonly keys: Keys;
  readonly cache: TreeCache;
  readonly roots: Roots;
  readonly definitions: DefinitionRegistry;
  /** Characters of JSON that one variable may have. */
  readonly variableLimit: number;
  /** Whether anybody listens to live notices. */
  isWatched(): boolean;
  /** Who measures, if anybody does. */
  readonly observer?: RuntimeObserver;
}

/** What a piece of work may do in a batch. */
export interface Batch {
  /** The clock of every step in the batch, milliseconds since the epoch. */
  readonly now: number;
  readonly tables: Tables;
  readonly changes: Changes;
  nextKey(): Key;
  /** The id of the process that a definition is a version of; empty where it is not in memory. */
  processIdOf(definitionKey: Key): string;
  /**
   * Runs a command on a tree and journals its events. Throws `Defect` where the engine does: the tree is
   * then as it was before.
   */
  step(rootKey: Key, command: Command, actor: Actor): StepResult;
  /** Runs the command that begins a tree. */
  begin(rootKey: Key, command: Command, actor: Actor): StepResult;
  /** Journals an event that belongs to no instance. */
  record(event: ServerEvent, actor: Actor): void;
  /** A tree as it stands now; undefined where there is none. */
  tree(rootKey: Key): InstanceTree | undefined;
  /** Fetches at once what the work of the batch is about. */
  lookAhead(hints: readonly Hint[]): void;
  /**
   * Makes sure, for all of them at once, that `tree` and `step` find them as they are now: for what a query has found.
   * Throws `RunAgain` where this batch has changed one that another node has changed meanwhile.
   */
  load(rootKeys: readonly Key[]): void;
  /** Writes pending rows, so that queries see them. */
  flush(): void;
  /** Drops a tree from memory: what it was made from has changed underneath. */
  forget(rootKey: Key): void;
  /** Something was erased: forgets the names behind pseudonyms, and has others forget them after the commit. */
  forgetErased(): void;
  /** Journal rows so far, and their characters. */
  rows(): number;
  characters(): number;
  /** Writes snapshots that are due. */
  saveSnapshots(): void;
  /** Called after the commit. */
  onCommit(call: () => void): void;
  /** Called after a rollback. */
  onRollback(call: () => void): void;
  /** Ends the batch one way or the other. */
  end(committed: boolean): void;
}

/** Begins a batch at `now`; `eventLimit` where its steps are to be shorter than the engine's own limit. */
export function createBatch(parts: BatchParts, now: number, eventLimit?: number): Batch {
  const { journal, tables, trees, keys, cache, roots, definitions } = parts;
  const changes = createChanges();
  const touched = new Set<StoredTree>();
  /** Trees that are as the database has them, or as this batch has changed them. */
  const fresh = new Set<Key>();
  const onCommit: (() => void)[] = [];
  const onRollback: (() => void)[] = [];
  const target = { tables, definitions };
  const context: StepContext = {
    now,
    definitions,
    nextKey: keys.next,
    variableLimit: parts.variableLimit,
    eventLimit,
  };
  const processIdOf = parts.isWatched() ? (key: Key) => definitions.byKey(key)?.processId ?? '' : null;
  let rows = 0;
  let written = 0;

  const journalEvent = (
    event: Parameters<Journal['append']>[0],
    stamp: Stamp,
    sequence: number | null,
  ): number => {
    const characters = journal.append(event, stamp, sequence);
    project(event, stamp, target);
    noteChange(changes, event, now, stamp.rootKey, processIdOf);
    rows += 1;
    written += characters;
    return characters;
  };

  /** Forgets cached trees that another node has changed. Each tree is looked at once in a batch. */
  const forgetStale = (revisions: ReadonlyMap<Key, number>): void => {
    for (const [rootKey, revision] of revisions) {
      if (fresh.has(rootKey)) continue;
      fresh.add(rootKey);
      const cached = cache.get(rootKey);
      if (cached && cached.tree.revision !== revision) cache.drop(rootKey);
    }
  };

  const flush = (): void => {
    journal.flush();
    for (const table of Object.values(tables) as { flush(): void }[]) table.flush();
  };

  /** What a query found may be newer than the trees that this batch has looked at: another node has committed meanwhile. */
  const load = (rootKeys: readonly Key[]): void => {
    if (!trees.revisions || rootKeys.length === 0) return;
    // What this batch has written counts, too.
    flush();
    for (const [rootKey, revision] of trees.revisions([...new Set(rootKeys)])) {
      fresh.add(rootKey);
      const cached = cache.get(rootKey);
      if (!cached || cached.tree.revision === revision) continue;
      if (touched.has(cached))
        throw new RunAgain('Another node has changed an instance', () => Promise.resolve());
      cache.drop(rootKey);
    }
  };

  const find = (rootKey: Key): StoredTree | undefined => {
    if (trees.revisions && !fresh.has(rootKey)) forgetStale(trees.revisions([rootKey]));
    const cached = cache.get(rootKey);
    if (cached) return cached;
    try {
      const stored = trees.load(rootKey);
      if (stored) cache.put(stored);
      return stored;
    } catch (cause) {
      if (databaseFailure(cause)) throw cause;
      const missing = trees.definitionsOf(rootKey).filter((key) => !definitions.byKey(key));
      const unreadable = missing.flatMap((key) => definitions.whyUnreadable(key) ?? []);
      if (unreadable.length > 0) throw new Defect(unreadable[0], String(keys.next()), cause);
      if (missing.length > 0) throw fetchDefinitions(missing);
      throw new Defect(`Tree ${rootKey} cannot be loaded`, String(keys.next()), cause);
    }
  };

  /** Another node may run what this one has not read yet. */
  const fetchDefinitions = (missing: readonly Key[]): RunAgain =>
    new RunAgain('Definitions of another node', async () => {
      await definitions.refresh();
      for (const key of missing) await definitions.load(key);
    });

  const run = (stored: StoredTree, command: Command, actor: Actor): StepResult => {
    const { tree } = stored;
    let sequence = tree.revision;
    let result: StepResult;
    try {
      result = step(tree, command, context);
    } catch (cause) {
      cache.drop(tree.rootKey);
      touched.delete(stored);
      throw new Defect(
        `The command "${command.type}" failed on tree ${tree.rootKey}`,
        String(keys.next()),
        cause,
      );
    }
    parts.observer?.stepped(command, result.ok ? 'ok' : result.rejection.type, tree.rootKey);
    if (!result.ok) return result;
    touched.add(stored);
    const stamp: Stamp = { rootKey: tree.rootKey, at: now, actor };
    for (const event of result.events) {
      sequence += 1;
      stored.characters += journalEvent(event, stamp, sequence);
    }
    stored.rows += result.events.length;
    return result;
  };

  return {
    now,
    tables,
    changes,
    nextKey: keys.next,
    processIdOf: (key) => definitions.processes.byKey(key)?.id ?? '',
    step(rootKey, command, actor) {
      const stored = find(rootKey);
      if (stored) return run(stored, command, actor);
      const reason = `No process instance has the key ${rootKey}.`;
      return { ok: false, rejection: { type: 'NOT_FOUND', reason } };
    },
    begin(rootKey, command, actor) {
      fresh.add(rootKey);
      if ('processDefinitionKey' in command && !definitions.byKey(command.processDefinitionKey))
        throw fetchDefinitions([command.processDefinitionKey]);
      const stored = { tree: createTree(rootKey), rows: 0, characters: 0, snapshotCharacters: 0 };
      const result = run(stored, command, actor);
      if (result.ok) cache.put(stored);
      return result;
    },
    record(event, actor) {
      journalEvent(event, { rootKey: null, at: now, actor }, null);
    },
    tree: (rootKey) => find(rootKey)?.tree,
    lookAhead(hints) {
      const ahead = roots.lookAhead(hints);
      if (!ahead) return;
      if (ahead.deployments !== definitions.deployments())
        throw new RunAgain('Another node has deployed', definitions.refresh);
      forgetStale(ahead.revisions);
    },
    load,
    flush,
    forget(rootKey) {
      const cached = cache.get(rootKey);
      if (cached) touched.delete(cached);
      cache.drop(rootKey);
    },
    forgetErased() {
      changes.hasErased = true;
      journal.forgetPeople();
    },
    rows: () => rows,
    characters: () => written,
    saveSnapshots() {
      for (const stored of touched) {
        if (stored.tree.elements.size === 0) {
          if (stored.snapshotCharacters > 0) trees.removeSnapshot(stored.tree.rootKey);
        } else if (wantsSnapshot(stored)) {
          trees.saveSnapshot(stored);
        }
      }
    },
    onCommit: (call) => void onCommit.push(call),
    onRollback: (call) => void onRollback.push(call),
    end(committed) {
      if (committed) {
        cache.settle(touched);
        callAll(onCommit);
        return;
      }
      for (const stored of touched) cache.drop(stored.tree.rootKey);
      for (const table of Object.values(tables) as { clear(): void }[]) table.clear();
      journal.reset();
      keys.reset();
      callAll(onRollback);
    },
  };
}

/** Calls all of them, also where one fails. Throws the first failure afterwards. */
function callAll(calls: readonly (() => void)[]): void {
  const failures: unknown[] = [];
  for (const call of calls) {
    try {
      call();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
