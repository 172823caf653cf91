/**
 * Job streams: a worker opens one request, says how many jobs it can hold, and is given jobs as they appear.
 *
 * A stream holds a job from its lease until the lease is over: the job was completed, failed or cancelled, threw an
 * error, or its time has passed. It stands in the line of its type while it holds less than it can and its connection
 * takes more. What ends a lease in a batch of this node makes room in that batch, so that a worker gets its next job in
 * the commit of its completion. What another node ended is read from the table: where nodes share a database, a full
 * stream looks now and then.
 */
import type { Key } from '@countersign/engine';
import { every } from '../guarded.js';
import type { Batch } from '../runtime/batch.js';
import type { Clock } from '../runtime/clock.js';
import type { GroupCommit } from '../runtime/group-commit.js';
import type { ActivatedJob, JobStream, StreamJobsRequest } from '../runtime/runtime.js';
import type { JobRows } from '../store/job-rows.js';
import { createAlarm } from './alarm.js';
import type { Alarm } from './alarm.js';

/** Whoever stands in the line of a job type. */
export interface Taker {
  readonly request: Pick<StreamJobsRequest, 'type' | 'worker' | 'actor' | 'timeoutMs' | 'fetchVariables'>;
  /** Whether it takes one job in its turn, again and again; otherwise all it asked for at once, and leaves. */
  readonly isStream: boolean;
  /** Whether it has had its answer, or its worker has gone. */
  isOver: boolean;
  /** How many jobs it can be given now. */
  room(): number;
  /** Hands it jobs whose lease is committed. */
  answer(jobs: readonly ActivatedJob[]): void;
}

/** What streams need of the house. */
export interface JobStreamParts {
  readonly group: GroupCommit;
  readonly rows: JobRows;
  readonly clock: Clock;
  readonly onError: (error: unknown, what: string) => void;
  /** Has the taker stand in line. */
  join(taker: Taker): void;
  leave(taker: Taker): void;
}

/** All streams of a node. */
export interface JobStreams {
  open(request: StreamJobsRequest): JobStream;
  /** Makes room for what a batch has ended so far. */
  makeRoom(batch: Batch): void;
}

interface Stream extends Taker {
  readonly held: Map<Key, number>;
  readonly alarm: Alarm;
}

/** Milliseconds between two looks of a full stream at what other nodes have ended. */
const LOOK_EVERY = 250;

/** No streams yet. */
export function createJobStreams(parts: JobStreamParts): JobStreams {
  const { group, rows, clock, onError, join, leave } = parts;
  /** Who holds a job. */
  const holders = new Map<Key, Stream>();

  const hold = (stream: Stream, key: Key, deadline: number): void => {
    if (stream.isOver) return;
    holders.get(key)?.held.delete(key);
    holders.set(key, stream);
    stream.held.set(key, deadline);
    stream.alarm.setBy(deadline);
  };

  const release = (stream: Stream, key: Key): void => {
    stream.held.delete(key);
    if (holders.get(key) === stream) holders.delete(key);
  };

  const joinWithRoom = (stream: Stream): void => {
    if (!stream.isOver && stream.room() > 0) join(stream);
  };

  /** Reads which leases are over: their time has passed, or another node has ended them. */
  const look = (stream: Stream): void => {
    const count = (batch: Batch): void => {
      batch.flush();
      const leases = new Map(rows.leases([...stream.held.keys()]).map((lease) => [lease.key, lease]));
      batch.onCommit(() => {
        for (const key of [...stream.held.keys()]) {
          const lease = leases.get(key);
          const deadline = lease?.worker === stream.request.worker ? (lease.deadline ?? 0) : 0;
          if (deadline > batch.now) hold(stream, key, deadline);
          else release(stream, key);
        }
        joinWithRoom(stream);
      });
    };
    if (stream.isOver || stream.held.size === 0) return;
    group.run(count).catch((error: unknown) => {
      onError(error, 'looking at the jobs of a stream');
      stream.alarm.setBy(clock.now() + LOOK_EVERY);
    });
  };

  return {
    makeRoom({ changes, onRollback }) {
      for (const key of changes.endedLeases) {
        const stream = holders.get(key);
        const deadline = stream?.held.get(key);
        if (!stream || deadline === undefined) continue;
        release(stream, key);
        onRollback(() => hold(stream, key, deadline));
        joinWithRoom(stream);
      }
    },
    open(request) {
      const held = new Map<Key, number>();
      const stream: Stream = {
        request,
        isStream: true,
        isOver: false,
        held,
        alarm: createAlarm(clock, () => look(stream), onError),
        room: () => (request.isReady() ? request.capacity - held.size : 0),
        answer(jobs) {
          for (const { jobKey, deadline } of jobs) hold(stream, jobKey, deadline);
          request.push(jobs);
        },
      };
      const stopLooking = rows.isShared
        ? every(
            LOOK_EVERY,
            'looking at the jobs of a stream',
            () => {
              if (held.size >= request.capacity) look(stream);
            },
            onError,
          )
        : undefined;
      joinWithRoom(stream);
      return {
        resume: () => joinWithRoom(stream),
        end() {
          stream.isOver = true;
          stopLooking?.();
          stream.alarm.stop();
          leave(stream);
          for (const key of [...held.keys()]) release(stream, key);
        },
      };
    },
  };
}
