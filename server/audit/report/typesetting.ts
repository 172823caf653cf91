/**
 * Sets text: breaks it into lines that fit, draws each part of a line in a font that has its script, from right to left
 * where the script runs so, and keeps out what no font can draw. Such a character is written as its code, such as
 * [U+E000], so that nothing is lost and no empty box stands in a PDF/A file.
 */
import { createRequire } from 'node:module';
import type PDFDocument from 'pdfkit';
import { facesFor, openFace } from './fonts/faces.js';
import type { Weight } from './fonts/faces.js';
import { visualRuns } from './visual-order.js';

/** A PDF on its way. */
export type Pdf = InstanceType<typeof PDFDocument>;

/** How text looks: size in points; line height is a multiple of it. */
export interface TextStyle {
  readonly size: number;
  readonly bold?: boolean;
  readonly colour?: string;
}

/** Height of a line, as a multiple of the size. */
export const LINE = 1.36;

const require = createRequire(import.meta.url);
const FONT = '@expo-google-fonts/ibm-plex-sans';
const FILES = {
  regular: require.resolve(`${FONT}/400Regular/IBMPlexSans_400Regular.ttf`),
  bold: require.resolve(`${FONT}/600SemiBold/IBMPlexSans_600SemiBold.ttf`),
};

/** What is used of pdfkit's font besides its types. */
interface OpenFont {
  readonly _font: {
    readonly ascender: number;
    /** The characters of each glyph in the file's part of the font. */
    readonly unicode: number[][];
    readonly font: { hasGlyphForCodePoint(code: number): boolean };
  };
}

/** A part of a line in one font. */
interface Part {
  text: string;
  readonly font: string;
}

/** Letters, digits and signs of ASCII: one font has them all, and they run from left to right. */
const isPlain = (text: string): boolean => /^[\x20-\x7E]*$/.test(text);

/** Nothing is drawn for these: they say how text runs, or where a word may be broken. */
const INVISIBLE = /[\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF\u00AD]/gu;
/** What belongs to the character before it: marks, and what joins letters or keeps them apart. */
const JOINED = /^[\p{M}\u200C\u200D]$/u;

const segments = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** What a word may be broken into: a letter keeps its marks. */
function charactersOf(word: string): Iterable<string> {
  return isPlain(word) ? word : Array.from(segments.segment(word), ({ segment }) => segment);
}

/** How far above the base line a font's line begins. */
function ascentOf(pdf: Pdf, size: number): number {
  return ((pdf as unknown as OpenFont)._font.ascender / 1000) * size;
}

/** No character of its own, and nothing between those around it: WORD JOINER. */
const NO_CHARACTER = 0x2060;

/**
 * Some scripts write one letter with two glyphs, and the second has no characters. PDF/A-2u (ISO 19005-2, 6.2.11.7.2)
 * wants every glyph to have some.
 */
function giveCharacters(pdf: Pdf): void {
  for (const characters of (pdf as unknown as OpenFont)._font.unicode) {
    if (characters.length === 0) characters.push(NO_CHARACTER);
  }
}

/** Spaces at the beginning of a line stay: they stick to the first word. */
const indent = (spaces: string): string => '\u{A0}'.repeat(spaces.length);

/** Words whose widths are remembered, for each weight. */
const REMEMBERED = 20_000;

/** Sets text on one document. */
export interface Typesetter {
  /** Fonts that were not there: with them the text is set anew. */
  readonly wanted: ReadonlySet<string>;
  /** The lines of a text that are no wider than `width` points. An empty text has one empty line. */
  lines(text: string, style: TextStyle, width: number): string[];
  /** The width of one line in points. */
  width(text: string, style: TextStyle): number;
  /** The line, or its beginning with an ellipsis where it is too wide. */
  cut(text: string, style: TextStyle, width: number): string;
  /** Draws one line with its upper left corner at this point. */
  draw(line: string, style: TextStyle, x: number, y: number): void;
}

