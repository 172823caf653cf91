/**
 * A line as it is drawn, from left to right: text that runs from right to left is put into its visual order (Unicode
 * Standard Annex 9). The shaping of a font turns its own script round; what it would not turn is turned here.
 */
import { createRequire } from 'node:module';
import type { Bidi } from 'bidi-js';

/** A part of a line that is drawn in one go. */
export interface VisualRun {
  /** In logical order where its script runs from right to left, and else as it is drawn. */
  readonly text: string;
}

// What the package's types call its default export is all that it exports.
const createBidi = createRequire(import.meta.url)('bidi-js') as () => Bidi;
const bidi = createBidi();

/** Anything that makes a line run other than from left to right. */
const RIGHT_TO_LEFT =
  /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\u200F\u202B\u202E\u2067]/u;
/** Letters whose script fonts turn round by themselves, with the marks on them. */
const TURNED = /^[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
const MARK = /^[\p{M}\u200C\u200D]/u;

/** Whether a line has anything to be reordered. */
export function isReordered(line: string): boolean {
  return RIGHT_TO_LEFT.test(line);
}

interface Piece {
  text: string;
  readonly level: number;
  readonly isTurned: boolean;
}

/** The runs of a line, the leftmost one first. Reports are in English, so that a line as a whole runs from left to right. */
export function visualRuns(line: string): VisualRun[] {
  if (!isReordered(line)) return [{ text: line }];
  const { levels } = bidi.getEmbeddingLevels(line, 'ltr');
  const pieces: Piece[] = [];
  let at = 0;
  for (const character of line) {
    const level = levels[at];
    at += character.length;
    const last = pieces.at(-1);
    if (last && MARK.test(character)) {
      last.text += character;
      continue;
    }
    const isTurned = level % 2 === 1 && TURNED.test(character);
    if (last && last.level === level && last.isTurned === isTurned) last.text += character;
    else pieces.push({ text: character, level, isTurned });
  }
  return reordered(pieces).map(({ text, level, isTurned }) => ({
    text: level % 2 === 1 && !isTurned ? turned(text) : text,
  }));
}

/** Rule L2: from the highest level to the lowest odd one, whatever is at that level or above is turned round. */
function reordered(pieces: readonly Piece[]): Piece[] {
  const order = [...pieces];
  const highest = Math.max(...order.map(({ level }) => level));
  for (let level = highest; level > 0; level -= 1) {
    for (let from = 0; from < order.length; from += 1) {
      let to = from;
      while (to < order.length && order[to].level >= level) to += 1;
      if (to === from) continue;
      order.splice(from, to - from, ...order.slice(from, to).reverse());
      from = to;
    }
  }
  return order;
}

/** Signs in a run from right to left: the last one first, brackets mirrored. */
function turned(text: string): string {
  return Array.from(text)
    .reverse()
    .map((character) => bidi.getMirroredCharacter(character) ?? character)
    .join('');
}
