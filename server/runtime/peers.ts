/**
 * Life among other servers on one database. Every node may run every instance; after each commit it calls
 * out what others may wait for: jobs it has no worker for, a timer that is due earlier, a message that
 * expires, a deployment, and live notices while pages watch elsewhere. Calls can be lost with a connection or
 * a node, so each node also looks for itself every few seconds.
 */
import { readJson, writeJson } from '@countersign/engine';
import type { Key } from '@countersign/engine';
import { every, guarded, listener } from '../guarded.js';
import type { Nodes } from '../store/nodes.js';
import type { Wire } from '../store/postgres/wire.js';
import { createAwaitedElsewhere } from './awaited-elsewhere.js';
import type { Batch } from './batch.js';
import { createClockCheck } from './clock-difference.js';
import type { LiveNotice } from './live.js';

/** What a node hears, and does about it. */
export interface PeerParts {
  readonly id: string;
  readonly nodes: Nodes;
  /** Connects to the other nodes; `heard` and `missed` as in `createWire`. */
  connect(heard: (text: string) => void, missed: () => void): Wire;
  /** Whether pages watch this node. */
  isWatched(): boolean;
  /** Whether this node left jobs of the type for others. */
  hasLeft(jobType: string): boolean;
  /** Looks for jobs of these types, of all types where null. */
  lookForJobs(types: readonly string[] | null): void;
  /** Looks for due timers at a time. */
  lookForTimers(time: number): void;
  /** Looks for expired messages at a time. */
  lookForExpired(time: number): void;
  /** Something was deployed. */
  refresh(): Promise<void>;
  /** Something was erased: forgets what this node remembers of it. */
  forgetErased(): void;
  /** Who is who, or who may what, is another. */
  accessChanged(): void;
  /** The instances and user tasks that callers of this node wait for. */
  awaited(): readonly Key[];
  /** Those of them that this was not asked for before. */
  takeAwaited(): readonly Key[];
  /** Looks whether another node has brought about what callers wait for: of these keys, of all where null. */
  lookForAwaited(keys: readonly Key[] | null): Promise<void>;
  show(notices: readonly LiveNotice[]): void;
  now(): number;
  /** Whether the clock goes by itself: one that is set by hand is nobody's to compare. */
  isClockReal(): boolean;
  readonly onError: (error: unknown, what: string) => void;
}

/** A node among others. */
export interface Peers {
  /** Whether pages watch any other node. */
  areWatching(): boolean;
  /** Tells others of a committed batch. */
  tell(batch: Batch): void;
  stop(): Promise<void>;
}

interface Call {
  readonly node: string;
  /** Types of jobs; null for any. */
  readonly jobs?: readonly string[] | null;
  readonly due?: number;
  readonly expiry?: number;
  readonly deployed?: boolean;
  readonly erased?: boolean;
  readonly access?: boolean;
  /** Whether the node has only now begun to listen. */
  readonly isNew?: boolean;
  /** What callers of this node wait for. */
  readonly awaits?: readonly Key[];
  /** What this node has brought about, and callers of others wait for. */
  readonly settled?: readonly Key[];
  readonly notices?: readonly LiveNotice[];
}

/** The bytes of one call: PostgreSQL takes less than 8,000. */
const MAX_CALL = 7_900;

const BEAT_EVERY = 2_000;
const LOOK_EVERY = 5_000;

