/**
 * Erases a person: contents that name them, the name behind their pseudonym, their account, what projections made of
 * it, and what is written beside the journal. The rows of the journal stay as they are; their commitments say no more
 * once salt and content are gone, so every proof still holds.
 *
 * It begins with a row of `erasure_begun` and goes part by part, in transactions of their own. Then everything is looked
 * through again, because commands went on meanwhile, until nothing more is found. A tree that runs gets a row in its
 * own journal: its revision has changed, so no other node goes on with what it has in memory, and a step that was
 * under way there is done again on what is left. At last a certificate is signed, and the files are rewritten. Where
 * the server is killed in between, the same request goes on, and its certificate names what went before.
 */
import type { Actor, JsonObject, Key } from '@countersign/engine';
import { ERASED_TEXT } from '@countersign/engine';
import type { Batch } from '../../runtime/batch.js';
import { Unavailable } from '../../runtime/errors.js';
import type { Runtime } from '../../runtime/runtime.js';
import {
  contentsOfTree,
  deleteContents,
  deleteSnapshot,
  findDefinitionKeys,
} from '../../store/erasure/contents.js';
import type { FoundContent } from '../../store/erasure/contents.js';
import { rewriteFiles } from '../../store/erasure/files.js';
import { deletePersons, standIns } from '../../store/erasure/persons.js';
import {
  endErasures,
  findSameBegun,
  insertBegun,
  notePseudonyms,
  saveErasure,
  takenBy,
} from '../../store/erasure/records.js';
import { changeTexts, findRemaining, findTexts } from '../../store/erasure/texts.js';
import type { Naming, Remaining, TextChange } from '../../store/erasure/texts.js';
import type { Treatment } from '../../store/erasure/text-columns.js';
import { serverEvent } from '../../store/journal-events.js';
import { findAuditRows } from '../../store/queries/audit-rows.js';
import { openReprojection } from '../../store/reproject.js';
import type { Reprojection } from '../../store/reproject.js';
import type { AuditTrail } from '../trail.js';
import { keyText, signCertificate } from './certificate.js';
import type { SignedCertificate } from './certificate.js';
import { changedColumns, find, mayErase, openTarget, planOf, requestText } from './find.js';
import type { ErasurePlan, ErasureRequest, Found, Target } from './find.js';
import type { WordFinder } from './words.js';

export type { ErasurePlan, ErasureRequest } from './find.js';

/** Trees, and texts beside the journal, that one transaction takes. */
const TREES_AT_ONCE = 50;
const TEXTS_AT_ONCE = 200;

/** How often everything is looked through at most. Who still writes the words then is told of in the certificate. */
const MOST_ROUNDS = 5;

/** What erasing needs. */
export interface ErasureParts {
  readonly runtime: Runtime;
  readonly trail: Pick<AuditTrail, 'origin' | 'sign'>;
  /** Writes what the server still has in memory and would write later, such as refusals that it counts. */
  readonly settle?: () => Promise<void>;
}

/** An erasure that is done. */
export interface ErasureDone {
  readonly ok: true;
  readonly signed: SignedCertificate;
  /** Whether the files are free of old bytes; where not, asking again rewrites them again. */
  readonly areFilesRewritten: boolean;
}

/** What would be erased; nothing is. */
export async function planErasure(parts: ErasureParts, request: ErasureRequest): Promise<ErasurePlan> {
  await parts.settle?.();
  const target = await openTarget(parts.runtime, request);
  return planOf(parts.runtime, request, target, await find(parts.runtime, request, target));
}

const running = new WeakSet<object>();

/** Erases. Answers the certificate, or why nothing was erased. Throws `Unavailable` where another one runs. */
export async function erase(
  parts: ErasureParts,
  request: ErasureRequest,
  actor: Actor,
): Promise<ErasureDone | { readonly ok: false; readonly plan: ErasurePlan }> {
  const { store } = parts.runtime;
  const lease = parts.runtime.lease('erasure');
  if (running.has(store)) throw new Unavailable('Another erasure runs', 10_000);
  running.add(store);
  try {
    if ((await lease.take()) === 'none') throw new Unavailable('Another node erases', 10_000);
    await parts.settle?.();
    const target = await openTarget(parts.runtime, request);
    const found = await find(parts.runtime, request, target);
    const plan = await planOf(parts.runtime, request, target, found);
    if (plan.obstacles.length > 0) return { ok: false, plan };
    const commit = async <T>(work: (batch: Batch) => T): Promise<T> => {
      await lease.take();
      return parts.runtime.commit((batch) => {
        lease.guard();
        return work(batch);
      });
    };
    const key = await begin(parts.runtime, request, commit);
    const run: Run = { ...parts, request, target, key, actor, commit };
    await eraseAll(run, found);
    const signed = await certify(run, await remainingOf(run));
    const areFilesRewritten = await rewriteFiles(store.knex);
    if (areFilesRewritten) await commit(() => endErasures(store.connection, key));
    return { ok: true, signed, areFilesRewritten };
  } finally {
    running.delete(store);
  }
}

