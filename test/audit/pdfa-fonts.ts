/**
 * What PDF/A-2b asks of fonts (ISO 19005-2, 6.2.11.4 to 6.2.11.7), for fonts as our files have them: every glyph that
 * a page shows is in the embedded file, is as wide there as the font says, and has its characters.
 */
import { readMap } from './pdf-text.js';

/** What is needed of an object of the file. */
export interface FontObject {
  readonly number: number;
  readonly dictionary: string;
  /** Its bytes, inflated. */
  readonly content: () => Buffer;
}

/** What breaks a rule, a sentence each. */
export function fontFindings(objects: readonly FontObject[]): string[] {
  const find = (dictionary: string | undefined, name: string): FontObject | undefined => {
    const number = new RegExp(`/${name} \\[?(\\d+) 0 R`).exec(dictionary ?? '')?.[1];
    return objects.find((object) => object.number === Number(number));
  };
  const findings: string[] = [];
  for (const [number, shown] of shownGlyphs(objects, find)) {
    const font = objects.find((object) => object.number === number);
    const descendant = find(font?.dictionary, 'DescendantFonts');
    const file = find(find(descendant?.dictionary, 'FontDescriptor')?.dictionary, 'FontFile2')?.content();
    const map = readMap(find(font?.dictionary, 'ToUnicode')?.content().toString('latin1') ?? '');
    const widths = widthsOf(descendant?.dictionary ?? '');
    const advances = file ? advancesOf(file) : [];
    const name = `font ${number}`;
    for (const glyph of shown) {
      if (glyph >= advances.length) findings.push(`6.2.11.4: ${name} has no glyph ${glyph} in its file`);
      else if (Math.abs((widths.at(glyph) ?? 1000) - advances[glyph]) > 1) {
        findings.push(`6.2.11.5: ${name} says another width of glyph ${glyph} than its file`);
      }
      if (!map.get(glyph.toString(16).padStart(4, '0'))) {
        findings.push(`6.2.11.7: ${name} has no characters for glyph ${glyph}`);
      }
    }
  }
  return findings;
}

/** The glyphs that pages show, by the number of the font. */
function shownGlyphs(
  objects: readonly FontObject[],
  find: (dictionary: string, name: string) => FontObject | undefined,
): Map<number, Set<number>> {
  const shown = new Map<number, Set<number>>();
  for (const { dictionary } of objects.filter((object) => /\/Type \/Page\b(?!s)/.test(object.dictionary))) {
    const resources = find(dictionary, 'Resources')?.dictionary ?? '';
    const fonts = new Map(
      [...resources.matchAll(/\/(F\d+) (\d+) 0 R/g)].map(([, name, of]) => [name, Number(of)]),
    );
    const text = find(dictionary, 'Contents')?.content().toString('latin1') ?? '';
    let font = 0;
    for (const [, name, hex] of text.matchAll(/\/(F\d+) [\d.]+ Tf|<([0-9a-f]+)>/g)) {
      if (name) font = fonts.get(name) ?? 0;
      else {
        const glyphs = shown.get(font) ?? new Set();
        for (const code of hex.match(/.{4}/g) ?? []) glyphs.add(parseInt(code, 16));
        shown.set(font, glyphs);
      }
    }
  }
  return shown;
}

/** The widths in `/W [0 [w0 w1 …]]`. */
function widthsOf(dictionary: string): number[] {
  const [, list = ''] = /\/W \[0 \[([\d. ]*)\]\]/.exec(dictionary) ?? [];
  return list.split(' ').map(Number);
}

/** How wide each glyph of a TrueType file is, in thousandths of its size. */
function advancesOf(file: Buffer): number[] {
  const tables = new Map<string, number>();
  for (let table = 0; table < file.readUInt16BE(4); table += 1) {
    const at = 12 + table * 16;
    tables.set(file.toString('latin1', at, at + 4), file.readUInt32BE(at + 8));
  }
  const of = (name: string): number => tables.get(name) ?? 0;
  const unit = 1000 / file.readUInt16BE(of('head') + 18);
  const metrics = file.readUInt16BE(of('hhea') + 34);
  return Array.from(
    { length: file.readUInt16BE(of('maxp') + 4) },
    (_, glyph) => file.readUInt16BE(of('hmtx') + 4 * Math.min(glyph, metrics - 1)) * unit,
  );
}
