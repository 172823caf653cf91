/** Settings that nobody knows: a misspelt one would be passed over in silence, and the server run with its default. */

/** The prefix of every setting of this product. */
const PREFIX = 'COUNTERSIGN_';

/** Names that begin so are given by whoever runs the server: secrets of processes, and what tests need. */
const OPEN = [`${PREFIX}SECRET_`, `${PREFIX}TEST_`, `${PREFIX}PROPERTY_`];

/** What the command line asks for, which may stand in the same environment. */
const OF_CLIENTS = ['SERVER', 'USERNAME', 'PASSWORD', 'TOKEN'].map((name) => PREFIX + name);

/** What tests ask for by a name of its own. */
const OF_TESTS = ['CHROMIUM', 'CORPUS', 'KEEP_REPORTS', 'PEER_RUNS'].map((name) => PREFIX + name);

/** A sentence for each setting of an environment that is not among the `known` ones, with the one it may be meant for. */
export function unknownSettings(
  environment: Readonly<Record<string, string | undefined>>,
  known: ReadonlySet<string>,
): string[] {
  const all = [...known].filter((name) => name.startsWith(PREFIX));
  return Object.keys(environment)
    .filter((name) => name.startsWith(PREFIX) && !known.has(name))
    .filter((name) => !OPEN.some((prefix) => name.startsWith(prefix)))
    .filter((name) => !OF_CLIENTS.includes(name) && !OF_TESTS.includes(name))
    .sort()
    .map((name) => `${name} is no setting. ${meant(name, all)}`);
}

function meant(name: string, known: readonly string[]): string {
  const [best] = known
    .map((candidate) => ({ candidate, edits: editsBetween(name, candidate) }))
    .sort((a, b) => a.edits - b.edits);
  return best !== undefined && best.edits <= 3
    ? `Do you mean ${best.candidate}?`
    : 'The README lists the settings there are.';
}

/** How many letters have to be put in, taken out or changed to make one text of the other (Levenshtein 1966). */
function editsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let at = 0; at < a.length; at += 1) {
    const next = [at + 1];
    for (let other = 0; other < b.length; other += 1) {
      const change = row[other] + (a[at] === b[other] ? 0 : 1);
      next.push(Math.min(change, row[other + 1] + 1, next[other] + 1));
    }
    row = next;
  }
  return row[b.length];
}
