/**
 * Tells a PostgreSQL that is slow from one that is silent. While the server waits for an answer, another connection asks
 * something that is answered at once: where that one is silent too, nothing is to be waited for.
 *
 * Silence is counted in looks and not in time: where this process itself stood still, nothing was looked at.
 */
import { Client } from 'pg';
import { connectionConfig } from './session.js';

/** What is heard and asked. */
export interface Heartbeat {
  /** An answer is waited for. */
  begin(): void;
  /** Something was answered, on whichever connection. */
  heard(): void;
  /** One thing less is waited for. */
  end(): void;
  close(): void;
}

/** What a heartbeat tells. */
export interface HeartbeatParts {
  readonly url: string;
  /** Whether PostgreSQL is silent; told at each change. */
  readonly quiet: (isQuiet: boolean) => void;
  /** It has been silent for so long that what was asked of it is to be given up. */
  readonly dead: () => void;
}

/** Milliseconds between two looks. */
const LOOK_EVERY = 40;

/** Looks in vain after which PostgreSQL counts as silent, and after which it is given up. */
const QUIET_AFTER = 3;
const DEAD_AFTER = 50;

/** Milliseconds between two attempts to connect. */
const CONNECT_EVERY = 1_000;

/** Begins with nothing to wait for. */
export function createHeartbeat({ url, quiet, dead }: HeartbeatParts): Heartbeat {
  let waiting = 0;
  let inVain = 0;
  let isQuiet = false;
  let isClosed = false;
  let looking: NodeJS.Timeout | undefined;
  let connecting: NodeJS.Timeout | undefined;
  let client: Client | null = null;
  let isAsked = false;

  const heard = (): void => {
    inVain = 0;
    if (!isQuiet) return;
    isQuiet = false;
    quiet(false);
  };

  const connect = (): void => {
    connecting = undefined;
    const next = new Client(connectionConfig(url, 'countersign heartbeat'));
    const lost = (): void => {
      next.connection.stream.destroy();
      if (client === next) client = null;
      if (!isClosed) connecting ??= setTimeout(connect, CONNECT_EVERY);
    };
    next.on('error', lost);
    next.on('end', lost);
    next.connect().then(() => {
      if (isClosed) return lost();
      client = next;
      isAsked = false;
    }, lost);
  };

  const beat = (): void => {
    if (!client || isAsked) return;
    const on = client;
    isAsked = true;
    on.query('select 1').then(
      () => {
        if (client === on) isAsked = false;
        heard();
      },
      // The connection is lost, and says so itself.
      () => undefined,
    );
  };

  const look = (): void => {
    looking = undefined;
    if (waiting === 0 || isClosed) return;
    looking = setTimeout(look, LOOK_EVERY);
    // Without a second connection silence and slowness are the same: nobody is given up for that.
    if (!client) return;
    inVain += 1;
    beat();
    if (inVain >= QUIET_AFTER && !isQuiet) {
      isQuiet = true;
      quiet(true);
    }
    if (inVain < DEAD_AFTER) return;
    client.connection.stream.destroy();
    heard();
    dead();
  };

  connect();
  return {
    begin() {
      waiting += 1;
      if (waiting > 1) return;
      inVain = 0;
      looking ??= setTimeout(look, LOOK_EVERY);
    },
    heard,
    end() {
      waiting -= 1;
      if (waiting === 0) heard();
    },
    close() {
      isClosed = true;
      clearTimeout(looking);
      clearTimeout(connecting);
      client?.connection.stream.destroy();
    },
  };
}
