/** Canonical JSON against the examples of RFC 8785, and what a leaf and a commitment are taken of. */
import { describe, expect, it } from 'vitest';
import {
  canonicalJson,
  commitmentOf,
  fromBase64,
  leafOf,
  leafRow,
  pseudonymOf,
  toBase64,
  toHex,
  unicodeJson,
} from '@countersign/engine';
import type { JsonValue, StoredLeaf } from '@countersign/engine';
import { nodeJournalPort as port } from '../../server/audit/journal-port.js';

const STORED: StoredLeaf = {
  position: 12,
  rootKey: 7,
  processInstanceKey: 7,
  sequence: 3,
  at: Date.UTC(2026, 0, 31, 9, 30),
  actor: 'system',
  type: 'element activated',
  elementId: 'check',
  elementInstanceKey: 9,
  flowId: null,
  processDefinitionKey: 2,
  data: { b: [1, true, null], a: 'é' },
  commitment: null,
};

describe('canonical JSON', () => {
  it('is that of the example of RFC 8785 section 3.2.2', () => {
    const value = JSON.parse(
      '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],' +
        '"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
    ) as Record<string, never>;
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it('has whole numbers that no double shows as texts, and says where', () => {
    const value = { z: 9007199254740993n, a: [{ 'm/~': -9223372036854775808n }, 1, '9007199254740993'] };
    const text =
      '{"$integers":["/a/0/m~1~0","/z"],"a":[{"m/~":"-9223372036854775808"},1,"9007199254740993"],' +
      '"z":"9007199254740993"}';
    expect(canonicalJson(value)).toBe(text);
    expect(canonicalJson(JSON.parse(text) as Record<string, never>)).toBe(text);
    expect(() => canonicalJson([9007199254740993n])).toThrow(TypeError);
  });

  it('orders properties as the example of RFC 8785 section 3.2.3', () => {
    const value = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    };
    expect(Object.values(JSON.parse(canonicalJson(value)) as Record<string, string>).sort()).toEqual(
      Object.values(value).sort(),
    );
    expect([...canonicalJson(value).matchAll(/:"([A-Z][a-z]+)/g)].map(([, word]) => word)).toEqual([
      'Carriage',
      'One',
      'Control',
      'Latin',
      'Euro',
      'Emoji',
      'Hebrew',
    ]);
  });

  it.each([
    [0, '0'],
    [-0, '0'],
    [5e-324, '5e-324'],
    [1.7976931348623157e308, '1.7976931348623157e+308'],
    [9007199254740992, '9007199254740992'],
    [1e21, '1e+21'],
    [999999999999999700000, '999999999999999700000'],
    [1e-7, '1e-7'],
    [0.000001, '0.000001'],
  ])('writes the number %d as RFC 8785 appendix B does', (value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  it('refuses what has no canonical form', () => {
    expect(() => canonicalJson({ a: ['\ud800'] })).toThrow('no Unicode');
    expect(() => canonicalJson({ '\udc00': 1 })).toThrow('no Unicode');
    expect(() => canonicalJson([Number.NaN])).toThrow('no number NaN');
    expect(canonicalJson('\\ud800')).toBe('"\\\\ud800"');
  });

  it('has U+FFFD for a lone surrogate where it must not refuse', () => {
    expect(unicodeJson({ '\udc00': ['a\ud800', '😀'] })).toBe('{"\ufffd":["a\ufffd","😀"]}');
  });

  it('is the same however deep the value is nested', () => {
    const levels = 50_000;
    const deep = `${'{"b":[1,'.repeat(levels)}"x"${'],"a":{},"c":[]}'.repeat(levels)}`;
    const sorted = `${'{"a":{},"b":[1,'.repeat(levels)}"x"${'],"c":[]}'.repeat(levels)}`;
    expect(canonicalJson(JSON.parse(deep) as JsonValue)).toBe(sorted);
    expect(unicodeJson(JSON.parse(deep) as JsonValue)).toBe(sorted);
  });
});

describe('a leaf', () => {
  it('is the hash of a zero byte and the canonical text of the row', () => {
    const text =
      '{"actor":"system","at":"2026-01-31T09:30:00.000Z","commitment":null,"data":{"a":"é","b":[1,true,null]},' +
      '"elementId":"check","elementInstanceKey":"9","flowId":null,"position":"12","processDefinitionKey":"2",' +
      '"processInstanceKey":"7","rootKey":"7","sequence":3,"type":"element activated"}';
    const leaf = leafOf(port, STORED);
    expect(leaf.text).toBe(text);
    expect(toHex(leaf.hash)).toBe(
      toHex(port.sha256(Buffer.concat([Buffer.of(0), Buffer.from(text, 'utf8')]))),
    );
  });

  it('is another one when any field is another', () => {
    const changes: Partial<StoredLeaf>[] = [
      { position: 13 },
      { rootKey: 8 },
      { processInstanceKey: null },
      { sequence: 4 },
      { at: STORED.at + 1 },
      { actor: 'timer' },
      { type: 'element completed' },
      { elementId: null },
      { elementInstanceKey: 10 },
      { flowId: 'a' },
      { processDefinitionKey: 3 },
      { data: { ...STORED.data, a: 'e' } },
      { commitment: '00' },
    ];
    expect(changes.map((change) => Object.keys(change)[0]).sort()).toEqual(
      Object.keys(leafRow(STORED)).sort(),
    );
    const hashes = [{}, ...changes].map((change) => toHex(leafOf(port, { ...STORED, ...change }).hash));
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});

describe('a commitment', () => {
  const salt = Buffer.alloc(32, 7);

  it('is the hash of the salt and the canonical content', () => {
    const expected = port.sha256(Buffer.concat([salt, Buffer.from('{"amount":1,"name":"Mary"}')]));
    expect(commitmentOf(port, salt, { name: 'Mary', amount: 1 })).toBe(toHex(expected));
  });

  it('of a person names them by the first half of a hash', () => {
    const expected = toHex(port.sha256(Buffer.concat([salt, Buffer.from('user:mary')])));
    expect(pseudonymOf(port, salt, 'user:mary')).toBe(`p-${expected.slice(0, 32)}`);
  });
});

describe('Base64', () => {
  it('goes there and back, and has one text for the same bytes', () => {
    for (let length = 0; length < 40; length += 1) {
      const bytes = Uint8Array.from({ length }, (_, at) => (at * 37 + length) % 256);
      expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
      expect([...(fromBase64(toBase64(bytes)) ?? [])]).toEqual([...bytes]);
    }
    expect(['A', 'AAA', 'AB==', 'AA=A', 'A-_=', 'AAAA\n'].map(fromBase64)).toEqual(Array(6).fill(undefined));
  });
});