/** A typesetter on `pdf`, with its fonts registered. */
export function createTypesetter(pdf: Pdf): Typesetter {
  pdf.registerFont('regular', FILES.regular);
  pdf.registerFont('bold', FILES.bold);
  const widths = { regular: new Map<string, number>(), bold: new Map<string, number>() };
  const wanted = new Set<string>();
  /** The font of each character that was met, by its weight; null where there is none. */
  const fontOf = { regular: new Map<number, string | null>(), bold: new Map<number, string | null>() };
  const registered = new Set<string>(['regular', 'bold']);

  /** Whether a font is there, and has the character. */
  const has = (name: string, code: number): boolean => {
    if (!registered.has(name)) {
      const opened = openFace(name);
      if (!opened) {
        wanted.add(name);
        return false;
      }
      // pdfkit takes an open font as well, which its types do not say.
      pdf.registerFont(name, opened as unknown as string);
      registered.add(name);
    }
    pdf.font(name);
    return (pdf as unknown as OpenFont)._font.font.hasGlyphForCodePoint(code);
  };
  const findFont = (code: number, weight: Weight): string | null => {
    const found = fontOf[weight].get(code);
    if (found !== undefined) return found;
    const font = [weight, ...facesFor(code, weight)].find((name) => has(name, code)) ?? null;
    fontOf[weight].set(code, font);
    return font;
  };
  /** A font of either weight will do: it is the characters that matter. */
  const canDraw = (code: number): boolean => findFont(code, 'regular') !== null;

  const clean = (text: string): string => {
    if (isPlain(text)) return text;
    let result = '';
    for (const character of text.normalize('NFC').replaceAll(INVISIBLE, '')) {
      const code = character.codePointAt(0) ?? 0;
      if (character === '\t') result += '  ';
      else if (code >= 0x20 && canDraw(code)) result += character;
      else result += `[U+${code.toString(16).toUpperCase().padStart(4, '0')}]`;
    }
    return result;
  };

  /** The parts of a text that one font draws each, as they stand from left to right. */
  const partsOf = (text: string, weight: Weight): Part[] => {
    if (isPlain(text)) return [{ text, font: weight }];
    const parts: Part[] = [];
    for (const run of visualRuns(text)) {
      let isFirst = true;
      for (const character of run.text) {
        const code = character.codePointAt(0) ?? 0;
        const last = isFirst ? undefined : parts.at(-1);
        isFirst = false;
        // A mark is drawn with the letter that it stands on.
        const isSame = last && JOINED.test(character) && has(last.font, code);
        const font = isSame ? last.font : (findFont(code, weight) ?? weight);
        if (last?.font === font) last.text += character;
        else parts.push({ text: character, font });
      }
    }
    return parts;
  };
  const widthOf = ({ text, font }: Part, size: number): number => {
    pdf.font(font).fontSize(size);
    return pdf.widthOfString(text);
  };

  /** The width of a word at a size of one point. */
  const unit = (word: string, bold: boolean): number => {
    const known = bold ? widths.bold : widths.regular;
    let width = known.get(word);
    if (width === undefined) {
      const parts = partsOf(word, bold ? 'bold' : 'regular');
      width = parts.reduce((sum, part) => sum + widthOf(part, 100), 0) / 100;
      if (known.size >= REMEMBERED) known.clear();
      known.set(word, width);
    }
    return width;
  };
  const width = (text: string, { size, bold = false }: TextStyle): number => {
    const space = unit(' ', bold);
    const words = text.split(' ');
    return (
      (words.reduce((sum, word) => sum + (word === '' ? 0 : unit(word, bold)), 0) +
        space * (words.length - 1)) *
      size
    );
  };

  /** Breaks one paragraph. A word that is wider than a line is broken where it is full. */
  const breakParagraph = (paragraph: string, style: TextStyle, most: number): string[] => {
    const lines: string[] = [];
    const space = unit(' ', style.bold ?? false) * style.size;
    let line = '';
    let used = 0;
    for (const word of paragraph.split(' ')) {
      const wide = width(word, style);
      if (line !== '' && used + space + wide <= most) {
        line += ` ${word}`;
        used += space + wide;
        continue;
      }
      if (line !== '') lines.push(line);
      const parts = wide > most ? pieces(word, style, most) : [word];
      lines.push(...parts.slice(0, -1));
      line = parts.at(-1) ?? '';
      used = width(line, style);
    }
    return [...lines, line];
  };
  const pieces = (word: string, style: TextStyle, most: number): string[] => {
    const found: string[] = [];
    let piece = '';
    let used = 0;
    for (const character of charactersOf(word)) {
      const wide = unit(character, style.bold ?? false) * style.size;
      if (piece !== '' && used + wide > most) {
        found.push(piece);
        piece = '';
        used = 0;
      }
      piece += character;
      used += wide;
    }
    return [...found, piece];
  };

  const drawPart = ({ text, font }: Part, x: number, y: number, size: number, colour: string): void => {
    pdf.font('regular').fontSize(size);
    // All fonts of a line stand on one base line: that of our own, whose line is less high than ours.
    const base = y + (size * LINE - pdf.currentLineHeight()) / 2 + ascentOf(pdf, size);
    pdf.font(font).fillColor(colour);
    pdf.text(text, x, base - ascentOf(pdf, size), { lineBreak: false });
    if (font !== 'regular' && font !== 'bold') giveCharacters(pdf);
  };

  return {
    wanted,
    lines: (text, style, most) =>
      text
        .split(/\r\n|[\n\r\u2028\u2029]/)
        .flatMap((paragraph) => breakParagraph(clean(paragraph).replace(/^ +/, indent), style, most)),
    width: (text, style) => width(clean(text), style),
    cut(text, style, most) {
      const line = clean(text.replaceAll(/\s+/g, ' '));
      if (width(line, style) <= most) return line;
      return `${pieces(line, style, most - width('…', style))[0].trimEnd()}…`;
    },
    draw(line, { size, bold = false, colour = '#22242a' }, x, y) {
      if (line === '') return;
      const weight = bold ? 'bold' : 'regular';
      let at = x;
      for (const part of partsOf(line, weight)) {
        drawPart(part, at, y, size, colour);
        at += widthOf(part, size);
      }
    },
  };
}
