/** What an erasure would take, and why it may not: found before anything is erased, and shown by a dry run. */
import type { Key } from '@countersign/engine';
import { canonicalJson } from '@countersign/engine';
import { refusesLast } from '../../access/directory/administrators.js';
import type { Runtime } from '../../runtime/runtime.js';
import { createAccessRows } from '../../store/access-rows.js';
import { findContents, findTrees } from '../../store/erasure/contents.js';
import type { ConcernedTree, Concerns, FoundContent } from '../../store/erasure/contents.js';
import { accountWords, findActors, hasAccounts } from '../../store/erasure/persons.js';
import type { KnownActor } from '../../store/erasure/persons.js';
import { findTexts, textColumns, treatmentOf } from '../../store/erasure/texts.js';
import type { TextColumn } from '../../store/erasure/texts.js';
import type { Treatment } from '../../store/erasure/text-columns.js';
import { findOpenBatches } from '../../store/queries/batch-operations.js';
import { createHoldRows } from '../../store/queries/legal-holds.js';
import { describeHold } from '../../runtime/operate/keeping.js';
import { createWordFinder } from './words.js';
import type { WordFinder } from './words.js';

/** Whom or what to erase, and why. */
export interface ErasureRequest {
  /** User names. Name and address of their accounts count as values. */
  readonly persons: readonly string[];
  /** Texts that identify a person, wherever they stand; of three characters at least. */
  readonly values: readonly string[];
  /** Instances whose contents go as a whole. */
  readonly processInstanceKeys: readonly Key[];
  readonly legalGround: string;
  readonly reason: string;
  /** Whether instances that still run may lose values they work with. */
  readonly includeRunning: boolean;
}

/** What an erasure would take. */
export interface ErasurePlan {
  readonly rows: number;
  /** Rows by the type of their event. */
  readonly types: Readonly<Record<string, number>>;
  /** Texts beside the journal, by their table. */
  readonly texts: Readonly<Record<string, number>>;
  /** Rows that stay although a user name is a word in them: it may mean something else there. Name it as a value. */
  readonly mentions: number;
  readonly instances: readonly Key[];
  readonly runningInstances: readonly Key[];
  readonly pseudonyms: readonly string[];
  /** Why it is refused; empty where it is not. */
  readonly obstacles: readonly string[];
}

/** What is looked for. */
export interface Target {
  readonly finder: WordFinder;
  readonly concerns: Concerns;
}

/** What was found. */
export interface Found {
  readonly contents: readonly FoundContent[];
  readonly trees: ReadonlyMap<Key, ConcernedTree>;
  readonly actors: readonly KnownActor[];
  readonly hasAccounts: boolean;
  readonly mentions: number;
}

/** The request as it is known again when an erasure that was stopped is asked for again. */
export function requestText({ persons, values, processInstanceKeys }: ErasureRequest): string {
  return canonicalJson({
    persons: [...persons].sort(),
    values: [...values].sort(),
    processInstanceKeys: processInstanceKeys.map(String).sort(),
  });
}

/** What to look for: what the request names, and what accounts of its persons say of them. */
export async function openTarget({ store }: Runtime, request: ErasureRequest): Promise<Target> {
  const words = (await Promise.all(request.persons.map((name) => accountWords(store.knex, name)))).flat();
  // A name of one word can be a common one, as a user name can.
  const isLong = (word: string): boolean => /[\s@]/u.test(word.trim());
  const finder = createWordFinder({
    values: [...request.values, ...words.filter(isLong)],
    names: [...request.persons, ...words.filter((word) => !isLong(word))],
  });
  const instances = new Set<number>(request.processInstanceKeys);
  return {
    finder,
    concerns: (content, instance) => (instance !== null && instances.has(instance)) || finder.inJson(content),
  };
}

