/**
 * Erases a person: contents that name them, the name behind their pseudonym, their account, and what projections made
 * of it. The rows of the journal stay as they are; their commitments say no more once salt and content are gone, so
 * every proof still holds.
 *
 * What goes is found first and shown by a dry run. Then it goes tree by tree, in transactions of their own: a crash in
 * between leaves some of it to be erased again. At last a row says what was done, and the files are rewritten.
 */
import type { Actor, Key } from '@countersign/engine';
import type { Batch } from '../../runtime/batch.js';
import type { Runtime } from '../../runtime/runtime.js';
import { serverEvent } from '../../store/journal-events.js';
import { findAuditRows } from '../../store/queries/audit-rows.js';
import {
  deleteContents,
  deletePerson,
  deleteSnapshots,
  findContents,
  findPerson,
  findRemaining,
  findTrees,
  namingColumns,
  rewriteFiles,
  saveErasure,
} from '../../store/queries/erasure.js';
import type { ConcernedTree, FoundContent, FoundPerson, Remaining } from '../../store/queries/erasure.js';
import { createHoldRows } from '../../store/queries/legal-holds.js';
import { openReprojection } from '../../store/reproject.js';
import { describeHold } from '../holds/holds.js';
import type { AuditTrail } from '../trail.js';
import { keyText, signCertificate } from './certificate.js';
import type { SignedCertificate } from './certificate.js';

/** Whom or what to erase, and why. */
export interface ErasureRequest {
  /** User names. Name and address of their accounts count as values. */
  readonly persons: readonly string[];
  /** Texts that identify a person, wherever they stand in a content; of three characters at least. */
  readonly values: readonly string[];
  /** Instances whose contents go as a whole. */
  readonly processInstanceKeys: readonly Key[];
  readonly legalGround: string;
  readonly reason: string;
  /** Whether instances that still run may lose values they work with. */
  readonly includeRunning: boolean;
}

/** What an erasure would take, or took. */
export interface ErasurePlan {
  readonly rows: number;
  /** Rows by the type of their event. */
  readonly types: Readonly<Record<string, number>>;
  readonly instances: readonly Key[];
  readonly runningInstances: readonly Key[];
  readonly pseudonyms: readonly string[];
  /** Why it is refused; empty where it is not. */
  readonly obstacles: readonly string[];
}

interface Found {
  readonly persons: readonly FoundPerson[];
  readonly words: readonly string[];
  readonly contents: readonly FoundContent[];
  readonly trees: readonly ConcernedTree[];
  readonly definitionKeys: readonly Key[];
}

/** Trees that one transaction takes. */
const TREES_AT_ONCE = 50;

/** What erasing needs. */
export interface ErasureParts {
  readonly runtime: Runtime;
  readonly trail: Pick<AuditTrail, 'origin' | 'sign'>;
}

/** What would be erased; nothing is. */
export async function planErasure({ runtime }: ErasureParts, request: ErasureRequest): Promise<ErasurePlan> {
  return planOf(runtime, request, await find(runtime, request));
}

async function find(runtime: Runtime, request: ErasureRequest): Promise<Found> {
  const { knex } = runtime.store;
  const persons = await Promise.all(request.persons.map((username) => findPerson(knex, username)));
  const words = [...new Set([...request.values, ...persons.flatMap((person) => person.words)])];
  const parts = words.map((word) => inJson(word).toLowerCase());
  // A user name can be a short word of the language, so it has to be a whole value.
  const names = request.persons.flatMap((name) => [JSON.stringify(name), JSON.stringify(`user:${name}`)]);
  const instances = new Set<number>(request.processInstanceKeys);
  const contents = await findContents(knex, (content, instance) => {
    if (instance !== null && instances.has(instance)) return true;
    if (names.some((name) => content.includes(name))) return true;
    const lower = content.toLowerCase();
    return parts.some((part) => lower.includes(part));
  });
  const roots = new Set(contents.map(({ rootKey }) => rootKey).filter((key) => key !== null));
  const { trees, definitionKeys } = await findTrees(knex, [...roots]);
  return { persons, words: [...words, ...request.persons], contents, trees, definitionKeys };
}

/** A text as it stands inside of JSON. */
function inJson(word: string): string {
  return JSON.stringify(word).slice(1, -1);
}

