/** The contents of a bundle's rows, read anew after the rows were written: what is erased meanwhile stays out. */
import { contentLine, missingContentLine, personLine } from '@countersign/engine';
import type { BundleSource, ShownLeaf } from './source.js';

/** How many rows with a commitment have their content, and why others have not. */
export interface ContentsWritten {
  contents: number;
  erased: number;
  withheld: number;
}

/** The lines of `contents.jsonl`, some at a time. */
export async function* writeContents(source: BundleSource, written: ContentsWritten): AsyncGenerator<string> {
  for await (const leaves of source.shown()) {
    const lines = leaves.map((leaf) => lineOf(leaf, written)).join('');
    if (lines !== '') yield lines;
  }
}

function lineOf({ position, content }: ShownLeaf, written: ContentsWritten): string {
  if (content === null) return '';
  if ('missing' in content) {
    written[content.missing] += 1;
    return missingContentLine(String(position), content.missing);
  }
  written.contents += 1;
  return contentLine(String(position), content.content, content.salt);
}

/** The lines of `persons.jsonl`: those behind the pseudonyms that are still known. */
export async function* writePersons(
  source: BundleSource,
  pseudonyms: ReadonlySet<string>,
  written: { persons: number },
): AsyncGenerator<string> {
  for (const pseudonym of [...pseudonyms].sort()) {
    const person = await source.person(pseudonym);
    if (person === undefined) continue;
    written.persons += 1;
    yield personLine(pseudonym, person.name, person.salt);
  }
}