/** Begins to live among others; fulfilled when the node is known to them. */
export async function startPeers(parts: PeerParts): Promise<Peers> {
  const { id, nodes, onError } = parts;
  const clocks = createClockCheck();
  const started = parts.now();
  let others = await nodes.beat(parts.isWatched());
  if (parts.isClockReal() && others.time !== null) clocks.atStart(started, others.time, parts.now());
  let waiting = new Set<string>();
  let anyJobs = false;
  let due = Infinity;
  let expiry = Infinity;
  let deployed = false;
  let erased = false;
  let access = false;
  let notices: LiveNotice[] = [];
  let awaits: Key[] = [];
  let settled: Key[] = [];
  let isNew = false;
  let isStarted = false;
  let isCalling = false;
  const elsewhere = createAwaitedElsewhere();

  const look = (): void => {
    parts.lookForJobs(null);
    parts.lookForTimers(parts.now());
    parts.lookForExpired(parts.now());
    lookForAwaited(null);
  };
  const lookForAwaited = (keys: readonly Key[] | null): void => {
    parts.lookForAwaited(keys).catch((error: unknown) => onError(error, 'looking for what callers wait for'));
  };
  const missed = (): void => {
    parts.forgetErased();
    parts.accessChanged();
    parts.refresh().catch((error: unknown) => onError(error, 'reading deployments of other nodes'));
    // A start has just looked for itself.
    if (isStarted) look();
    isStarted = true;
    isNew = true;
    awaits.push(...parts.awaited());
    void send();
  };
  const wire = parts.connect(
    listener('hearing another node', (text: string) => hear(text), onError),
    listener('looking again after calls were lost', missed, onError),
  );

  const hear = (text: string): void => {
    const call = readCall(text);
    if (!call || call.node === id) return;
    others = { ...others, count: Math.max(1, others.count) };
    if (call.jobs !== undefined) parts.lookForJobs(call.jobs);
    if (call.due !== undefined) parts.lookForTimers(call.due);
    if (call.expiry !== undefined) parts.lookForExpired(call.expiry);
    if (call.deployed) missedDeployment();
    if (call.erased) parts.forgetErased();
    if (call.access) parts.accessChanged();
    if (call.settled) lookForAwaited(call.settled);
    if (call.awaits) settled.push(...elsewhere.add(call.awaits));
    if (call.isNew) awaits.push(...parts.awaited());
    if (call.awaits || call.isNew) void send();
    if (call.notices && call.notices.length > 0) parts.show(call.notices);
  };
  const missedDeployment = (): void => {
    parts.refresh().catch((error: unknown) => onError(error, 'reading a deployment of another node'));
  };

  /** Calls what has gathered, one call after the other: what comes meanwhile waits for the next. */
  const send = async (): Promise<void> => {
    if (isCalling) return;
    isCalling = true;
    try {
      while (
        waiting.size > 0 ||
        anyJobs ||
        due < Infinity ||
        expiry < Infinity ||
        deployed ||
        erased ||
        access ||
        isNew ||
        awaits.length > 0 ||
        settled.length > 0 ||
        notices.length > 0
      ) {
        const calls = writeCalls(id, {
          waiting,
          anyJobs,
          due,
          expiry,
          deployed,
          erased,
          access,
          isNew,
          awaits,
          settled,
          notices,
        });
        waiting = new Set();
        [anyJobs, due, expiry, deployed, erased, notices] = [false, Infinity, Infinity, false, false, []];
        [isNew, access, awaits, settled] = [false, false, [], []];
        for (const text of calls) await wire.call(text);
      }
    } catch (error) {
      onError(error, 'calling other nodes');
    } finally {
      isCalling = false;
    }
  };

  const beat = async (): Promise<void> => {
    const before = parts.now();
    others = await nodes.beat(parts.isWatched());
    lookForAwaited(null);
    if (!parts.isClockReal() || others.time === null) return;
    const warning = clocks.later(before, others.time, parts.now());
    if (warning !== null) onError(new Error(warning), 'comparing clocks');
  };
  const stopBeating = every(BEAT_EVERY, 'telling other nodes that this one lives', beat, onError);
  const stopLooking = every(LOOK_EVERY, 'looking for what other nodes left', look, onError);
  await wire.tried;

  return {
    areWatching: () => others.areWatching,
    tell({ changes }) {
      const done = [...changes.endedRoots, ...changes.settledTasks.map(({ key }) => key)];
      settled.push(...elsewhere.settle(done));
      // Of an erasure, and of a change of access, one that came a moment ago has to hear, too.
      if (others.count === 0 && !changes.hasErased && !changes.hasAccess) return;
      for (const type of changes.createdJobs.keys()) if (parts.hasLeft(type)) waiting.add(type);
      anyJobs ||= changes.jobsChanged;
      due = Math.min(due, changes.nextDue);
      expiry = Math.min(expiry, changes.nextExpiry);
      deployed ||= changes.hasDeployed;
      erased ||= changes.hasErased;
      access ||= changes.hasAccess;
      awaits.push(...parts.takeAwaited().filter((key) => !done.includes(key)));
      if (others.areWatching) notices.push(...changes.notices);
      void send();
    },
    async stop() {
      stopBeating();
      stopLooking();
      await wire.close();
      // Who cannot say goodbye is gone a few seconds later.
      await guarded('leaving the other nodes', nodes.leave, onError);
    },
  };
}

