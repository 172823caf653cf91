/** docs/operating.md explains every problem that a migration can be refused with, in the catalogue's words. */
import { MIGRATION_PROBLEM_CODES } from '@countersign/engine';
import { expect, test } from 'vitest';
import { codeWords, readPage, section, tableRows } from './pages.js';

test('every problem of a migration is told', () => {
  const rows = tableRows(section(readPage('docs/operating.md'), '## Migrate'));
  const told = rows.flatMap(([code, meaning]) => {
    const [word] = codeWords(code);
    return word === undefined ? [] : [[word, meaning]];
  });
  expect(told).toEqual(Object.entries(MIGRATION_PROBLEM_CODES));
});
