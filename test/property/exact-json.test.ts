/** The exact reader and writer on random values: nothing changes, and what is no such number is as the platform has it. */
import { describe, expect, it } from 'vitest';
import { readJson, withDoubles, writeJson } from '@countersign/engine';
import type { JsonValue } from '@countersign/engine';
import { jsonText } from '../support/json-texts.js';
import { fc } from '../support/property.js';

/** The same JSON with white space where it may stand; a text that may look like JSON is left as it is. */
function spaced(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|[[\]{},:]/g, (part) =>
    part.startsWith('"') ? part : ` \n${part}\t\r\n`,
  );
}

describe('exact JSON', () => {
  it('comes out as it went in', () => {
    fc.assert(
      fc.property(jsonText, (text) => {
        expect(writeJson(readJson(text))).toBe(text);
        expect(writeJson(readJson(spaced(text)))).toBe(text);
        expect(readJson(writeJson(readJson(text), 2))).toEqual(readJson(text));
      }),
      { numRuns: 500 },
    );
  });

  it('is the value that the platform reads, but for the whole numbers that it rounds', () => {
    fc.assert(
      fc.property(jsonText, (text) => {
        expect(withDoubles(readJson(text) as JsonValue)).toEqual(JSON.parse(text));
      }),
      { numRuns: 500 },
    );
  });

  it('is indented as the platform does', () => {
    fc.assert(
      fc.property(jsonText, (text) => {
        const value = withDoubles(readJson(text) as JsonValue);
        expect(writeJson([value, 9007199254740993n], 2)).toBe(
          JSON.stringify([value, 1.25], null, 2).replace(/1\.25\n\]$/, '9007199254740993\n]'),
        );
      }),
    );
  });

  it('is any JSON of the platform', () => {
    fc.assert(
      fc.property(fc.json({ noUnicodeString: false }), (text) => {
        expect(readJson(`[9007199254740993,${text}]`)).toEqual([9007199254740993n, JSON.parse(text)]);
      }),
      { numRuns: 500 },
    );
  });
});
