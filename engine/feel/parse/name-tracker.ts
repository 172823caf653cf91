/**
 * What the grammar asks of its surroundings while it reads names: the words of the name so far, and the names that are
 * known. `lezer-feel` brings a tracker that follows every value through the text, in time that grows with the square of
 * its length; this one knows a fixed set of names and takes constant time at each word.
 */
import { grammar, type NameTracker } from './grammar.js';
import { normalizeName } from './names.js';

/** Longer names are read, but not recognised as known ones. */
const MAX_WORDS = 64;

interface KnownSet {
  readonly keys: ReadonlySet<string>;
  readonly prefixes: ReadonlySet<string>;
}

/** The shape that lezer-feel's tokenizers read. */
interface NameState {
  readonly tokens: readonly string[];
  contextCache(): KnownSet;
}

const WORD = new Set<number>();
const END_OF_NAME = new Set<number>();
for (const { id, name } of grammar.nodeSet.types) {
  if (name === 'Identifier') WORD.add(id);
  if (['VariableName', 'PathName', 'Name'].includes(name)) END_OF_NAME.add(id);
}

/** A tracker that knows these names everywhere. */
export function nameTracker(names: Iterable<string>): NameTracker {
  const keys = new Set<string>();
  const prefixes = new Set<string>();
  for (const name of names) {
    const normalized = normalizeName(name);
    keys.add(normalized);
    for (let length = 1; length <= normalized.length; length++) prefixes.add(normalized.slice(0, length));
  }
  const known: KnownSet = { keys, prefixes };
  const contextCache = (): KnownSet => known;
  const start: NameState = { tokens: [], contextCache };
  return {
    start,
    strict: true,
    shift: (state: NameState) => state,
    reuse: (state: NameState) => state,
    hash: () => 0,
    reduce: (
      state: NameState,
      term: number,
      stack: { pos: number },
      input: { pos: number; read(from: number, to: number): string },
    ): NameState => {
      if (END_OF_NAME.has(term)) return state.tokens.length === 0 ? state : start;
      if (!WORD.has(term) || state.tokens.length >= MAX_WORDS) return state;
      return { tokens: [...state.tokens, input.read(input.pos, stack.pos)], contextCache };
    },
  } as NameTracker;
}
