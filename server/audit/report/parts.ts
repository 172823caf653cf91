/** The parts that pages are made of: headings, lists of facts, figures in a row, notes. */
import { COLOURS } from './colours.js';
import type { Sheet } from './sheet.js';
import { LINE } from './typesetting.js';
import type { TextStyle } from './typesetting.js';

const BODY: TextStyle = { size: 9 };
const MUTED: TextStyle = { size: 9, colour: COLOURS.text2 };

/** A heading, never alone at the end of a page. */
export function heading(sheet: Sheet, text: string, rank: 1 | 2): void {
  const style: TextStyle = { size: rank === 1 ? 15 : 11, bold: true };
  sheet.gap(rank === 1 ? 8 : 14);
  sheet.need(rank === 1 ? 90 : 56);
  sheet.text(text, style);
  sheet.gap(rank === 1 ? 4 : 5);
}

/** A paragraph; muted where it only explains. */
export function paragraph(sheet: Sheet, text: string, muted = false): void {
  sheet.text(text, muted ? MUTED : BODY);
  sheet.gap(4);
}

/** Names and what they are, a line each or more. */
export function facts(sheet: Sheet, lines: readonly (readonly [name: string, value: string])[]): void {
  const names = Math.min(170, 14 + Math.max(0, ...lines.map(([name]) => sheet.type.width(name, MUTED))));
  for (const [name, value] of lines) {
    sheet.need(BODY.size * LINE);
    const top = sheet.y;
    const page = sheet.page();
    sheet.text(name, MUTED, { width: names - 10 });
    const end = sheet.y;
    if (sheet.page() === page) sheet.y = top;
    sheet.text(value, BODY, { x: sheet.left + names, width: sheet.width - names });
    if (sheet.page() === page) sheet.y = Math.max(sheet.y, end);
    sheet.gap(2.5);
  }
}

/** Figures side by side, each in a box with what it counts. */
export function figures(
  sheet: Sheet,
  boxes: readonly { readonly figure: string; readonly name: string; readonly colour?: string }[],
): void {
  const gap = 8;
  const width = (sheet.width - gap * (boxes.length - 1)) / boxes.length;
  const height = 46;
  sheet.need(height);
  boxes.forEach(({ figure, name, colour = COLOURS.ink }, index) => {
    const x = sheet.left + index * (width + gap);
    sheet.pdf
      .roundedRect(x, sheet.y, width, height, 4)
      .lineWidth(0.6)
      .fillAndStroke(COLOURS.subtle, COLOURS.border);
    const large: TextStyle = { size: 15, bold: true, colour };
    sheet.type.draw(sheet.type.cut(figure, large, width - 18), large, x + 9, sheet.y + 6);
    const small: TextStyle = { size: 7.5, colour: COLOURS.text2 };
    sheet.type.draw(sheet.type.cut(name, small, width - 18), small, x + 9, sheet.y + 28);
  });
  sheet.y += height;
  sheet.gap(10);
}

/** A word in a coloured box, at a point; answers its width. */
export function badge(
  sheet: Sheet,
  text: string,
  colour: string,
  soft: string,
  x: number,
  y: number,
): number {
  const style: TextStyle = { size: 8, bold: true, colour };
  const width = sheet.type.width(text, style) + 12;
  sheet.pdf.roundedRect(x, y, width, 14, 7).lineWidth(0.6).fillAndStroke(soft, colour);
  sheet.type.draw(text, style, x + 6, y + 1.4);
  return width;
}
