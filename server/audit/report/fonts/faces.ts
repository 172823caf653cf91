/**
 * The slices' fonts as a PDF takes them: of one weight, TrueType. Making one takes a moment and is not done while text is
 * set; a report that lacks one is set again once it is there. What was made is kept for the next report.
 */
import { readFile } from 'node:fs/promises';
import subsetFont from 'subset-font';
import type { Font } from 'fontkit';
import { openShapedFont } from './shaping.js';
import { allSlices, slicesWith } from './slices.js';
import type { Slice } from './slices.js';

/** The weights of a report. */
export type Weight = 'regular' | 'bold';

const WEIGHTS: Readonly<Record<Weight, number>> = { regular: 400, bold: 600 };

const made = new Map<string, Buffer>();

/** A font by the name of its slice and weight. */
export function faceName({ name }: Slice, weight: Weight): string {
  return `${name} ${weight}`;
}

/** The font, opened for one document; undefined where it is not made yet. */
export function openFace(name: string): Font | undefined {
  const file = made.get(name);
  return file && openShapedFont(file);
}

/** The slices that may have a character, and of which font they are. */
export function facesFor(code: number, weight: Weight): string[] {
  return slicesWith(code).map((slice) => faceName(slice, weight));
}

/** Makes fonts; answers whether there is one now that was not there. */
export async function makeFaces(names: Iterable<string>): Promise<boolean> {
  let isAny = false;
  for (const name of names) {
    if (made.has(name)) continue;
    const [sliceName, weight] = name.split(' ') as [string, Weight];
    const slice = allSlices().find((one) => one.name === sliceName);
    if (!slice) throw new Error(`There is no font ${name}`);
    made.set(name, await makeFace(slice, weight));
    isAny = true;
  }
  return isAny;
}

async function makeFace({ file, ranges }: Slice, weight: Weight): Promise<Buffer> {
  const codes = ranges.flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, at) => first + at),
  );
  const text = codes.map((code) => String.fromCodePoint(code)).join('');
  const variationAxes = { wght: WEIGHTS[weight] };
  return subsetFont(await readFile(file), text, { targetFormat: 'truetype', variationAxes });
}
