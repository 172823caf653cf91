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
import type { Actor, Key } from '@countersign/engine';
import type { Batch } from '../../runtime/batch.js';
import { Unavailable } from '../../runtime/errors.js';
import type { Runtime } from '../../runtime/runtime.js';
import { rewriteFiles } from '../../store/erasure/files.js';
import {
  endErasures,
  findSameBegun,
  insertBegun,
  saveErasure,
  takenBy,
} from '../../store/erasure/records.js';
import { findRemaining } from '../../store/erasure/texts.js';
import type { Naming, Remaining } from '../../store/erasure/texts.js';
import type { Treatment } from '../../store/erasure/text-columns.js';
import { serverEvent } from '../../store/journal-events.js';
import { findAuditRows } from '../../store/queries/audit-rows.js';
import type { AuditTrail } from '../trail.js';
import { keyText, signCertificate } from './certificate.js';
import type { SignedCertificate } from './certificate.js';
import { find, mayErase, openTarget, planOf, requestText } from './find.js';
import type { ErasurePlan, ErasureRequest, Found } from './find.js';
import { eraseContents, erasePersons, eraseTexts } from './take.js';
import type { Run } from './take.js';

export type { ErasurePlan, ErasureRequest } from './find.js';

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
    const run: Run = { runtime: parts.runtime, request, target, key, actor, commit };
    await eraseAll(run, found);
    const signed = await certify(run, parts.trail, await remainingOf(run));
    const areFilesRewritten = await rewriteFiles(store.knex);
    if (areFilesRewritten) await commit(() => endErasures(store.connection, key));
    return { ok: true, signed, areFilesRewritten };
  } finally {
    running.delete(store);
  }
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
    batch.forgetErased();
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

/** Where words still stand. */
function remainingOf({ runtime, target: { finder } }: Run): Promise<Remaining[]> {
  const naming = (text: string, treatment: Treatment | undefined): Naming => {
    if (treatment === 'file' ? finder.inFile(text) : finder.inJson(text)) return 'named';
    return finder.mentions(text) ? 'mentioned' : null;
  };
  return findRemaining(runtime.store.knex, naming);
}

async function certify(
  run: Run,
  trail: ErasureParts['trail'],
  remaining: readonly Remaining[],
): Promise<SignedCertificate> {
  const { runtime, key, actor, request, commit } = run;
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
    // Even where nothing was found: another node may count refusals that name them, and write them later.
    batch.forgetErased();
    const event = { erasureKey: key, legalGround, reason, rows: rows.length, persons: pseudonyms };
    batch.record(serverEvent('content erased', { ...event, certificate: signed.sha256 }), actor);
    return signed;
  });
}
