/**
 * A table on a sheet: cells wrap, a row that does not fit goes on over the page, and every page begins with the heads
 * of the columns.
 */
import { COLOURS } from './colours.js';
import type { Sheet } from './sheet.js';
import { LINE } from './typesetting.js';
import type { TextStyle } from './typesetting.js';

/** A column: its share of the width, and how its cells stand. */
export interface TableColumn {
  readonly name: string;
  /** Relative to the other columns. */
  readonly share: number;
  readonly right?: boolean;
}

/** A cell: a text, or a text with a mark before it or a look of its own. */
export interface TableCell {
  readonly text: string;
  readonly colour?: string;
  readonly bold?: boolean;
  /** Draws a mark of 8 by 8 points with its upper left corner there; the text moves aside. */
  readonly mark?: (x: number, y: number) => void;
}

/** A table being set. */
export interface Table {
  row(cells: readonly (TableCell | string)[]): void;
}

const CELL: TextStyle = { size: 8 };
const HEAD: TextStyle = { size: 7.5, bold: true, colour: COLOURS.text2 };
const PAD = 3.5;
const GAP = 8;
const MARK = 12;

/** Begins a table at the cursor. */
export function beginTable(sheet: Sheet, columns: readonly TableColumn[]): Table {
  const whole = columns.reduce((sum, { share }) => sum + share, 0);
  const places = (): { x: number; width: number }[] => {
    const usable = sheet.width - GAP * (columns.length - 1);
    let x = sheet.left;
    return columns.map(({ share }) => {
      const width = (usable * share) / whole;
      const place = { x, width };
      x += width + GAP;
      return place;
    });
  };
  const heads = (): void => {
    const at = places();
    const lines = columns.map(({ name }, index) => sheet.type.lines(name, HEAD, at[index].width));
    const height = Math.max(...lines.map(({ length }) => length)) * HEAD.size * LINE;
    lines.forEach((texts, index) => {
      texts.forEach((line, place) => {
        const { x, width } = at[index];
        const shift = columns[index].right ? width - sheet.type.width(line, HEAD) : 0;
        sheet.type.draw(line, HEAD, x + shift, sheet.y + place * HEAD.size * LINE);
      });
    });
    sheet.y += height + PAD;
    rule(sheet, COLOURS.faint, 0.8);
    sheet.y += PAD;
  };
  sheet.need(60);
  heads();

  return {
    row(cells) {
      const at = places();
      const styled = cells.map((cell) => (typeof cell === 'string' ? { text: cell } : cell));
      const lines = styled.map((cell, index) =>
        sheet.type.lines(
          cell.text,
          { ...CELL, ...cell },
          at[index].width - ('mark' in cell && cell.mark ? MARK : 0),
        ),
      );
      const count = Math.max(...lines.map(({ length }) => length));
      const height = CELL.size * LINE;
      // A row of a few lines stays together; a longer one is broken over pages.
      if (count <= 12 && sheet.rest() < count * height + PAD) {
        sheet.turnOver();
        heads();
      }
      for (let place = 0; place < count; place += 1) {
        if (sheet.rest() < height) {
          sheet.turnOver();
          heads();
        }
        styled.forEach((cell, index) => {
          const line = lines[index].at(place);
          if (line === undefined) return;
          const { x, width } = at[index];
          const mark = 'mark' in cell ? cell.mark : undefined;
          if (mark && place === 0) mark(x, sheet.y + (height - 8) / 2);
          const style = {
            ...CELL,
            ...(cell.bold && { bold: true }),
            ...(cell.colour && { colour: cell.colour }),
          };
          const shift = columns[index].right ? width - sheet.type.width(line, style) : mark ? MARK : 0;
          sheet.type.draw(line, style, x + shift, sheet.y);
        });
        sheet.y += height;
      }
      sheet.y += PAD;
      rule(sheet, COLOURS.border, 0.4);
      sheet.y += PAD;
    },
  };
}

/** A line over the whole width at the cursor. */
export function rule(sheet: Sheet, colour: string, thickness: number): void {
  sheet.pdf
    .moveTo(sheet.left, sheet.y)
    .lineTo(sheet.left + sheet.width, sheet.y)
    .lineWidth(thickness)
    .stroke(colour);
}
