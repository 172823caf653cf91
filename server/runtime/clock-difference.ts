/** How far the clock of this server is from the database's, by which several servers agree on leases and timers. */

/** Milliseconds between two clocks that nobody needs to know of. */
const TOLERANCE = 1_000;

/** Milliseconds beyond which a server does not start. */
const REFUSED = 60_000;

/** Compares clocks. */
export interface ClockCheck {
  /** The database said `time` between `before` and `after` of this server's clock. Throws where they are a minute apart. */
  atStart(before: number, time: number, after: number): void;
  /** What to say to the operator; null where the clocks agree, or it was said already. */
  later(before: number, time: number, after: number): string | null;
}

/** A check that has said nothing yet. */
export function createClockCheck(): ClockCheck {
  let isSaid = false;
  return {
    atStart(before, time, after) {
      const ahead = aheadOf(before, time, after);
      if (Math.abs(ahead) > REFUSED)
        throw new Error(`${sentence(ahead)} Set both by a time server and start again.`);
    },
    later(before, time, after) {
      const ahead = aheadOf(before, time, after);
      if (Math.abs(ahead) <= TOLERANCE) {
        isSaid = false;
        return null;
      }
      if (isSaid) return null;
      isSaid = true;
      return `${sentence(ahead)} Set both by a time server: until then jobs may be given to two workers, and timers be early or late.`;
    },
  };
}

/** Milliseconds that this clock is ahead at the least; negative where it is behind. */
function aheadOf(before: number, time: number, after: number): number {
  if (before > time) return before - time;
  return after < time ? after - time : 0;
}

function sentence(ahead: number): string {
  const seconds = Math.round(Math.abs(ahead) / 1_000).toLocaleString('en');
  const where = ahead > 0 ? 'ahead of' : 'behind';
  return `The clock of this server is ${seconds} s ${where} that of PostgreSQL.`;
}
