/** Markings of the token game: what is active and where tokens stand, and how two of them are told apart. */

/** An active element. */
export interface Place {
  readonly node: string;
  inside?: Inside;
  /** Runs that a multi-instance activity has still to begin; absent where it is none. */
  left?: number;
  /** For a complex gateway that waits to be reset: the flows whose tokens it took. */
  taken?: string[];
  /** Where an incident stopped it. */
  stuck?: 'enters' | 'leaves';
  /** Whether it was ended and something in it still asks its worker; `then` begins afterwards. */
  dying?: boolean;
  then?: string;
  /** Whether its own work has not begun. */
  isNew?: boolean;
  /** Events whose conditions held when they were last looked at. */
  held?: string[];
}

/** What is active inside a scope. */
export interface Inside {
  tokens: Record<string, number>;
  places: Place[];
  /** Whether none of its handlers can begin any more. */
  closed?: boolean;
  then?: string;
}

/** A marking; `root` is absent when the instance is over. */
export interface Marking {
  root?: Place;
  variables: Record<string, boolean>;
}

/** The places from the root to one of them. */
export type Chain = readonly Place[];

/** What is inside the last place of a chain. */
export function insideOf(chain: Chain): Inside {
  return chain.at(-1)?.inside as Inside;
}

/** Whether nothing is left in a scope and nothing is to begin in it. */
export function isEmpty({ tokens, places, then }: Inside): boolean {
  return Object.keys(tokens).length === 0 && places.length === 0 && then === undefined;
}

/** Puts a token on each of these flows. */
export function give({ tokens }: Inside, flows: readonly string[]): void {
  for (const id of flows) tokens[id] = (tokens[id] ?? 0) + 1;
}

/** Takes a token from each of these flows. */
export function take(inside: Inside, flows: readonly string[]): void {
  for (const id of flows) inside.tokens[id] = (inside.tokens[id] ?? 0) - 1;
  inside.tokens = Object.fromEntries(Object.entries(inside.tokens).filter(([, count]) => count > 0));
}

/** Removes a place that is there. */
export function remove(inside: Inside, place: Place): void {
  inside.places.splice(inside.places.indexOf(place), 1);
}

/** The chains of all places of a marking. */
export function chainsOf({ root }: Marking): Chain[] {
  const from = (chain: Chain): Chain[] => [
    chain,
    ...(chain.at(-1)?.inside?.places ?? []).flatMap((place) => from([...chain, place])),
  ];
  return root ? from([root]) : [];
}

/** Whether a place is still there. */
export function isIn(marking: Marking, place: Place): boolean {
  return chainsOf(marking).some((chain) => chain.at(-1) === place);
}

/** Where a place stands: the index of each place on the way, from the root. */
export function pathTo(marking: Marking, place: Place): number[] {
  const chain = chainsOf(marking).find((candidate) => candidate.at(-1) === place);
  if (!chain) throw new Error('The place is not in the marking.');
  return chain.slice(1).map((inner, index) => chain[index].inside?.places.indexOf(inner) ?? -1);
}

/** The places on the way to where a path leads. */
export function chainAt({ root }: Marking, path: readonly number[]): Chain {
  const chain = [root as Place];
  for (const index of path) chain.push(insideOf(chain).places[index]);
  return chain;
}

/**
 * A marking as text: what is active, on which flows tokens stand, and what is stuck. `marked` gets a star, so that two
 * places have the same text where they are alike. `whole` adds what cannot be seen from outside.
 */
export function markingText({ root, variables }: Marking, marked?: Place, whole = false): string {
  const textOf = (place: Place): string => {
    const { node, inside, stuck, dying, taken } = place;
    const hidden = whole ? JSON.stringify([place.held, stuck, inside?.closed]) : '';
    const then = place.then ?? inside?.then;
    const signs = (place.left === undefined ? '' : `:${place.left}`) + (then === undefined ? '' : `>${then}`);
    return placeText({
      id: (place === marked ? '*' : '') + node + signs + hidden,
      isStuck: stuck !== undefined,
      isDying: dying === true,
      taken: stuck ? undefined : taken,
      tokens: Object.entries(inside?.tokens ?? {}),
      inside: (inside?.places ?? []).map(textOf),
    });
  };
  return (root ? textOf(root) : 'over') + (whole ? JSON.stringify(variables) : '');
}

/** One place as text. */
export function placeText(place: {
  readonly id: string;
  readonly isStuck: boolean;
  readonly isDying: boolean;
  readonly taken: readonly string[] | undefined;
  readonly tokens: readonly (readonly [string, number])[];
  readonly inside: readonly string[];
}): string {
  const signs = (place.isStuck ? '!' : '') + (place.isDying ? '~' : '');
  const taken = place.taken ? `{${[...place.taken].sort().join(' ')}}` : '';
  const tokens = place.tokens.map(([id, count]) => `${id}x${count}`).sort();
  const held = tokens.length > 0 ? `[${tokens.join(' ')}]` : '';
  const inside = place.inside.length > 0 ? `(${[...place.inside].sort().join(' ')})` : '';
  return place.id + signs + taken + held + inside;
}
