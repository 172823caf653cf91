/** The page on the standard is held against the engine: every element type has a row, a paragraph, and cases that exist. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ELEMENT_TYPES } from '@countersign/engine';
import { root } from '../architecture/sources.js';
import { codeWords, readPage, section, tableRows } from './pages.js';

const rows = tableRows(section(readPage('docs/bpmn-support.md'), '## Elements'));
const CASES = join(root, 'test', 'cases');

describe('what the standard says', () => {
  it('is said of every element that the engine runs, and of no other', () => {
    const named = new Set(rows.flatMap(([, types]) => codeWords(types)));
    expect([...named].sort()).toEqual([...ELEMENT_TYPES].sort());
  });

  it.each(rows.map((row) => [row[0], row] as const))(
    '%s: a paragraph, and cases that show it',
    (_name, row) => {
      expect(row[3]).toMatch(/§\d+\.\d+/);
      const folders = codeWords(row[4]);
      expect(folders.length).toBeGreaterThan(0);
      for (const folder of folders) {
        const path = join(CASES, folder);
        expect(existsSync(path), folder).toBe(true);
        expect(readdirSync(path).length, folder).toBeGreaterThan(0);
      }
    },
  );

  it('leaves out no folder of cases but those of the dialect and of operators', () => {
    const shown = new Set(rows.flatMap((row) => codeWords(row[4])));
    const dialect = ['execution-listener', 'io-mapping', 'error-boundary-event'];
    const operators = ['migration', 'modification', 'suspension'];
    const others = [...dialect, ...operators];
    const folders = readdirSync(CASES, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(
      folders.map(({ name }) => name).filter((name) => !shown.has(name) && !others.includes(name)),
    ).toEqual([]);
  });
});
