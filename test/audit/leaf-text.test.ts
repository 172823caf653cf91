/** The sequencer's own way to the text of a row gives the text that the engine specifies, for any row. */
import { fc } from '../support/property.js';
import { jsonText } from '../support/json-texts.js';
import { expect, test } from 'vitest';
import { leafRow, leafText, readJson } from '@countersign/engine';
import type { JsonValue, StoredLeaf } from '@countersign/engine';
import { fastLeafText } from '../../server/audit/sequencer/leaf-text.js';

const key = fc.option(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }));
const word = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('\ud800', 'a"b\\c', 'é\u2028'),
);
const exact = jsonText.map((text) => readJson(text) as JsonValue);
const row: fc.Arbitrary<StoredLeaf> = fc.record({
  position: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  rootKey: key,
  processInstanceKey: key,
  sequence: fc.option(fc.integer({ min: 1 })),
  at: fc.integer({ min: 0, max: 8_640_000_000_000_000 }),
  actor: word,
  type: word,
  elementId: fc.option(word),
  elementInstanceKey: key,
  flowId: fc.option(word),
  processDefinitionKey: key,
  data: fc.dictionary(word, fc.oneof(fc.jsonValue(), exact, fc.dictionary(word, exact))),
  commitment: fc.option(fc.stringMatching(/^[0-9a-f]{64}$/)),
});

test('both texts of a row are the same', () => {
  fc.assert(
    fc.property(row, (stored) => {
      expect(fastLeafText(stored)).toBe(leafText(leafRow(stored)));
    }),
    { numRuns: 2_000 },
  );
});
