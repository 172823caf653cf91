/** Lines of a file that comes in parts. A line is at hand at once where its part is; only the next part is waited for. */
import { joinBytes } from '../bytes.js';

/** A line longer than this is no line of a bundle: 64 MiB. */
const LONGEST_LINE = 2 ** 26;
const LINE_BREAK = 10;

/** Reads lines; each is its bytes without the line break. */
export interface LineReader {
  /** The next line where it is at hand; undefined where `next` has to be awaited, or the file ended. */
  take(): Uint8Array | undefined;
  /** Waits for the next line. Undefined at the end of the file. Throws where the last line has no line break or a line is too long. */
  next(): Promise<Uint8Array | undefined>;
}

/** The lines of `parts`. */
export function createLineReader(parts: AsyncIterable<Uint8Array>): LineReader {
  const source = parts[Symbol.asyncIterator]();
  /** The beginning of the present line, from parts before `held`. */
  let begun: Uint8Array[] = [];
  let held: Uint8Array = new Uint8Array(0);
  let at = 0;

  const take = (): Uint8Array | undefined => {
    const end = held.indexOf(LINE_BREAK, at);
    if (end === -1) return undefined;
    const rest = held.subarray(at, end);
    const line = begun.length === 0 ? rest : joinBytes(...begun, rest);
    begun = [];
    at = end + 1;
    return line;
  };

  return {
    take,
    async next() {
      for (let line = take(); ; line = take()) {
        if (line !== undefined) return line;
        if (at < held.length) begun.push(held.subarray(at));
        const part = await source.next();
        held = part.done === true ? new Uint8Array(0) : part.value;
        at = 0;
        if (part.done === true) {
          if (begun.length > 0) throw new Error('its last line has no line break');
          return undefined;
        }
        const length = begun.reduce((sum, { length: bytes }) => sum + bytes, held.length);
        if (length > LONGEST_LINE) throw new Error('a line of it is longer than 64 MiB');
      }
    },
  };
}
