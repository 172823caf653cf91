/**
 * Grows the Merkle tree over the journal and signs a checkpoint of it, off the commit path: rows are read and hashed
 * in a thread of their own, and what comes out is written in a group commit. While there is work a checkpoint is
 * signed at least every second; figures say how long rows waited for theirs.
 */
import { setTimeout as setTimeoutLater } from 'node:timers/promises';
import { checkpointText, formatNote, toBase64 } from '@countersign/engine';
import type { Knex } from 'knex';
import { lastCheckpoint, readKeys, readTile } from '../../store/audit-tree.js';
import type { StoredCheckpoint, StoredKey, StoredTile, TreeRows } from '../../store/audit-tree.js';
import { every } from '../../guarded.js';
import { Unavailable } from '../../runtime/errors.js';
import { isDatabaseAway } from '../../store/failure.js';
import { hasReached } from '../../store/leaf-reader.js';
import type { OpenedKey, Signer } from '../checkpoints/signing-key.js';
import { checkStoredTree } from './integrity.js';
import type { LeafWork, Round, TreeState } from './leaves.js';

/** What a sequencer is made of. */
export interface SequencerParts {
  readonly knex: Knex;
  readonly work: LeafWork;
  readonly origin: string;
  /** Where the checkpoints of this server are kept beside the database, to be named in what goes wrong. */
  readonly checkpointFile: string;
  readonly opened: OpenedKey;
  /** Runs `write` in a transaction; fulfilled when it is committed. */
  readonly commit: (write: (rows: TreeRows) => void) => Promise<void>;
  /** Of several nodes one grows the tree: asks whether it is this one, and whether another may have grown it since. */
  readonly turn: () => Promise<'kept' | 'taken' | 'none'>;
  /** This node cannot do it now: another one may. Never fails. */
  readonly giveTurnUp: () => Promise<void>;
  /** The time of the first committed row after a place, whichever node wrote it; null where there is none. */
  readonly oldestAfter: (place: string) => Promise<number | null>;
  /** The place of the last row that is committed by now. */
  readonly newestPlace: () => Promise<string>;
  readonly now: () => number;
  /** Told of each checkpoint after its commit. */
  readonly onCheckpoint: (checkpoint: StoredCheckpoint) => void;
  readonly onError: (error: unknown, what: string) => void;
  /** Milliseconds between the beginnings of two rounds. */
  readonly interval?: number;
}

/** How far the tree is. Times in milliseconds. */
export interface SequencerFigures {
  readonly leaves: number;
  /** When the last checkpoint was signed; null before the first. */
  readonly checkpointAt: number | null;
  /** How long the oldest row without a checkpoint has waited by now; 0 where there is none. */
  readonly lag: number;
  /** How long the longest-waiting row of the last checkpoint had waited for it; after a start that of the last one before. */
  readonly lastWait: number;
  /** The longest wait since the server started; that of rows from before begins with the start. */
  readonly longestWait: number;
}

/** A running sequencer. */
export interface Sequencer {
  readonly origin: string;
  /** Rows were committed. */
  wake(): void;
  /** Runs until every row that is committed now has its checkpoint. */
  catchUp(): Promise<void>;
  /** Goes over to a new signing key; `rotate` is given the present one, the log's keys and the tree's size. */
  rotate(rotate: (former: Signer, keys: readonly StoredKey[], size: number) => Rotation): Promise<StoredKey>;
  /** Signs a text with the log's key. */
  sign(text: string): string;
  figures(): SequencerFigures;
  /** Ends after the round that is under way. */
  close(): Promise<void>;
}

/** A change of keys that is ready to be stored. */
export interface Rotation {
  readonly signer: Signer;
  readonly announced: StoredKey;
  finish(): void;
}

