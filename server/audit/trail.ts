/** Puts the proof of the audit trail together: key, sequencer, checkpoint file. One for each server. */
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Actor } from '@countersign/engine';
import type { Runtime } from '../runtime/runtime.js';
import { createTreeRows, readKeys } from '../store/audit-tree.js';
import type { StoredCheckpoint, StoredKey } from '../store/audit-tree.js';
import { serverEvent } from '../store/journal-events.js';
import { readSetting, writeSetting } from '../store/queries/settings.js';
import type { Store } from '../store/store.js';
import { openCheckpointFile, readLastWritten } from './checkpoints/checkpoint-file.js';
import { openSigningKey, rotateSigningKey } from './checkpoints/signing-key.js';
import { createAlarm } from './proof/alarm.js';
import type { Alarm } from './proof/alarm.js';
import { startPatrol } from './proof/patrol.js';
import { checkStoredTree } from './sequencer/integrity.js';
import type { LeafWork } from './sequencer/leaves.js';
import { newestPlace, oldestAfter } from '../store/leaf-reader.js';
import { startSequencer } from './sequencer/sequencer.js';
import type { SequencerFigures } from './sequencer/sequencer.js';
import { startLeafThread } from './sequencer/thread.js';

/** Where the proof of a trail is kept. */
export interface TrailFiles {
  /** The path of the SQLite file, or the address of the PostgreSQL database. */
  readonly database: string;
  /** The file of the signing key. */
  readonly keyFile: string;
  /** The file that checkpoints are added to. */
  readonly checkpointFile: string;
}

/** What a trail may be given besides. */
export interface TrailOptions {
  readonly onError: (error: unknown, what: string) => void;
  /** Hashes rows; in a thread of its own where absent. */
  readonly work?: LeafWork;
  /** Milliseconds between the beginnings of two rounds of the sequencer. */
  readonly interval?: number;
}

/** The audit trail's proof while the server runs. */
export interface AuditTrail {
  /** The log's name, in every checkpoint. */
  readonly origin: string;
  /** Told of what no caller can be told, and of rows that are not the recorded ones. */
  readonly onError: TrailOptions['onError'];
  figures(): SequencerFigures;
  /** Raised for rows that are not what was recorded. */
  readonly alarm: Alarm;
  /** Runs until every row that is committed now has its checkpoint. */
  catchUp(): Promise<void>;
  /** Goes over to a new signing key, and journals who did it; answers the key. */
  rotateKey(actor: Actor): Promise<StoredKey>;
  /** Signs a text that ends in a line break as a note, with the log's key. */
  sign(text: string): string;
  /** Calls `listener` with each checkpoint after its commit. */
  onCheckpoint(listener: (checkpoint: StoredCheckpoint) => void): void;
  /** Has `take` called with each checkpoint that is wanted outside at once; it must not throw. */
  anchorWith(take: (checkpoint: StoredCheckpoint) => Promise<void>): void;
  /** Fulfilled when those took the checkpoint, or could not in their time. */
  anchorNow(checkpoint: StoredCheckpoint): Promise<void>;
  close(): Promise<void>;
}

const ORIGIN = 'audit.origin';

/**
 * The paths beside a SQLite file where its key and its checkpoints are kept; beside `folder` for another database.
 * Throws where that is no path: a key must not land in the working directory under the name of an address.
 */
export function trailFiles(database: string, folder: string | undefined = database): TrailFiles {
  if (!folder || folder === ':memory:' || /^[a-z]+:\/\//.test(folder)) {
    throw new Error('The audit trail needs the path of a file to keep its key and its checkpoints beside');
  }
  return { database, keyFile: `${folder}.signing-key.pem`, checkpointFile: `${folder}.checkpoints.jsonl` };
}

/** The log's name: made once for each database, so that no two trails can be mistaken for each other. */
export async function readOrigin(runtime: Pick<Runtime, 'store'>): Promise<string> {
  const { knex } = runtime.store;
  const known = await readSetting(knex, ORIGIN);
  if (known !== null) return known;
  return writeSetting(knex, ORIGIN, `countersign.audit/${randomBytes(8).toString('hex')}`);
}

/**
 * Looks whether the stored trail is the one that was signed last, before a runtime writes to it: rows that it adds first
 * would take the place of rows that were removed. Throws where it is not.
 */
export async function inspectTrail({ knex }: Pick<Store, 'knex'>, checkpointFile: string): Promise<void> {
  const origin = await readSetting(knex, ORIGIN);
  if (origin !== null) await checkStoredTree(knex, origin, await readLastWritten(checkpointFile));
}

/** Starts the proof of the runtime's trail. Throws where the key is not the log's, or the tree is not the one that was signed last. */
export async function openAuditTrail(
  runtime: Runtime,
  files: TrailFiles,
  { onError, interval, work = startLeafThread(files.database) }: TrailOptions,
): Promise<AuditTrail> {
  const { knex, connection } = runtime.store;
  const origin = await readOrigin(runtime);
  for (const path of [files.keyFile, files.checkpointFile]) mkdirSync(dirname(path), { recursive: true });
  await checkStoredTree(knex, origin, await readLastWritten(files.checkpointFile));
  const opened = openSigningKey(files.keyFile, origin, await readKeys(knex), Date.now());
  const file = openCheckpointFile(files.checkpointFile, onError);
  const listeners: ((checkpoint: StoredCheckpoint) => void)[] = [file.add];
  const anchors: ((checkpoint: StoredCheckpoint) => Promise<void>)[] = [];
  const rows = createTreeRows(connection);
  const lease = runtime.lease('sequencer');
  await lease.take();
  const sequencer = await startSequencer({
    knex,
    work,
    origin,
    checkpointFile: files.checkpointFile,
    opened,
    interval,
    onError,
    now: runtime.clock.now,
    newestPlace: () => newestPlace({ dialect: connection.dialect, knex }),
    oldestAfter: (place) => oldestAfter(connection.dialect, knex, place),
    turn: lease.take,
    giveTurnUp: lease.giveUp,
    commit: (write) =>
      runtime.commit(() => {
        lease.guard();
        write(rows);
      }),
    onCheckpoint: (checkpoint) => {
      for (const listener of listeners) listener(checkpoint);
    },
  });
  runtime.onRows(sequencer.wake);
  const alarm = createAlarm(onError, Date.now);
  const patrol = startPatrol({ knex, alarm, onError });

  return {
    origin,
    onError,
    alarm,
    figures: sequencer.figures,
    catchUp: sequencer.catchUp,
    sign: sequencer.sign,
    async rotateKey(actor) {
      const stored = await sequencer.rotate((former, keys, size) =>
        rotateSigningKey(files.keyFile, former, keys, size, Date.now()),
      );
      const { number, key } = stored;
      await runtime.record(serverEvent('audit key changed', { number, key }), actor);
      return stored;
    },
    onCheckpoint: (listener) => void listeners.push(listener),
    anchorWith: (take) => void anchors.push(take),
    async anchorNow(checkpoint) {
      await Promise.all(anchors.map((take) => take(checkpoint)));
    },
    async close() {
      await patrol.close();
      await sequencer.close();
      await file.settled();
    },
  };
}
