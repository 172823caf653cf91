/** What is written as CSV is read again by a strict reader, field by field, and no field begins as a formula. */
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvHead, csvRecords } from './csv.js';

/** A file by the grammar of RFC 4180 to the letter: records end in CR LF, and only quoted fields have quotes, commas or line ends. */
const RFC_4180 = /^(?:(?:"(?:[^"]|"")*"|[^",\r\n]*)(?:,(?:"(?:[^"]|"")*"|[^",\r\n]*))*\r\n)*$/;

const sign = fc.constantFrom(
  '=',
  '+',
  '-',
  '@',
  '\t',
  '\r',
  '\n',
  '"',
  ',',
  "'",
  ' ',
  '\u200B',
  '＝',
  '\uFEFF',
);
const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.array(fc.oneof(sign, fc.string({ maxLength: 4 })), { maxLength: 8 }).map((parts) => parts.join('')),
);
const cell = fc.oneof(
  text,
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constant(null),
);
const table = fc
  .integer({ min: 1, max: 5 })
  .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { maxLength: 6 }));

const read = (csv: string): string[][] => parse(csv, { skip_empty_lines: false, record_delimiter: '\r\n' });

test('every field comes back as it was, but for the apostrophe before a formula', () => {
  fc.assert(
    fc.property(table, (records) => {
      const names = (records[0] ?? ['a']).map((_, at) => `column ${at}`);
      const csv = csvRecords([names, ...records]);
      expect(csv).toMatch(RFC_4180);
      const wanted = records.map((cells) => cells.map((one) => (one === null ? '' : String(one))));
      const found = read(csv).slice(1);
      expect(found.map(({ length }) => length)).toEqual(wanted.map(({ length }) => length));
      found.flat().forEach((value, at) => {
        const original = wanted.flat()[at];
        expect([original, `'${original}`]).toContain(value);
      });
    }),
    { numRuns: 500, seed: 20261201 },
  );
});

test.each([
  '=1+1',
  '+49 30 1234',
  '-2+3+cmd|"/C calc"!A0',
  '@SUM(1)',
  '\t=1',
  '\r=1',
  '\n=1',
  ' =1+1',
  '\u00A0=1+1',
  '\u200B=1',
  '\uFEFF=1',
  '＝1+1',
  '＋1',
  '－1',
  '＠SUM(1)',
])('%j is marked as text', (formula) => {
  expect(read(csvRecords([[formula]]))).toEqual([[`'${formula}`]]);
});

test.each(['a=b', '2-1', 'mary@example.com', '– none', '{"a":-1}', ''])('%j stays as it is', (plain) => {
  expect(csvRecords([[plain, 1]])).toContain(plain.replaceAll('"', '""'));
  expect(read(csvRecords([[plain, 1]]))).toEqual([[plain, '1']]);
});

test('a number keeps its sign', () => {
  expect(csvRecords([[-5, 2.5, null]])).toBe('-5,2.5,\r\n');
});

test.each(['boom\n=1+1', 'boom\r=1+1', 'boom\r\n=1+1', '\nboom', 'boom\n'])('%j is one field', (lines) => {
  expect(read(csvRecords([['before', lines, 'after']]))).toEqual([
    ['before', /^\s/.test(lines) ? `'${lines}` : lines, 'after'],
  ]);
});

test('the head begins with a byte order mark', () => {
  expect(csvHead(['a', 'b'])).toBe('\uFEFFa,b\r\n');
});