/** Looks through the journal's contents and persons. */
export async function find(
  { store: { knex } }: Runtime,
  { persons }: ErasureRequest,
  { finder, concerns }: Target,
): Promise<Found> {
  let mentions = 0;
  const contents = await findContents(knex, (content, instance) => {
    if (concerns(content, instance)) return true;
    if (finder.mentions(content)) mentions += 1;
    return false;
  });
  const roots = new Set(contents.map(({ rootKey }) => rootKey).filter((key) => key !== null));
  const trees = await findTrees(knex, [...roots]);
  return {
    contents,
    trees: new Map(trees.map((tree) => [tree.rootKey, tree])),
    actors: await findActors(knex, finder.isName),
    hasAccounts: await hasAccounts(knex, persons),
    mentions,
  };
}

/** A column beside the journal that an erasure changes; `names`: whether a text in it names somebody. */
export interface ChangedColumn extends TextColumn {
  readonly treatment: Treatment;
  readonly names: (text: string) => boolean;
}

/** The columns beside the journal that an erasure changes. */
export async function changedColumns({ store }: Runtime, finder: WordFinder): Promise<ChangedColumn[]> {
  const by: Readonly<Record<string, (text: string) => boolean>> = {
    who: (text) => finder.isName(text.replace(/^(?:user|worker):/, '')),
    text: finder.inText,
    json: finder.inJson,
    file: finder.inFile,
  };
  return (await textColumns(store.knex)).flatMap((column) => {
    const treatment = treatmentOf(column);
    return typeof treatment === 'string' && treatment in by
      ? [{ ...column, treatment, names: by[treatment] }]
      : [];
  });
}

/** What would be erased, and why it may not be. */
export async function planOf(
  runtime: Runtime,
  request: ErasureRequest,
  { finder }: Target,
  found: Found,
): Promise<ErasurePlan> {
  const types: Record<string, number> = {};
  for (const { type } of found.contents) types[type] = (types[type] ?? 0) + 1;
  const texts: Record<string, number> = {};
  for (const { names, ...column } of await changedColumns(runtime, finder)) {
    for await (const { table } of findTexts(runtime.store.knex, column, names)) {
      texts[table] = (texts[table] ?? 0) + 1;
    }
  }
  const trees = [...found.trees.values()];
  return {
    rows: found.contents.length,
    types,
    texts,
    mentions: found.mentions,
    instances: trees.map(({ rootKey }) => rootKey),
    runningInstances: trees.filter(({ isActive }) => isActive).map(({ rootKey }) => rootKey),
    pseudonyms: found.actors.map(({ pseudonym }) => pseudonym),
    obstacles: await obstaclesOf(runtime, request, finder, trees),
  };
}

async function obstaclesOf(
  { store }: Runtime,
  request: ErasureRequest,
  finder: WordFinder,
  trees: readonly ConcernedTree[],
): Promise<string[]> {
  const holds = createHoldRows(store.connection);
  const obstacles = trees.flatMap(({ processId, rootKey }) => {
    const hold = holds.on(processId, rootKey);
    return hold ? [`Instance ${rootKey}: ${describeHold(hold)}`] : [];
  });
  const running = trees.filter(({ isActive }) => isActive).length;
  if (running > 0 && !request.includeRunning) {
    obstacles.push(
      `${running} of the instances still run and would lose values they work with. Wait for their end, ` +
        'cancel them, or send "includeRunning": true.',
    );
  }
  for (const { key, filter, plan } of await findOpenBatches(store.knex)) {
    if (!finder.inJson(filter) && !finder.inJson(plan)) continue;
    obstacles.push(
      `The batch operation ${key} names them and is not over: without those words it would do something else. ` +
        'Wait for its end, or cancel it.',
    );
  }
  const last = refusesLast(createAccessRows(store.connection), { users: request.persons });
  if (last !== null) obstacles.push(last.reason);
  const told = `${request.reason}\n${request.legalGround}`;
  if (finder.inText(told) || finder.mentions(told)) {
    obstacles.push(
      'The reason or the legal ground names whom it is about: both stay. Say it without the name.',
    );
  }
  return obstacles;
}

/** Whether contents of a tree may go: without a hold on it, and once it has ended where the request says so. */
export function mayErase(
  { store }: Runtime,
  { includeRunning }: ErasureRequest,
  tree: ConcernedTree | undefined,
): boolean {
  if (!tree) return true;
  if (tree.isActive && !includeRunning) return false;
  return createHoldRows(store.connection).on(tree.processId, tree.rootKey) === undefined;
}
