/** Sets of rule numbers as bits: the rules of a table that can still match. */

export type RuleSet = Uint32Array;

/** An empty set for a table of so many rules. */
export function emptySet(rules: number): RuleSet {
  return new Uint32Array((rules + 31) >>> 5);
}

/** Puts a rule into a set. */
export function addRule(set: RuleSet, rule: number): void {
  set[rule >>> 5] |= 1 << (rule & 31);
}

/** True where the rule is in the set. */
export function hasRule(set: RuleSet, rule: number): boolean {
  return (set[rule >>> 5] & (1 << (rule & 31))) !== 0;
}

/** Adds all rules of the second set to the first. */
export function unite(into: RuleSet, other: RuleSet): void {
  for (let word = 0; word < into.length; word++) into[word] |= other[word];
}

/** The lowest rule in all the sets at or above `from`; -1 where there is none. */
export function nextCommon(sets: readonly RuleSet[], from: number, rules: number): number {
  const words = (rules + 31) >>> 5;
  for (let word = from >>> 5; word < words; word++) {
    let bits = word === from >>> 5 ? -1 << (from & 31) : -1;
    for (const set of sets) bits &= set[word];
    if (bits !== 0) {
      const rule = (word << 5) + 31 - Math.clz32(bits & -bits);
      return rule < rules ? rule : -1;
    }
  }
  return -1;
}
