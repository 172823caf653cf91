/**
 * Fonts for scripts that the reports' own has not: Noto Sans (SIL Open Font License 1.1), in slices of some hundred
 * characters each, as its packages have them. A report reads the slices alone whose characters it has.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { readJson } from '@countersign/engine';

/** A part of a family: where its file lies, and which characters it may have. */
export interface Slice {
  readonly name: string;
  readonly file: string;
  readonly ranges: readonly (readonly [first: number, last: number])[];
}

const FAMILIES = [
  ...['arabic', 'hebrew', 'devanagari', 'bengali', 'tamil', 'thai', 'georgian', 'armenian'],
  // Characters that Chinese and Korean writing share take the shapes of simplified Chinese.
  ...['sc', 'kr'],
];

const require = createRequire(import.meta.url);
let known: readonly Slice[] | undefined;

/** Every slice there is, in the order in which they are asked. */
export function allSlices(): readonly Slice[] {
  return (known ??= FAMILIES.flatMap(slicesOf));
}

/** The slices that may have a character. */
export function slicesWith(code: number): readonly Slice[] {
  return allSlices().filter(({ ranges }) => ranges.some(([first, last]) => code >= first && code <= last));
}

function slicesOf(family: string): Slice[] {
  const name = `noto-sans-${family}`;
  const path = `@fontsource-variable/${name}`;
  const list = readFileSync(require.resolve(`${path}/unicode.json`), 'utf8');
  return Object.entries(readJson(list) as Record<string, string>).map(([slice, text]) => {
    const part = slice.replaceAll(/[[\]]/g, '');
    return {
      name: `${name}-${part}`,
      file: require.resolve(`${path}/files/${name}-${part}-wght-normal.woff2`),
      ranges: text.split(',').map(rangeOf),
    };
  });
}

/** `U+600-6ff` or `U+200d`. */
function rangeOf(text: string): readonly [number, number] {
  const [first, last = first] = text.trim().slice(2).split('-');
  return [parseInt(first, 16), parseInt(last, 16)];
}