interface Gathered {
  readonly waiting: ReadonlySet<string>;
  readonly anyJobs: boolean;
  readonly due: number;
  readonly expiry: number;
  readonly deployed: boolean;
  readonly erased: boolean;
  readonly access: boolean;
  readonly isNew: boolean;
  readonly awaits: readonly Key[];
  readonly settled: readonly Key[];
  readonly notices: readonly LiveNotice[];
}

/** Keys that fit into one call. */
const KEYS_OF_A_CALL = 400;

/** One call, and more for keys and notices. Names that are too long for a call say: any. */
function writeCalls(node: string, gathered: Gathered): string[] {
  const { waiting, anyJobs, due, expiry, deployed, erased, access, isNew } = gathered;
  const { awaits, settled, notices } = gathered;
  const types = [...waiting];
  const isLong = Buffer.byteLength(writeJson(types)) > MAX_CALL / 2;
  const head: Call = {
    node,
    ...((anyJobs || types.length > 0) && { jobs: anyJobs || isLong ? null : types }),
    ...(due < Infinity && { due }),
    ...(expiry < Infinity && { expiry }),
    ...(deployed && { deployed }),
    ...(erased && { erased }),
    ...(access && { access }),
    ...(isNew && { isNew }),
  };
  const calls = [writeJson(head)];
  for (const keys of inPieces(awaits)) calls.push(writeJson({ node, awaits: keys }));
  for (const keys of inPieces(settled)) calls.push(writeJson({ node, settled: keys }));
  let part: LiveNotice[] = [];
  let size = 0;
  for (const notice of notices) {
    const bytes = Buffer.byteLength(writeJson(notice)) + 1;
    if (size + bytes > MAX_CALL - 200) {
      calls.push(writeJson({ node, notices: part }));
      [part, size] = [[], 0];
    }
    part.push(notice);
    size += bytes;
  }
  if (part.length > 0) calls.push(writeJson({ node, notices: part }));
  return calls;
}

function inPieces(keys: readonly Key[]): Key[][] {
  const count = Math.ceil(keys.length / KEYS_OF_A_CALL);
  return Array.from({ length: count }, (_, index) =>
    keys.slice(index * KEYS_OF_A_CALL, (index + 1) * KEYS_OF_A_CALL),
  );
}

/** A call as a node writes it; null for anything else that is called in the database. */
function readCall(text: string): Call | null {
  try {
    const call = readJson(text) as Partial<Call> | null;
    if (typeof call !== 'object' || typeof call?.node !== 'string') return null;
    const { node, jobs, due, expiry, deployed, erased, access, isNew, awaits, settled, notices } = call;
    return {
      node,
      ...((jobs === null || Array.isArray(jobs)) && { jobs }),
      ...(typeof due === 'number' && { due }),
      ...(typeof expiry === 'number' && { expiry }),
      ...(Array.isArray(awaits) && { awaits }),
      ...(Array.isArray(settled) && { settled }),
      deployed: deployed === true,
      erased: erased === true,
      access: access === true,
      isNew: isNew === true,
      notices: Array.isArray(notices) ? notices : [],
    };
  } catch {
    return null;
  }
}
