/** Results for people: a table of a list, a block of one thing. */
import { writeJson } from '@countersign/engine';

/** A column: its head, and what stands in it for an item. */
export interface Column<Item> {
  readonly head: string;
  readonly value: (item: Item) => unknown;
}

/** Characters of one cell at most; a longer text is cut. */
const MOST = 60;

/** A table with a head, the columns as wide as they need to be. An empty list gives one line. */
export function formatTable<Item>(items: readonly Item[], columns: readonly Column<Item>[]): string {
  if (items.length === 0) return 'Nothing found.\n';
  const rows = [
    columns.map(({ head }) => head),
    ...items.map((item) => columns.map(({ value }) => cell(value(item)))),
  ];
  const widths = columns.map((_, index) => Math.max(...rows.map((row) => row[index].length)));
  return rows
    .map(
      (row) =>
        `${row
          .map((text, index) => text.padEnd(widths[index]))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

/** One thing, a line for each field that has a value. */
export function formatFields(fields: Readonly<Record<string, unknown>>): string {
  const present = Object.entries(fields).filter(
    ([, value]) => value !== null && value !== undefined && value !== '',
  );
  const width = Math.max(...present.map(([name]) => name.length));
  return present.map(([name, value]) => `${name.padEnd(width)}  ${asText(value)}\n`).join('');
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = asText(value).replace(/\s+/g, ' ');
  return text.length > MOST ? `${text.slice(0, MOST - 1)}…` : text;
}

function asText(value: unknown): string {
  return printable(typeof value === 'string' ? value : writeJson(value));
}

/** Text from models and variables must not steer the terminal: control characters are shown, not sent. */
function printable(text: string): string {
  return Array.from(text, (char) => (isControl(char) ? '\ufffd' : char)).join('');
}

function isControl(char: string): boolean {
  const code = char.codePointAt(0) ?? 0;
  return (code < 32 && char !== '\n' && char !== '\t') || (code >= 127 && code < 160);
}
