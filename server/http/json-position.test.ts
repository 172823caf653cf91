import { describe, expect, it } from 'vitest';
import { jsonPosition } from './json-position.js';

describe('where JSON is broken', () => {
  it.each([
    ['{"a": 1,\n "b": tru}', 'in line 2, column 7 there is "t" where a value should be.'],
    ['{"a" 1}', 'in line 1, column 6 there is "1" where a colon should be.'],
    ['{"a": 1', 'in line 1, column 8 the text ends where a comma or the end should be.'],
    ['{"a": [1, ]}', 'in line 1, column 11 there is "]" where a value should be.'],
    ['{"a": "b\nc"}', 'in line 1, column 9 there is "\\n" where the end of the string should be.'],
    ['{"a": "b', 'in line 1, column 9 the text ends where the end of the string should be.'],
    ['{a: 1}', 'in line 1, column 2 there is "a" where a name in quotes should be.'],
    ['{} x', 'in line 1, column 4 there is "x" where nothing more should be.'],
    [
      '{"a": {"b": []}, "c": [[], {}, -0.5e3, null], }',
      'in line 1, column 47 there is "}" where a name in quotes should be.',
    ],
    ['', 'in line 1, column 1 the text ends where a value should be.'],
    ['{"a": "\\x"}', 'in line 1, column 9 there is "x" where the end of the string should be.'],
  ])('%j', (text, sentence) => {
    expect(() => JSON.parse(text) as unknown).toThrow();
    expect(jsonPosition(text)).toBe(sentence);
  });
});
