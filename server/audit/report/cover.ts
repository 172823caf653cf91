/** The first pages: what was asked, what it comes to, how to read it, and what stands where. */
import type { ExportSource } from '../formats/format.js';
import { describeFilter } from '../filter.js';
import { COLOURS } from './colours.js';
import { facts, figures, heading, paragraph } from './parts.js';
import type { Paging, Sheet } from './sheet.js';
import { utc } from './sheet.js';
import { beginTable } from './table.js';
import type { Tally } from './tally.js';
import { LINE } from './typesetting.js';
import type { TextStyle } from './typesetting.js';
import { countText } from './values.js';

/** What a cover says besides its sums. */
export interface CoverWords {
  readonly title: string;
  readonly lead: string;
  readonly notes: readonly string[];
  /** Who asked for the report, by name. */
  readonly madeFor: string;
}

/** Sets the cover on the first page. `sums` are shown side by side. */
export function setCover(
  sheet: Sheet,
  source: ExportSource,
  words: CoverWords,
  sums: readonly { readonly figure: string; readonly name: string; readonly colour?: string }[],
): void {
  sheet.turn();
  sheet.pdf.rect(sheet.left, 64, 34, 4).fill(COLOURS.accent);
  sheet.y = 78;
  sheet.text('Countersign audit trail', { size: 9, bold: true, colour: COLOURS.text2 });
  sheet.gap(2);
  sheet.text(words.title, { size: 24, bold: true });
  sheet.gap(4);
  sheet.text(words.lead, { size: 10.5, colour: COLOURS.text2 });
  sheet.gap(14);
  figures(sheet, sums);
  heading(sheet, 'What was asked', 2);
  const asked = describeFilter(source.filter);
  facts(sheet, asked.length > 0 ? asked : [['Filter', 'none: the whole audit trail']]);
  heading(sheet, 'How it was made', 2);
  facts(sheet, [
    ['Made', utc(source.now)],
    ['For', words.madeFor],
    ['From', source.origin],
    [
      'Looked at',
      `the journal up to its row ${countText(source.rows.until)}; rows written later are not in this report`,
    ],
    ['Times', 'UTC everywhere'],
  ]);
  for (const note of words.notes) paragraph(sheet, note, true);
}

/** Sets the sums of the rows that were asked for: by doer and by type. */
export function setTotals(sheet: Sheet, tally: Tally): void {
  heading(sheet, 'Source totals', 2);
  facts(sheet, [
    ['Rows', countText(tally.rows)],
    [
      'First and last',
      tally.first === null || tally.last === null ? '–' : `${utc(tally.first)} to ${utc(tally.last)}`,
    ],
    ['Of people', countText(tally.byDoer.human)],
    ['Of AI agents', countText(tally.byDoer.ai)],
    ['Of systems', countText(tally.byDoer.system)],
  ]);
  const types = [...tally.byType].sort(([one], [other]) => (one < other ? -1 : 1));
  const half = Math.ceil(types.length / 2);
  sheet.gap(6);
  const table = beginTable(sheet, [
    { name: 'Event type', share: 34 },
    { name: 'Rows', share: 12, right: true },
    { name: '', share: 4 },
    { name: half < types.length ? 'Event type' : '', share: 34 },
    { name: half < types.length ? 'Rows' : '', share: 12, right: true },
  ]);
  for (let place = 0; place < half; place += 1) {
    const pairs = [types[place], types.at(half + place)].map((pair) => pair ?? (['', null] as const));
    const [[one, rows], [other, others]] = pairs;
    table.row([
      one,
      rows === null ? '' : countText(rows),
      '',
      other,
      others === null ? '' : countText(others),
    ]);
  }
}

/** Sets the contents of a report of `count` parts; their pages are known when it is set for the second time. */
export function setContents(sheet: Sheet, count: number, paging: Paging | null): void {
  sheet.turn();
  heading(sheet, 'Contents', 1);
  const style: TextStyle = { size: 9 };
  const height = style.size * LINE + 3;
  for (let place = 0; place < count; place += 1) {
    sheet.need(height);
    const entry = paging?.entries.at(place);
    const { title = '', detail = '', page = 0 } = entry ?? {};
    const number = String(page);
    const shown = sheet.type.cut(title, style, sheet.width * 0.55);
    sheet.type.draw(shown, style, sheet.left, sheet.y);
    const muted = { ...style, size: 8, colour: COLOURS.text3 };
    sheet.type.draw(
      sheet.type.cut(detail, muted, sheet.width * 0.36),
      muted,
      sheet.left + sheet.width * 0.57,
      sheet.y + 0.6,
    );
    sheet.type.draw(number, style, sheet.left + sheet.width - sheet.type.width(number, style), sheet.y);
    if (entry) sheet.pdf.goTo(sheet.left, sheet.y, sheet.width, height, `part-${place + 1}`);
    sheet.y += height;
  }
}
