/** Lines in their visual order: what stands further left on the page comes first. Letters of a script that runs from right to left stay as they are read: their font turns them round. */
import { expect, test } from 'vitest';
import { visualRuns } from './visual-order.js';

const runs = (line: string): string[] => visualRuns(line).map(({ text }) => text);

test.each([
  ['plain English', ['plain English']],
  ['王小明 and Zoë', ['王小明 and Zoë']],
  ['אבג', ['אבג']],
  ['אבג דהו', ['דהו', ' ', 'אבג']],
  ['by אבג דהו, then', ['by ', 'דהו', ' ', 'אבג', ', then']],
  ['אבג 12 דהו', ['דהו', ' ', '12', ' ', 'אבג']],
  ['x אבג (דהו) y', ['x ', '(', 'דהו', ') ', 'אבג', ' y']],
  ['שָׁלוֹם', ['שָׁלוֹם']],
  ['user:محمد', ['user:', 'محمد']],
])('%s', (line, expected) => {
  expect(runs(line)).toEqual(expected);
});
