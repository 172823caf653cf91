/**
 * Whether a bundle shows everything that was asked for, as far as it can be seen in the bundle alone: rows of a tree of
 * instances are numbered from 1, so a row that is not among them leaves a hole. What rows that stand as hashes hold
 * nobody can see, and this says so.
 */
import type { BundleManifest } from './manifest.js';
import type { Verdict } from './verdict.js';

/** What a row says of its place among others. */
export interface NumberedRow {
  readonly rootKey: string | null;
  readonly processInstanceKey: string | null;
  readonly sequence: number | null;
}

/** Numbers from the first to the last, both included. */
interface Span {
  from: number;
  to: number;
}

/** The numbers of the rows that are shown, tree by tree. */
export interface NumbersFound {
  readonly trees: ReadonlyMap<string, readonly Span[]>;
  /** Rows by their instance: how many there are of the instance that was asked for, and of others. */
  readonly own: number;
  readonly others: number;
  /** The first row whose number its tree has already; undefined where there is none. */
  readonly twice: string | undefined;
}

/** Takes the rows one after another. */
export interface NumbersCheck {
  row(row: NumberedRow): void;
  found(): NumbersFound;
}

/** Starts with no row. `instance` is the process instance that was asked for, where one was. */
export function checkNumbers(instance: string | undefined): NumbersCheck {
  const trees = new Map<string, Span[]>();
  let own = 0;
  let others = 0;
  let twice: string | undefined;
  return {
    row({ rootKey, processInstanceKey, sequence }) {
      if (processInstanceKey === instance) own += 1;
      else others += 1;
      if (rootKey === null || sequence === null) return;
      const spans = trees.get(rootKey);
      if (spans === undefined) trees.set(rootKey, [{ from: sequence, to: sequence }]);
      else if (!addTo(spans, sequence)) twice ??= `row ${sequence} of tree ${rootKey}`;
    },
    found: () => ({ trees, own, others, twice }),
  };
}

/** Adds a number to rising spans; false where it is there already. Nearly always it is the one after the last. */
function addTo(spans: Span[], number: number): boolean {
  let at = spans.length;
  while (at > 0 && spans[at - 1].from > number) at -= 1;
  const before = at > 0 ? spans[at - 1] : undefined;
  const after = at < spans.length ? spans[at] : undefined;
  if (before !== undefined && before.to >= number) return false;
  if (before?.to === number - 1) {
    before.to = number;
    if (after?.from !== number + 1) return true;
    before.to = after.to;
    spans.splice(at, 1);
  } else if (after?.from === number + 1) after.from = number;
  else spans.splice(at, 0, { from: number, to: number });
  return true;
}

/** The numbers that are missing, in words: `rows 3 to 5 of tree 17`. `isFromStart` where a tree has to begin with 1. */
function holesOf({ trees }: NumbersFound, isFromStart: boolean): string[] {
  const holes: string[] = [];
  for (const [root, spans] of trees) {
    let next = isFromStart ? 1 : spans[0].from;
    for (const { from, to } of spans) {
      if (from === next + 1) holes.push(`row ${next} of tree ${root}`);
      else if (from > next) holes.push(`rows ${next} to ${from - 1} of tree ${root}`);
      next = to + 1;
    }
  }
  return holes;
}

/** Says what can be said; `hidden` leaves of the range are not shown, `size` is that of the tree. */
export function judgeSelection(
  verdict: Verdict,
  { filter, range }: BundleManifest,
  { numbers, hidden, outside, size }: NumbersOfBundle,
): void {
  const name = 'selection';
  const isWholeLog = range.from === 0 && range.to === size && hidden === 0;
  const isWholeRange = hidden === 0 && outside === 0;
  const isOfInstance = instanceOf(filter) !== undefined;
  const holes = holesOf(numbers, range.from === 0 && filter['from'] === undefined);
  const told = holes.slice(0, 5).join(', ') + (holes.length > 5 ? ` and ${holes.length - 5} more holes` : '');
  if (numbers.twice !== undefined) return verdict.failed(name, `${numbers.twice} is there twice`);
  if (isWholeLog && holes.length > 0) {
    return verdict.failed(name, `no row of the log was left out, and yet it has not ${told}`);
  }
  if (!isWholeRange && !isOfInstance) {
    const said = `that none of the ${hidden} rows left out is one that was asked for is the word of the log alone`;
    return verdict.none(name, said);
  }
  if (holes.length > 0) return verdict.none(name, `not proved to be complete: ${told} not shown`);
  if (isWholeRange) {
    return verdict.ok(name, `every row is shown; those of ${numbers.trees.size} trees have no hole`);
  }
  if (numbers.own === 0) {
    return verdict.none(
      name,
      'no row of the instance is shown; that there is none is the word of the log alone',
    );
  }
  const rest = numbers.others === 0 ? '' : `, with ${numbers.others} of other instances of its tree`;
  verdict.ok(name, `${numbers.own} rows of the instance${rest}: their numbers have no hole`);
}

/** What was found of a bundle's rows. */
export interface NumbersOfBundle {
  readonly numbers: NumbersFound;
  readonly hidden: number;
  readonly outside: number;
  readonly size: number;
}

/** The process instance that the filter asks for with nothing but a period besides; undefined where it asks otherwise. */
export function instanceOf(filter: BundleManifest['filter']): string | undefined {
  const { processInstanceKey, from: _from, to: _to, ...rest } = filter;
  return typeof processInstanceKey === 'string' && Object.keys(rest).length === 0
    ? processInstanceKey
    : undefined;
}
