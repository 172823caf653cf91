import { expect, it } from 'vitest';
import { boundedLabels } from './bounded-labels.js';

it('tells the first names apart, and calls the rest other', () => {
  const labels = boundedLabels(2);
  const given = ['a/b:1', 'two', 'three', 'a/b:1'].map((text) => labels.nameOf(text));
  expect(given).toEqual(['a/b:1', 'two', 'other', 'a/b:1']);
});

it('takes no text that is no name', () => {
  const labels = boundedLabels(9);
  for (const text of ['', 'my key is', 'a\nb', 'x'.repeat(81)]) expect(labels.nameOf(text)).toBe('other');
});
