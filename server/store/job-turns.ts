/** Whose turn it is among the process definitions that have jobs of one type. */
import type { Key } from '@countersign/engine';

/** The definitions whose jobs were given last. */
export interface Turns {
  /** After which definition the next turn begins; -1 where none was served. */
  servedLast(type: string): Key | -1;
  /** Remembers who had the last turn, by the jobs that were given. */
  remember(type: string, jobs: readonly { readonly processDefinitionKey: Key }[]): void;
}

/** Types whose last definition is remembered at most. */
const REMEMBERED = 10_000;

/** Nobody has had a turn. */
export function createTurns(): Turns {
  const served = new Map<string, Key>();
  return {
    servedLast: (type) => served.get(type) ?? -1,
    remember(type, jobs) {
      const last = jobs.at(-1);
      if (!last) return;
      if (served.size >= REMEMBERED && !served.has(type)) served.clear();
      served.set(type, last.processDefinitionKey);
    },
  };
}

/** The first of every list, then the second of every list, and so on. */
export function inTurns<T>(lists: readonly (readonly T[])[]): T[] {
  if (lists.length === 1) return [...lists[0]];
  const longest = lists.reduce((most, { length }) => Math.max(most, length), 0);
  const turns = Array.from({ length: longest }, (_, turn) =>
    lists.flatMap((list) => list.slice(turn, turn + 1)),
  );
  return turns.flat();
}
