/**
 * What was refused is recorded as refused, within bounds: refusals of one kind (who, what, why) that follow one another
 * within a minute share a row that counts them, and an hour has a limited number of rows. Beyond it all kinds share
 * one row a minute. So a hostile client fills neither the disk nor the trail.
 */
import { splitContent, standInForContent, writeJson } from '@countersign/engine';
import type { Actor, Fields, JsonObject } from '@countersign/engine';
import { Unavailable } from '../runtime/errors.js';
import { SERVER_CONTENTS } from '../store/journal-contents.js';
import { serverEvent } from '../store/journal-events.js';
import type { Refusals, ServerEvent } from '../store/journal-events.js';

/** A request that the server refused. */
export interface RefusedRequest {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  /** Whose credentials came with it, where they were refused: nobody knows who sent it. */
  readonly username?: string;
}

/** Records refusals. */
export interface RefusalRecords {
  request(refused: RefusedRequest, actor: Actor): void;
  /** A sign-in that failed; `address` is where it came from. */
  signIn(username: string, address: string): void;
  /** Writes what is counted and not written yet. */
  settle(): Promise<void>;
  /** Forgets names and texts of what is counted; the counts will still be written. */
  forget(): void;
  /** The last `settle`. */
  close(): Promise<void>;
}

const WINDOW = 60_000;
const HOUR = 3_600_000;
/** Rows in an hour, and kinds that are told apart within a window. */
const MOST_ROWS = 600;
const MOST_KINDS = 100;
const LONGEST_TEXT = 500;

interface Counted {
  make: (counts: Refusals) => ServerEvent;
  readonly actor: Actor;
  readonly first: number;
  last: number;
  times: number;
}

/** Records by `record`; what cannot be written goes to `onError`. `now` in milliseconds. */
export function createRefusalRecords(
  record: (event: ServerEvent, actor: Actor) => Promise<void>,
  now: () => number,
  onError: (error: unknown, what: string) => void,
): RefusalRecords {
  const counted = new Map<string, Counted>();
  let hour = now();
  let rows = 0;
  let isClosed = false;
  /** How often texts were forgotten: those of a row that was being written then are, too. */
  let forgotten = 0;

  const write = async (kind: string, counts: Counted): Promise<void> => {
    const { make, actor, first, last, times } = counts;
    const before = forgotten;
    try {
      const told = { times, first: new Date(first).toISOString(), last: new Date(last).toISOString() };
      await record(make(told), actor);
    } catch (error) {
      // What the database cannot take now is counted on, and written when it can.
      if (error instanceof Unavailable && !isClosed)
        putBack(kind, before === forgotten ? counts : { ...counts, make: withoutTexts(make) });
      else onError(error, 'recording a refusal');
    }
  };
  const putBack = (kind: string, counts: Counted): void => {
    const since = counted.get(kind);
    if (since) counted.set(kind, { ...since, first: counts.first, times: since.times + counts.times });
    else counted.set(kind, counts);
    rows -= 1;
    schedule();
  };
  const writeAll = async (): Promise<void> => {
    const due = [...counted].filter(([, { times }]) => times > 0);
    counted.clear();
    rows += due.length;
    for (const [kind, each] of due) await write(kind, each);
  };
  let timer: NodeJS.Timeout | undefined;
  const schedule = (): void => {
    timer ??= setTimeout(() => {
      timer = undefined;
      void writeAll();
    }, WINDOW).unref();
  };

  const note = (kind: string, make: Counted['make'], actor: Actor): void => {
    const at = now();
    if (at - hour >= HOUR) [hour, rows] = [at, 0];
    const known = counted.get(kind);
    schedule();
    if (known) {
      known.times += 1;
      known.last = at;
      return;
    }
    const isFull = rows >= MOST_ROWS || counted.size >= MOST_KINDS;
    if (isFull && kind !== OVERFLOW) {
      note(OVERFLOW, overflow, 'system');
      return;
    }
    const fresh: Counted = { make, actor, first: at, last: at, times: isFull ? 1 : 0 };
    counted.set(kind, fresh);
    if (isFull) return;
    // The first of its kind is written at once; those that follow are counted from none.
    rows += 1;
    void write(kind, { ...fresh, times: 1 });
  };

  return {
    request(refused, actor) {
      const detail = refused.detail.slice(0, LONGEST_TEXT);
      const username = refused.username?.slice(0, LONGEST_TEXT);
      const kind = writeJson([actor, refused.method, refused.route, refused.title, username ?? null]);
      const told = { ...refused, detail, ...(username !== undefined && { username }) };
      note(kind, (counts) => serverEvent('request refused', { ...told, ...counts }), actor);
    },
    signIn(username, address) {
      const name = username.slice(0, LONGEST_TEXT);
      const make = (counts: Refusals): ServerEvent =>
        serverEvent('sign-in refused', { username: name, address, ...counts });
      note(writeJson(['sign-in', name, address]), make, 'client:unknown');
    },
    settle: writeAll,
    forget() {
      forgotten += 1;
      for (const each of counted.values()) each.make = withoutTexts(each.make);
    },
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await writeAll();
    },
  };
}

/** The same event with stand-ins for what a person or a client wrote. */
function withoutTexts(make: Counted['make']): Counted['make'] {
  return (counts) => {
    const event = make(counts);
    const fields = SERVER_CONTENTS[event.type] as Fields;
    const { data } = splitContent(event.data as unknown as JsonObject, fields);
    return { ...event, data: standInForContent(data, fields) } as unknown as ServerEvent;
  };
}

const OVERFLOW = 'overflow';

function overflow(counts: Refusals): ServerEvent {
  const detail = 'More kinds of refusals than are told apart.';
  return serverEvent('request refused', {
    method: '*',
    route: '*',
    status: 0,
    title: 'SEVERAL',
    detail,
    ...counts,
  });
}
