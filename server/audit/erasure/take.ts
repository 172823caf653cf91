/** Takes what was found out of the database, in transactions of its own for each part. */
import type { Actor, Key } from '@countersign/engine';
import { ERASED_TEXT } from '@countersign/engine';
import type { Batch } from '../../runtime/batch.js';
import type { Runtime } from '../../runtime/runtime.js';
import {
  contentsOfTree,
  deleteContents,
  deleteSnapshot,
  findDefinitionKeys,
  publishedAt,
} from '../../store/erasure/contents.js';
import type { FoundContent } from '../../store/erasure/contents.js';
import { deletePersons, standIns } from '../../store/erasure/persons.js';
import { notePseudonyms } from '../../store/erasure/records.js';
import type { Treatment } from '../../store/erasure/text-columns.js';
import { changeTexts, findTexts } from '../../store/erasure/texts.js';
import type { TextChange } from '../../store/erasure/texts.js';
import { serverEvent } from '../../store/journal-events.js';
import { openReprojection } from '../../store/reproject.js';
import type { Reprojection } from '../../store/reproject.js';
import { changedColumns } from './find.js';
import type { ErasureRequest, Found, Target } from './find.js';
import type { WordFinder } from './words.js';

/** Trees, and texts beside the journal, that one transaction takes. */
const TREES_AT_ONCE = 50;
const TEXTS_AT_ONCE = 200;

/** An erasure on its way. */
export interface Run {
  readonly runtime: Runtime;
  readonly request: ErasureRequest;
  readonly target: Target;
  readonly key: Key;
  readonly actor: Actor;
  /** Runs a part in a batch of its own, while no other node erases. */
  readonly commit: <T>(work: (batch: Batch) => T) => Promise<T>;
}

/** Erases contents: tree by tree, and those of rows that belong to none. Answers whether there were any. */
export async function eraseContents(
  run: Run,
  { trees }: Found,
  contents: readonly FoundContent[],
): Promise<boolean> {
  if (contents.length === 0) return false;
  const { runtime, commit } = run;
  const roots = [...new Set(contents.map(({ rootKey }) => rootKey).filter((key) => key !== null))];
  for (const key of await findDefinitionKeys(runtime.store.knex, roots)) await runtime.definitions.load(key);
  const reprojection = await openReprojection(runtime.store.connection, runtime.definitions);
  try {
    for (let first = 0; first < roots.length; first += TREES_AT_ONCE) {
      const part = roots.slice(first, first + TREES_AT_ONCE);
      await commit((batch) => {
        eraseTrees(run, batch, part, reprojection, (root) => trees.get(root)?.isActive ?? false);
      });
    }
    const alone = contents.filter(({ rootKey }) => rootKey === null);
    for (let first = 0; first < alone.length; first += TEXTS_AT_ONCE) {
      const part = alone.slice(first, first + TEXTS_AT_ONCE);
      await commit((batch) => {
        eraseAlone(run, batch, part, reprojection);
      });
    }
  } finally {
    await reprojection.close();
  }
  return true;
}

/** Erases in trees. What is concerned is asked again here: a command may have come since it was found. */
function eraseTrees(
  { runtime: { store }, target, key, actor }: Run,
  batch: Batch,
  roots: readonly Key[],
  reprojection: Reprojection,
  isActive: (rootKey: Key) => boolean,
): void {
  batch.flush();
  for (const root of roots) {
    deleteContents(store.connection, key, contentsOfTree(store.connection, root, target.concerns));
    deleteSnapshot(store.connection, root);
    batch.forget(root);
    if (isActive(root)) batch.step(root, { type: 'note erasure', erasureKey: key }, actor);
  }
  batch.flush();
  reprojection.write(roots, []);
  batch.forgetErased();
}

/** Erases rows without an instance. A message that is kept has nothing left to give, so its time is over. */
function eraseAlone(
  { runtime: { store }, key }: Run,
  batch: Batch,
  contents: readonly FoundContent[],
  reprojection: Reprojection,
): void {
  batch.flush();
  deleteContents(store.connection, key, contents);
  const published = contents.filter(({ type }) => type === 'message published');
  const positions = published.map(({ position }) => position);
  for (const messageKey of publishedAt(store.connection, positions)) {
    if (batch.tables.messages.get(messageKey)) {
      batch.record(serverEvent('message expired', { messageKey }), 'system');
    }
  }
  batch.flush();
  reprojection.write(
    [],
    contents.filter(({ type }) => type !== 'message published').map(({ position }) => position),
  );
  batch.forgetErased();
}

/** Erases what is written beside the journal. Answers whether there was any. */
export async function eraseTexts({ runtime, target, commit }: Run, { actors }: Found): Promise<boolean> {
  const { knex, connection } = runtime.store;
  const known = standIns(actors);
  let changed = false;
  const write = async (changes: readonly TextChange[]): Promise<void> => {
    changed = true;
    await commit((batch) => {
      batch.flush();
      changeTexts(connection, changes);
    });
  };
  for (const { names, treatment, ...column } of await changedColumns(runtime, target.finder)) {
    let changes: TextChange[] = [];
    for await (const found of findTexts(knex, column, names)) {
      changes.push({ ...found, to: inPlaceOf(found.text, treatment, target.finder, known) });
      if (changes.length < TEXTS_AT_ONCE) continue;
      await write(changes);
      changes = [];
    }
    if (changes.length > 0) await write(changes);
  }
  return changed;
}

function inPlaceOf(
  text: string,
  treatment: Treatment,
  finder: WordFinder,
  known: ReadonlyMap<string, string>,
): string {
  if (treatment === 'json') return finder.eraseInJson(text);
  if (treatment === 'file') return finder.replaceIn(text);
  return (treatment === 'who' ? known.get(text) : undefined) ?? ERASED_TEXT;
}

/** Erases the names behind pseudonyms, and accounts. Answers whether there were any. */
export async function erasePersons(run: Run, { actors, hasAccounts }: Found): Promise<boolean> {
  if (actors.length === 0 && !hasAccounts) return false;
  const { connection } = run.runtime.store;
  await run.commit((batch) => {
    batch.flush();
    notePseudonyms(
      connection,
      run.key,
      actors.map(({ pseudonym }) => pseudonym),
    );
    deletePersons(connection, actors, run.request.persons);
    batch.forgetErased();
  });
  return true;
}