const INTERVAL = 400;
/** Milliseconds before it is tried again, where the database is away or another node has its turn; longer each time that this node fails. */
const RETRY_AFTER = 2_000;
const LONGEST_RETRY = 30_000;
/** Milliseconds between two looks for rows that wait, for those that other nodes write. */
const LOOK_EVERY = 2_000;
/** Milliseconds that whoever wants every row in the tree waits for transactions of others, and between two looks. */
const PATIENCE = 30_000;
const LOOK_AGAIN = 50;
const HELD =
  'Rows of the audit trail are not in its tree yet: a transaction has been open in PostgreSQL for long, or the node that ' +
  'grows the tree does not get on. Try again later; pg_stat_activity tells which transaction it is';

/** Starts the sequencer where the stored tree stands. Throws where the tree in the database cannot be continued. */
export async function startSequencer(parts: SequencerParts): Promise<Sequencer> {
  const { knex, work, origin, commit, now, onError, interval = INTERVAL } = parts;
  const { announced } = parts.opened;
  let { signer } = parts.opened;
  let last = await lastCheckpoint(knex);
  if (announced) await commit((rows) => rows.saveKey(announced));
  work.begin(await readState(knex, last));
  /** Whether the tree in memory is the stored one. After a failure a commit may have happened or not, or the database be another. */
  let isSure = true;
  let longestWait = 0;
  let isBehind = true;
  let waitingSince: number | null = null;
  /** Since when the oldest row waits that a look found. */
  let foundWaitingSince: number | null = null;
  let failures = 0;
  let isClosed = false;
  /** Whether a round has begun or waits for its turn, and whether another one is wanted after it. */
  let isRunning = false;
  let isWanted = false;
  let timer: NodeJS.Timeout | undefined;
  let chain: Promise<unknown> = Promise.resolve();
  let lastBegun = 0;
  /** When everything was last taken that could be seen: a row that was not among it was committed later, whatever time it bears. */
  let seenAllAt = now();

  /** One after the other: rounds and changes of keys. */
  const inTurn = <T>(act: () => Promise<T>): Promise<T> => {
    const turn = chain.then(act);
    chain = turn.catch(() => undefined);
    return turn;
  };

  const store = async (round: Round): Promise<void> => {
    const text = checkpointText({ origin, size: round.size, root: round.root });
    const note = formatNote({ text, signatures: [signer.sign(text)] });
    const at = now();
    // Of rows from before the start nothing better is known than the time they bear.
    const waited = Math.max(0, at - (isBehind ? round.oldest : Math.max(round.oldest, seenAllAt)));
    const { size, place } = round;
    const checkpoint = { size, root: toBase64(round.root), at, note, place, waited };
    await commit((rows) => {
      for (const tile of round.tiles) rows.saveTile(tile);
      rows.saveCheckpoint(checkpoint);
    });
    last = checkpoint;
    longestWait = Math.max(longestWait, now() - Math.max(round.oldest, seenAllAt));
    parts.onCheckpoint(checkpoint);
  };

  /** Goes on from what is stored, which must not be less than what this server signed. */
  const beginAnew = async (): Promise<void> => {
    isSure = false;
    await checkStoredTree(knex, origin, last ? { ...last, path: parts.checkpointFile } : null);
    last = await lastCheckpoint(knex);
    work.begin(await readState(knex, last));
    isSure = true;
  };

  /** One round; after how many milliseconds the next has to follow, at once where more rows wait. */
  const round = async (): Promise<number | null> => {
    // Those who wait for their turn when the server stops would hold it up.
    if (isClosed) return null;
    lastBegun = performance.now();
    const waited = waitingSince;
    waitingSince = null;
    try {
      const turn = await parts.turn();
      if (turn === 'none') {
        // The other node may end: then this one goes on.
        return RETRY_AFTER;
      }
      if (turn === 'taken' || !isSure) await beginAnew();
      const lookedAt = now();
      const done = await work.next();
      if (done) await store(done);
      failures = 0;
      if (done?.isMore) waitingSince = waited;
      else {
        isBehind = false;
        seenAllAt = lookedAt;
        // Of rows that an open transaction holds back the next look tells.
        foundWaitingSince = null;
      }
      return done?.isMore ? 0 : null;
    } catch (error) {
      waitingSince = waited;
      // What the tree was given in memory may be stored or not: the next round asks, as long as it takes.
      isSure = false;
      await parts.giveTurnUp();
      throw error;
    }
  };

  /** Whether rows wait that nobody told of: another node wrote them, and perhaps no node takes them. */
  const look = async (): Promise<void> => {
    const at = now();
    const newest = await lastCheckpoint(knex);
    const oldest = await parts.oldestAfter(newest?.place ?? '');
    if (oldest === null) {
      isBehind = false;
      seenAllAt = at;
      foundWaitingSince = null;
      return;
    }
    foundWaitingSince = Math.min(at, isBehind ? oldest : Math.max(oldest, seenAllAt));
    runSoon(Math.max(0, interval - (performance.now() - lastBegun)));
  };

  const pauseAfter = (error: unknown): number => {
    if (isDatabaseAway(error instanceof Unavailable ? error.cause : error)) return RETRY_AFTER;
    failures += 1;
    return Math.min(RETRY_AFTER * 2 ** (failures - 1), LONGEST_RETRY);
  };

  const runSoon = (delay: number): void => {
    if (timer || isClosed) return;
    if (isRunning) {
      isWanted = true;
      return;
    }
    timer = setTimeout(() => {
      timer = undefined;
      isRunning = true;
      isWanted = false;
      inTurn(round).then(
        (next) => {
          isRunning = false;
          if (next !== null) runSoon(next);
          else if (isWanted) runSoon(interval);
        },
        (error: unknown) => {
          isRunning = false;
          onError(error, 'growing the tree of the audit trail');
          runSoon(pauseAfter(error));
        },
      );
    }, delay);
    timer.unref();
  };
  runSoon(0);
  const stopLooking = every(LOOK_EVERY, 'looking for rows that wait for the tree', look, onError);
  const since = (): number | null => {
    if (waitingSince === null || foundWaitingSince === null) return waitingSince ?? foundWaitingSince;
    return Math.min(waitingSince, foundWaitingSince);
  };

  return {
    origin,
    wake() {
      waitingSince ??= now();
      runSoon(Math.max(0, interval - (performance.now() - lastBegun)));
    },
    async catchUp() {
      const goal = await parts.newestPlace();
      const began = performance.now();
      for (;;) {
        while ((await inTurn(round)) === 0);
        if (hasReached((await lastCheckpoint(knex))?.place ?? '', goal)) return;
        if (performance.now() - began > PATIENCE) throw new Unavailable(HELD, RETRY_AFTER);
        await setTimeoutLater(LOOK_AGAIN);
      }
    },
    rotate: (rotate) =>
      inTurn(async () => {
        const {
          signer: next,
          announced: key,
          finish,
        } = rotate(signer, await readKeys(knex), last?.size ?? 0);
        await commit((rows) => rows.saveKey(key));
        finish();
        signer = next;
        return key;
      }),
    sign: (text) => formatNote({ text, signatures: [signer.sign(text)] }),
    figures: () => ({
      leaves: last?.size ?? 0,
      checkpointAt: last?.at ?? null,
      lag: Math.max(0, now() - (since() ?? now())),
      lastWait: last?.waited ?? 0,
      longestWait,
    }),
    async close() {
      isClosed = true;
      stopLooking();
      clearTimeout(timer);
      await chain;
      await work.close();
    },
  };
}

/** The stored tree with the tiles at its right edge. */
async function readState(knex: Knex, last: StoredCheckpoint | undefined): Promise<TreeState> {
  const size = last?.size ?? 0;
  const edges: StoredTile[] = [];
  for (let level = 0; 256 ** level <= size; level += 1) {
    const tile = await readTile(knex, level, Math.floor(size / 256 ** (level + 1)));
    if (tile) edges.push(tile);
  }
  return { size, place: last?.place ?? '', edges };
}
