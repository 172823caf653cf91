import { describe, expect, it } from 'vitest';
import { readJson, withDoubles, writeJson } from './exact-json.js';
import type { JsonValue } from './json.js';

/** The text after it was read and written. */
const through = (text: string): string => writeJson(readJson(text));

describe('whole numbers in JSON', () => {
  it.each([
    '9007199254740993',
    '-9007199254740993',
    '9223372036854775807',
    '-9223372036854775808',
    '9223372036854775808',
    '18446744073709551615',
    '123456789012345678901234567890',
    '{"order":9007199254740993}',
    '[9007199254740993,9007199254740992,9007199254740994]',
    '[[[-9007199254740995]],{"a":{"b":[1234567890123456789]}}]',
    '{"9007199254740993":9007199254740993}',
  ])('%s stays as it is', (text) => {
    expect(through(text)).toBe(text);
  });

  it.each([
    ['9007199254740991', 9007199254740991],
    ['9007199254740992', 9007199254740992],
    ['9007199254740994', 9007199254740994],
    ['9007199254740993.0', 9007199254740993n],
    ['-9007199254740993.000', -9007199254740993n],
    ['100000000000000000000', 1e20],
    ['10000000000000000000000', 1e22],
    ['9223372036854776000', 2 ** 63],
    ['9223372036854775808', 2n ** 63n],
    ['9007199254740993', 2n ** 53n + 1n],
  ])('%s is %o', (text, value) => {
    expect(readJson(text)).toBe(value);
  });

  it('keeps two neighbours apart', () => {
    const [one, other] = readJson('[9007199254740992,9007199254740993]') as [unknown, unknown];
    expect(one === other).toBe(false);
    expect(readJson('9007199254740993')).toBe(readJson(' 9007199254740993 '));
  });

  it.each([
    ['0.1234567890123456789012345', 0.12345678901234568],
    ['9007199254740993.5', 9007199254740994],
    ['1e21', 1e21],
    ['9007199254740993e0', 9007199254740992],
    ['1e400', Infinity],
    ['9'.repeat(400), Infinity],
    ['-0', -0],
  ])('takes %s, which has a fraction, an exponent or no end, for a double', (text, value) => {
    expect(readJson(text)).toBe(value);
  });

  it.each([
    '"9007199254740993"',
    '{"a":"id: 9007199254740993, and \\"9007199254740993\\"","b":9007199254740993}',
    '["\\\\",9007199254740993,"\\\\\\"",":9007199254740993"]',
    '{"a\\"b":9007199254740993,"":[],"c":{},"d":[true,false,null,1.5,-2e-7,""]}',
    '["\\u00e9 ä 😀",9007199254740993]',
  ])('does not mistake texts: %s', (text) => {
    const slow = readJson(text);
    expect(writeJson(slow)).toBe(text.replace('\\u00e9', 'é'));
    expect(withDoubles(slow as JsonValue)).toEqual(JSON.parse(text));
  });

  it('reads around white space, and the last of two equal names', () => {
    const text = ' {\n\t"b" : [ 9007199254740993 , 1 ] ,\r\n "a" : 1, "a" : 2 } ';
    expect(readJson(text)).toEqual({ b: [9007199254740993n, 1], a: 2 });
  });

  it('gives a property with the name __proto__ to the object itself', () => {
    const value = readJson('{"__proto__":{"x":9007199254740993}}') as object;
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(writeJson(value)).toBe('{"__proto__":{"x":9007199254740993}}');
  });

  it('reads what is nested deeper than a stack', () => {
    const deep = `${'['.repeat(200_000)}9007199254740993${']'.repeat(200_000)}`;
    let value = readJson(deep);
    for (let level = 0; level < 200_000; level += 1) value = (value as unknown[])[0];
    expect(value).toBe(9007199254740993n);
  });

  it.each(['', '{', '9007199254740993x', '[9007199254740993,]', '09007199254740993'])(
    'refuses %s as JSON.parse does',
    (text) => {
      expect(() => readJson(text)).toThrow(SyntaxError);
    },
  );
});

describe('the writer', () => {
  const value = {
    at: new Date(0),
    id: 9007199254740993n,
    none: undefined,
    act: () => 1,
    list: [undefined, 1n, []],
    inner: { empty: {}, text: 'a"b' },
  };
  const plain = { ...value, id: 1234567890, list: [undefined, 1, []] };

  it.each([0, 2])('writes as JSON.stringify does, indented by %i', (indent) => {
    const expected = JSON.stringify(plain, null, indent).replace('1234567890', '9007199254740993');
    expect(writeJson(value, indent)).toBe(expected);
  });
});
