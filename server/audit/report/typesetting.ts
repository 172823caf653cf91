/**
 * Sets text: breaks it into lines that fit, and keeps out what the font cannot draw. A character that the font lacks is
 * written as its code, such as [U+4E2D], so that nothing is lost and no empty box stands in a PDF/A file.
 */
import { createRequire } from 'node:module';
import type PDFDocument from 'pdfkit';

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
  readonly _font: { readonly font: { hasGlyphForCodePoint(code: number): boolean } };
}

/** Spaces at the beginning of a line stay: they stick to the first word. */
const indent = (spaces: string): string => '\u{A0}'.repeat(spaces.length);

/** Words whose widths are remembered, for each weight. */
const REMEMBERED = 20_000;

/** Sets text on one document. */
export interface Typesetter {
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
  const drawable = new Map<number, boolean>();
  pdf.font('regular');
  const font = (pdf as unknown as OpenFont)._font.font;

  const canDraw = (code: number): boolean => {
    let can = drawable.get(code);
    if (can === undefined) {
      can = font.hasGlyphForCodePoint(code);
      drawable.set(code, can);
    }
    return can;
  };
  const clean = (text: string): string => {
    if (/^[\x20-\x7E]*$/.test(text)) return text;
    let result = '';
    for (const character of text.normalize('NFC')) {
      const code = character.codePointAt(0) ?? 0;
      if (character === '\t') result += '  ';
      else if (code >= 0x20 && canDraw(code)) result += character;
      else result += `[U+${code.toString(16).toUpperCase().padStart(4, '0')}]`;
    }
    return result;
  };
  /** The width of a word at a size of one point. */
  const unit = (word: string, bold: boolean): number => {
    const known = bold ? widths.bold : widths.regular;
    let width = known.get(word);
    if (width === undefined) {
      pdf.font(bold ? 'bold' : 'regular').fontSize(100);
      width = pdf.widthOfString(word) / 100;
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
    for (const character of word) {
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

  return {
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
      pdf
        .font(bold ? 'bold' : 'regular')
        .fontSize(size)
        .fillColor(colour);
      // The font's own line is less high than ours: what is left over stands above and below it.
      pdf.text(line, x, y + (size * LINE - pdf.currentLineHeight()) / 2, { lineBreak: false });
    },
  };
}
