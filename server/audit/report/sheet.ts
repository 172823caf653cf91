/**
 * The pages of a report: A4, with a running head, page numbers, and a cursor that goes down and on to the next page.
 * Pages go out as they are finished. The same report is set twice: the first time to learn its pages, the second time
 * with their numbers; nothing of the first is kept.
 */
import PDFDocument from 'pdfkit';
import { COLOURS } from './colours.js';
import { makeFaces } from './fonts/faces.js';
import { LINE, createTypesetter } from './typesetting.js';
import type { Pdf, TextStyle, Typesetter } from './typesetting.js';

/** What stands in the contents: where a part begins. */
export interface Entry {
  readonly title: string;
  readonly detail: string;
  readonly page: number;
}

/** What the first setting found out. */
export interface Paging {
  readonly pages: number;
  readonly entries: readonly Entry[];
  /** Fonts that were not there yet: with them, everything may stand elsewhere. */
  readonly wanted: ReadonlySet<string>;
}

/** What every page says about the report. */
export interface SheetFrame {
  readonly title: string;
  readonly subject: string;
  /** When the report was made, milliseconds since the epoch. */
  readonly at: number;
  /** Who or what made it. */
  readonly author: string;
}

/** A report being set. Lengths are in points; `y` grows downwards. */
export interface Sheet {
  readonly pdf: Pdf;
  readonly type: Typesetter;
  readonly left: number;
  readonly width: number;
  y: number;
  /** The page that is being set, from 1. */
  page(): number;
  /** Begins a page. */
  turn(layout?: 'portrait' | 'landscape'): void;
  /** Begins a page that lies as this one does. */
  turnOver(): void;
  /** Begins a page where less than `height` is left on this one. */
  need(height: number): void;
  /** Height that is left on this page. */
  rest(): number;
  /** Sets a text in lines, going on to further pages where it must. */
  text(text: string, style: TextStyle, options?: { x?: number; width?: number }): void;
  /** Moves the cursor down, but not over the end of the page. */
  gap(height: number): void;
  /** Begins a part that the contents and the outline name. */
  part(title: string, detail: string): void;
  /** The bytes that are finished. */
  take(): Uint8Array[];
  /** Ends the document; answers what is left of its bytes, and its paging. */
  end(): { readonly bytes: Uint8Array[]; readonly paging: Paging };
}

const MARGIN = 50;
const HEAD = 74;
const FOOT = 58;

/** Begins a report; `paging` is null while it is set for the first time. */
export function createSheet(frame: SheetFrame, paging: Paging | null): Sheet {
  const pdf = new PDFDocument({
    size: 'A4',
    margin: 0,
    autoFirstPage: false,
    pdfVersion: '1.7',
    subset: 'PDF/A-2b',
    lang: 'en',
    displayTitle: true,
    compress: paging !== null,
    info: {
      Title: frame.title,
      Subject: frame.subject,
      Author: frame.author,
      Creator: 'Countersign',
      Producer: 'Countersign',
      CreationDate: new Date(frame.at),
    },
  });
  // Every glyph has its characters, which is what 2u asks for over 2b; pdfkit has no word for it.
  (pdf as unknown as { subset_conformance: string }).subset_conformance = 'U';
  const type = createTypesetter(pdf);
  const entries: Entry[] = [];
  let page = 0;
  let width = 0;
  let bottom = 0;

  const furniture = (): void => {
    const small: TextStyle = { size: 7.5, colour: COLOURS.text3 };
    const baseline = bottom + 22;
    pdf
      .moveTo(MARGIN, baseline - 8)
      .lineTo(MARGIN + width, baseline - 8)
      .lineWidth(0.5)
      .stroke(COLOURS.border);
    const number = `Page ${page} of ${paging ? paging.pages : 99_999}`;
    const wide = type.width(number, small);
    type.draw(number, small, MARGIN + width - wide, baseline);
    const made = `Made ${utc(frame.at)} by Countersign`;
    type.draw(type.cut(made, small, width - wide - 20), small, MARGIN, baseline);
    if (page === 1) return;
    type.draw(
      type.cut(frame.title, { ...small, bold: true }, width / 2),
      { ...small, bold: true },
      MARGIN,
      34,
    );
    const subject = type.cut(frame.subject, small, width / 2 - 10);
    type.draw(subject, small, MARGIN + width - type.width(subject, small), 34);
    pdf
      .moveTo(MARGIN, 50)
      .lineTo(MARGIN + width, 50)
      .lineWidth(0.5)
      .stroke(COLOURS.border);
  };

  const sheet: Sheet = {
    pdf,
    type,
    left: MARGIN,
    get width() {
      return width;
    },
    y: 0,
    page: () => page,
    turn(layout = 'portrait') {
      pdf.addPage({ size: 'A4', layout, margin: 0 });
      page += 1;
      width = pdf.page.width - 2 * MARGIN;
      bottom = pdf.page.height - FOOT;
      sheet.y = HEAD;
      furniture();
    },
    turnOver: () => sheet.turn(pdf.page.width > pdf.page.height ? 'landscape' : 'portrait'),
    need(height) {
      if (sheet.y + height > bottom) sheet.turnOver();
    },
    rest: () => bottom - sheet.y,
    text(text, style, { x = MARGIN, width: most = MARGIN + width - x } = {}) {
      const height = style.size * LINE;
      for (const line of type.lines(text, style, most)) {
        sheet.need(height);
        type.draw(line, style, x, sheet.y);
        sheet.y += height;
      }
    },
    gap(height) {
      sheet.y = Math.min(bottom, sheet.y + height);
    },
    part(title, detail) {
      entries.push({ title, detail, page });
      pdf.addNamedDestination(`part-${entries.length}`, 'XYZ', 0, Math.max(0, sheet.y - 12), null);
      pdf.outline.addItem(title);
    },
    take() {
      const bytes: Uint8Array[] = [];
      for (let piece = read(pdf); piece; piece = read(pdf)) bytes.push(piece);
      return bytes;
    },
    end() {
      pdf.end();
      return { bytes: sheet.take(), paging: { pages: page, entries, wanted: type.wanted } };
    },
  };
  return sheet;
}

function read(pdf: Pdf): Uint8Array | null {
  return pdf.read() as Uint8Array | null;
}

/** A moment as a report writes it: to the second, in UTC, with the zone named. */
export function utc(at: number | string): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** A setting of a report: gives bytes, and at its end the paging. */
export type Setting = AsyncGenerator<Uint8Array, Paging>;

/** Sets a report until its pages are known, and then for good. `set` begins a setting. */
export async function* setTwice(set: (paging: Paging | null) => Setting): AsyncGenerator<Uint8Array> {
  let paging: Paging;
  // Fonts for other scripts are made when a text asks for them; what is set without them would be wider or narrower.
  do paging = await runThrough(set(null));
  while (await makeFaces(paging.wanted));
  yield* set(paging);
}

async function runThrough(setting: Setting): Promise<Paging> {
  let step = await setting.next();
  while (step.done !== true) step = await setting.next();
  return step.value;
}
