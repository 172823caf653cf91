/**
 * An export: the rows of a filter as a file, streamed. Memory does not grow with the rows, whoever stops reading stops
 * the work, and however it ends, the journal says who took what: that row is committed before the file's end is
 * given out, with the SHA-256 of every byte.
 */
import { createHash } from 'node:crypto';
import type { Actor, Key } from '@countersign/engine';
import { serverEvent } from '../store/journal-events.js';
import type { AuditExported } from '../store/journal-events.js';
import { lastCheckpoint } from '../store/audit-tree.js';
import { openSnapshot } from '../store/snapshots.js';
import type { Snapshot } from '../store/snapshots.js';
import { findDefinitionXml } from '../store/queries/process-definitions.js';
import type { Runtime } from '../runtime/runtime.js';
import { Unavailable } from '../runtime/errors.js';
import { createFindProcess } from './definitions.js';
import { toQuery } from './filter.js';
import type { AuditFilter } from './filter.js';
import type { ExportSource } from './formats/format.js';
import type { ExportFormat } from './formats/index.js';
import { createNameActor } from './people.js';
import { compareJournal } from './proof/compare.js';
import { openRows, rowsUntil } from './rows.js';
import type { AuditRows } from './rows.js';
import type { AuditTrail } from './trail.js';
import { recordExported } from './views/exported.js';

/** What is exported, and for whom. */
export interface ExportRequest {
  readonly filter: AuditFilter;
  readonly format: ExportFormat;
  /** The report template that the format writes; null for rows. */
  readonly report: string | null;
  readonly actor: Actor;
  /** The log that the rows are of: the file names it as its origin. */
  readonly trail: Pick<AuditTrail, 'origin' | 'sign' | 'catchUp' | 'alarm'>;
  /** The schedule that runs it; null where somebody asked. */
  readonly schedule: Key | null;
}

/** A file on its way. */
export interface Export {
  /** A name for the file: what it holds, and when it was made. */
  readonly fileName: string;
  readonly mediaType: string;
  /** The file. To be read once; ending early is an interruption, and is journalled as one. */
  readonly bytes: AsyncGenerator<Uint8Array>;
  /** What was journalled about it; null until `bytes` has ended. */
  result(): AuditExported | null;
}

/** Exports at once: more would take the processor from those who do the work. */
const MOST = 4;

const running = new WeakMap<Runtime, number>();

/** Bytes that are gathered before they are given out. */
const PIECE = 64 * 1024;

/** Opens an export; nothing is read before its bytes are. Throws `Unavailable` where too many run. */
export function openExport(runtime: Runtime, request: ExportRequest): Export {
  const { format, report } = request;
  const at = runtime.clock.now();
  const stamp = new Date(at).toISOString().slice(0, 19).replaceAll(':', '-');
  let result: AuditExported | null = null;

  async function* bytes(): AsyncGenerator<Uint8Array> {
    if ((running.get(runtime) ?? 0) >= MOST) throw new Unavailable('Too many exports run at once', 5000);
    running.set(runtime, (running.get(runtime) ?? 0) + 1);
    const hash = createHash('sha256');
    const sum = { rows: 0, bytes: 0 };
    const found: Findings = { failure: null };
    let outcome: AuditExported['outcome'] = 'interrupted';
    let snapshot: Snapshot | undefined;
    try {
      if (format.tellsOfTree) await request.trail.catchUp();
      snapshot = await openSnapshot(runtime.store.knex);
      const source = write(runtime, snapshot, request, at, { sum, found });
      for await (const piece of inPieces(await source)) {
        hash.update(piece);
        sum.bytes += piece.length;
        yield piece;
      }
      outcome = found.failure === null ? 'complete' : 'failed';
    } catch (error) {
      outcome = 'failed';
      throw error;
    } finally {
      await snapshot?.close();
      running.set(runtime, (running.get(runtime) ?? 1) - 1);
      result = {
        format: format.name,
        report,
        query: toQuery(request.filter),
        ...sum,
        sha256: outcome === 'complete' ? hash.digest('hex') : null,
        outcome,
        schedule: request.schedule,
      };
      await runtime.record(serverEvent('audit exported', result), request.actor);
    }
  }

  return {
    fileName: `${report ?? 'audit'}-${stamp}.${format.extension}`,
    mediaType: format.mediaType,
    bytes: bytes(),
    result: () => result,
  };
}

/** What a format has said about its file besides its bytes. */
interface Findings {
  failure: Error | null;
}

async function write(
  runtime: Runtime,
  store: Snapshot,
  { format, filter, actor, trail }: ExportRequest,
  now: number,
  { sum, found }: { readonly sum: { rows: number }; readonly found: Findings },
): Promise<AsyncGenerator<string | Uint8Array>> {
  const findProcess = createFindProcess(runtime.definitions);
  const rows = await openRows(store, filter, findProcess);
  await recordExported(runtime, rows, actor);
  const select = (selected: AuditFilter): AuditRows => rowsUntil(store, selected, findProcess, rows.until);
  const count = (more: number): void => {
    sum.rows += more;
  };
  let compared: ReturnType<ExportSource['compare']> | undefined;
  return format.write({
    rows,
    filter,
    findProcess,
    nameActor: createNameActor(store),
    definitionXml: (key) => findDefinitionXml(store.knex, Number(key)),
    instance: (processInstanceKey) => select({ processInstanceKey }),
    ofTypes: (types) =>
      select({ ...filter, types: types.filter((type) => filter.types?.includes(type) ?? true) }),
    everything: (types) => select(types === undefined ? {} : { types }),
    compare: () => (compared ??= compare(store, trail)),
    sign: trail.sign,
    actor,
    now,
    origin: trail.origin,
    count,
    fail(reason) {
      found.failure = reason;
    },
  });
}

/** Compares the journal once; what differs is an alarm. */
async function compare(
  { knex }: Snapshot,
  { alarm }: ExportRequest['trail'],
): ReturnType<ExportSource['compare']> {
  const checkpoint = await lastCheckpoint(knex);
  if (!checkpoint) return null;
  const comparison = await compareJournal(knex, checkpoint);
  alarm.raise(comparison.differing);
  return { checkpoint, comparison };
}

/** The same bytes in pieces of a size that is good to send: a reader that stops is noticed soon. */
async function* inPieces(source: AsyncGenerator<string | Uint8Array>): AsyncGenerator<Uint8Array> {
  let text = '';
  for await (const part of source) {
    if (typeof part === 'string') {
      text += part;
      if (text.length < PIECE) continue;
    }
    yield* cut(Buffer.from(text));
    text = '';
    if (typeof part !== 'string') yield* cut(part);
  }
  yield* cut(Buffer.from(text));
}

function* cut(bytes: Uint8Array): Generator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += PIECE) yield bytes.subarray(from, from + PIECE);
}
