/**
 * Fonts whose text HarfBuzz shapes: which glyphs stand for some letters, and where, is too much for the reader of fonts
 * in some scripts of India. What comes out is what that reader would give, so that a PDF takes it as its own.
 */
import { create } from 'fontkit';
import type { Font, GlyphRun } from 'fontkit';
import { Blob, Buffer as TextBuffer, ClusterLevel, Face, Font as ShapingFont, shape } from 'harfbuzzjs';

/** The font of a TrueType file, which lays text out by HarfBuzz. */
export function openShapedFont(file: Uint8Array): Font {
  const font = create(file);
  const shaping = new ShapingFont(new Face(new Blob(file.slice().buffer)));
  font.layout = (text) => layOut(font, shaping, text);
  return font;
}

/** Glyphs from left to right, in units of the font, each with the characters that it was made of. */
function layOut(font: Font, shaping: ShapingFont, text: string): GlyphRun {
  const buffer = new TextBuffer();
  // Each glyph keeps the character it comes from, as far as one can be told: what is copied out of the PDF is the text.
  buffer.setClusterLevel(ClusterLevel.CHARACTERS);
  buffer.addText(text);
  buffer.guessSegmentProperties();
  shape(shaping, buffer);
  const infos = buffer.getGlyphInfos();
  const positions = buffer.getGlyphPositions();
  const starts = [...new Set(infos.map(({ cluster }) => cluster))].sort((one, other) => one - other);
  const given = new Set<number>();
  const charactersOf = (cluster: number): number[] => {
    // Where several glyphs come of the same characters, the first of them has these.
    if (given.has(cluster)) return [];
    given.add(cluster);
    const end = starts.at(starts.indexOf(cluster) + 1) ?? text.length;
    return Array.from(
      text.slice(cluster, end > cluster ? end : text.length),
      (one) => one.codePointAt(0) ?? 0,
    );
  };
  const glyphs = infos.map(({ codepoint, cluster }) => font.getGlyph(codepoint, charactersOf(cluster)));
  return {
    glyphs,
    positions,
    get advanceWidth() {
      return positions.reduce((sum, { xAdvance }) => sum + xAdvance, 0);
    },
  };
}
