/**
 * The report that people read, as PDF/A-2u: the instances that the filter finds, each told whole. It is set twice, so
 * that every page can say how many there are; only one page and one instance are in memory at a time.
 */
import { asKey } from '@countersign/engine';
import { setContents, setCover, setTotals } from '../report/cover.js';
import { readDiagram } from '../report/diagram.js';
import type { Diagram } from '../report/diagram.js';
import { setInstance } from '../report/instance.js';
import { createSheet, setTwice } from '../report/sheet.js';
import type { Paging } from '../report/sheet.js';
import { tellStory } from '../report/story.js';
import { tallyRows } from '../report/tally.js';
import type { Tally } from '../report/tally.js';
import { countText } from '../report/values.js';
import { ExportTooLarge } from './export-too-large.js';
import type { ExportSource } from './format.js';

/** Instances that one report tells of at most. */
export const MOST_INSTANCES = 5000;

/** From so many parts on a report has a table of contents. */
const LONG = 3;

const WORDS = {
  title: 'Report on process instances',
  lead: 'The path each instance took, who decided what, when and why, and what was done by AI.',
  notes: [
    'An instance is in this report when at least one of its rows fits the filter; it is then told whole, with rows that the filter leaves out.',
    'Every statement is read from the journal, whose rows are written in the same transaction as what they record. Contents that were erased by a person’s right say so.',
  ],
};

/** Writes the report on instances; gives its bytes as pages are finished. Throws `ExportTooLarge`. */
export async function* writeInstances(source: ExportSource): AsyncGenerator<Uint8Array> {
  const tally = await tallyRows(source.rows.byTree());
  if (tally.instances.size > MOST_INSTANCES) {
    throw new ExportTooLarge(
      `The filter finds ${countText(tally.instances.size)} process instances, and a report can tell of ${countText(MOST_INSTANCES)}. ` +
        'Choose a shorter period or a single process, or export the rows in another format.',
    );
  }
  source.count(tally.rows);
  const diagrams = createDiagrams(source);
  yield* setTwice((paging) => set(source, tally, diagrams, paging));
}

/** Sets the report; gives its bytes as pages are finished, and at the end its paging. */
async function* set(
  source: ExportSource,
  tally: Tally,
  diagramOf: ReturnType<typeof createDiagrams>,
  paging: Paging | null,
): AsyncGenerator<Uint8Array, Paging> {
  const frame = { title: WORDS.title, subject: source.origin, at: source.now, author: 'Countersign' };
  const sheet = createSheet(frame, paging);
  const words = { ...WORDS, madeFor: await source.nameActor(source.actor) };
  setCover(sheet, source, words, [
    { figure: countText(tally.instances.size), name: 'process instances' },
    { figure: countText(tally.rows), name: 'rows that fit the filter' },
    { figure: countText(tally.byDoer.human), name: 'rows of people', colour: '#006b62' },
    { figure: countText(tally.byDoer.ai), name: 'rows of AI agents', colour: '#6d2bc4' },
  ]);
  setTotals(sheet, tally);
  if (tally.instances.size >= LONG) setContents(sheet, tally.instances.size, paging);
  for (const key of tally.instances) {
    const story = await tellStory(source.instance(asKey(Number(key))).byPosition(), source.findProcess);
    if (story)
      await setInstance(
        sheet,
        story,
        await diagramOf(story.definitionKey, story.process?.processId),
        source.nameActor,
      );
    yield* sheet.take();
  }
  const { bytes, paging: found } = sheet.end();
  yield* bytes;
  return found;
}

/** Diagrams that are kept: a report is mostly about few processes. */
const KEPT = 20;

function createDiagrams({ definitionXml }: ExportSource) {
  const known = new Map<string, Diagram | null>();
  return async (definitionKey: string | null, processId: string | undefined): Promise<Diagram | null> => {
    if (definitionKey === null || processId === undefined) return null;
    let diagram = known.get(definitionKey);
    if (diagram === undefined) {
      const xml = await definitionXml(definitionKey);
      diagram = xml === null ? null : await readDiagram(xml, processId);
      if (known.size >= KEPT) known.clear();
      known.set(definitionKey, diagram);
    }
    return diagram;
  };
}