function planOf(runtime: Runtime, request: ErasureRequest, found: Found): ErasurePlan {
  const types: Record<string, number> = {};
  for (const { type } of found.contents) types[type] = (types[type] ?? 0) + 1;
  const running = found.trees.filter(({ isActive }) => isActive).map(({ rootKey }) => rootKey);
  const holds = createHoldRows(runtime.store.connection);
  const obstacles = found.trees.flatMap(({ processId, rootKey }) => {
    const hold = holds.on(processId, rootKey);
    return hold ? [`Instance ${rootKey}: ${describeHold(hold)}`] : [];
  });
  if (running.length > 0 && !request.includeRunning) {
    obstacles.push(
      `${running.length} of the instances still run and would lose values they work with. Wait for their end, ` +
        'cancel them, or send "includeRunning": true.',
    );
  }
  const told = `${request.reason}\n${request.legalGround}`.toLowerCase();
  if (found.words.some((word) => told.includes(word.toLowerCase()))) {
    obstacles.push(
      'The reason or the legal ground names whom it is about: both stay. Say it without the name.',
    );
  }
  return {
    rows: found.contents.length,
    types,
    instances: found.trees.map(({ rootKey }) => rootKey),
    runningInstances: running,
    pseudonyms: found.persons.flatMap(({ pseudonym }) => pseudonym ?? []),
    obstacles,
  };
}

/** Erases. Answers the certificate, or why nothing was erased. */
export async function erase(
  parts: ErasureParts,
  request: ErasureRequest,
  actor: Actor,
): Promise<{ ok: true; signed: SignedCertificate } | { ok: false; plan: ErasurePlan }> {
  const { runtime } = parts;
  const { knex, connection } = runtime.store;
  const found = await find(runtime, request);
  const plan = planOf(runtime, request, found);
  if (plan.obstacles.length > 0) return { ok: false, plan };
  for (const key of found.definitionKeys) await runtime.definitions.load(key);
  const columns = await namingColumns(knex);
  const reprojection = await openReprojection(connection, runtime.definitions);
  try {
    for (const person of found.persons) {
      await runtime.commit((batch) => {
        batch.flush();
        deletePerson(connection, person, columns);
        batch.forgetPeople();
      });
    }
    for (const part of inParts(found.contents)) {
      await runtime.commit((batch) => {
        eraseContents(batch, runtime, part, reprojection.write);
      });
    }
  } finally {
    await reprojection.close();
  }
  const remaining = await findRemaining(knex, found.words);
  const signed = await certify(parts, request, found, plan, remaining, actor);
  await rewriteFiles(knex);
  return { ok: true, signed };
}

/** The contents in parts of a few trees each. */
function inParts(contents: readonly FoundContent[]): FoundContent[][] {
  const byTree = new Map<Key | null, FoundContent[]>();
  for (const content of contents) {
    const list = byTree.get(content.rootKey);
    if (list) list.push(content);
    else byTree.set(content.rootKey, [content]);
  }
  const trees = [...byTree.values()];
  const parts: FoundContent[][] = [];
  for (let first = 0; first < trees.length; first += TREES_AT_ONCE) {
    parts.push(trees.slice(first, first + TREES_AT_ONCE).flat());
  }
  return parts;
}

function eraseContents(
  batch: Batch,
  { store: { connection } }: Runtime,
  contents: readonly FoundContent[],
  reproject: (rootKeys: readonly Key[], positions: readonly number[]) => number,
): void {
  batch.flush();
  const roots = [...new Set(contents.map(({ rootKey }) => rootKey).filter((key) => key !== null))];
  deleteContents(
    connection,
    contents.map(({ position }) => position),
  );
  deleteSnapshots(connection, roots);
  for (const rootKey of roots) batch.forget(rootKey);
  const alone = contents.filter(({ rootKey }) => rootKey === null).map(({ position }) => position);
  reproject(roots, alone);
}

async function certify(
  { runtime, trail }: ErasureParts,
  { legalGround, reason }: ErasureRequest,
  { contents }: Found,
  { pseudonyms }: ErasurePlan,
  remaining: readonly Remaining[],
  actor: Actor,
): Promise<SignedCertificate> {
  const { knex, connection } = runtime.store;
  const exported = await findAuditRows(knex, { types: ['audit exported'] }, { order: 'asc' });
  return runtime.commit((batch) => {
    const erasureKey = batch.nextKey();
    const signed = signCertificate(
      {
        certificate: 'countersign erasure v1',
        origin: trail.origin,
        erasureKey: keyText(erasureKey),
        at: new Date(batch.now).toISOString(),
        legalGround,
        rows: contents.map(({ position, commitment }) => ({ position, commitment })),
        pseudonyms,
        remaining,
        exports: exported.rows.map(({ at, data }) => {
          const { format, sha256 } = data as { format: string; sha256: string | null };
          return { at, format, sha256 };
        }),
      },
      trail.sign,
    );
    saveErasure(connection, erasureKey, batch.now, signed);
    const event = { erasureKey, legalGround, reason, rows: contents.length, persons: pseudonyms };
    batch.record(serverEvent('content erased', { ...event, certificate: signed.sha256 }), actor);
    return signed;
  });
}