interface Run extends ErasureParts {
  readonly request: ErasureRequest;
  readonly target: Target;
  readonly key: Key;
  readonly actor: Actor;
  readonly commit: <T>(work: (batch: Batch) => T) => Promise<T>;
}

/** The key of the erasure: a new one, or that of the same request that was stopped in the middle. */
async function begin(
  { store: { knex, connection } }: Runtime,
  request: ErasureRequest,
  commit: Run['commit'],
): Promise<Key> {
  const text = requestText(request);
  const same = await findSameBegun(knex, text);
  if (same) return same.key;
  return commit((batch) => {
    const key = batch.nextKey();
    insertBegun(connection, key, batch.now, text);
    return key;
  });
}

/** Erases what was found, looks again, and goes on until nothing more is found. */
async function eraseAll(run: Run, first: Found): Promise<void> {
  const { runtime, request, target } = run;
  let found = first;
  for (let round = 1; ; round += 1) {
    const contents = found.contents.filter(({ rootKey }) =>
      mayErase(runtime, request, rootKey === null ? undefined : found.trees.get(rootKey)),
    );
    const done = [
      await eraseContents(run, found, contents),
      await eraseTexts(run, found),
      await erasePersons(run, found),
    ];
    if (!done.includes(true) || round === MOST_ROUNDS) return;
    found = await find(runtime, request, target);
  }
}

async function eraseContents(
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
  const messageOf = store.connection.prepare('select data from audit where position = ?');
  for (const { position } of contents.filter(({ type }) => type === 'message published')) {
    const { data } = messageOf.get(position) as { data: string };
    const messageKey = (JSON.parse(data) as JsonObject)['messageKey'] as Key;
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

/** Erases what is written beside the journal. */
async function eraseTexts({ runtime, target, commit }: Run, { actors }: Found): Promise<boolean> {
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

async function erasePersons(run: Run, { actors, hasAccounts }: Found): Promise<boolean> {
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

/** Where words still stand. */
function remainingOf({ runtime, target: { finder } }: Run): Promise<Remaining[]> {
  const naming = (text: string, treatment: Treatment | undefined): Naming => {
    if (treatment === 'file' ? finder.inFile(text) : finder.inJson(text)) return 'named';
    return finder.mentions(text) ? 'mentioned' : null;
  };
  return findRemaining(runtime.store.knex, naming);
}

async function certify(run: Run, remaining: readonly Remaining[]): Promise<SignedCertificate> {
  const { runtime, trail, key, actor, request, commit } = run;
  const { knex, connection } = runtime.store;
  const exported = await findAuditRows(knex, { types: ['audit exported'] }, { order: 'asc' });
  return commit((batch) => {
    const { begunAt, rows, pseudonyms } = takenBy(connection, key);
    const { legalGround, reason } = request;
    const signed = signCertificate(
      {
        certificate: 'countersign erasure v1',
        origin: trail.origin,
        erasureKey: keyText(key),
        begunAt: new Date(begunAt).toISOString(),
        at: new Date(batch.now).toISOString(),
        legalGround,
        rows,
        pseudonyms,
        remaining,
        exports: exported.rows.map(({ at, data }) => {
          const { format, sha256 } = data as { format: string; sha256: string | null };
          return { at, format, sha256 };
        }),
      },
      trail.sign,
    );
    saveErasure(connection, key, batch.now, signed);
    const event = { erasureKey: key, legalGround, reason, rows: rows.length, persons: pseudonyms };
    batch.record(serverEvent('content erased', { ...event, certificate: signed.sha256 }), actor);
    return signed;
  });
}
