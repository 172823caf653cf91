import { describe, expect, it } from 'vitest';
import { FeelLimitError } from '../limits.js';
import { freshMeter } from '../meter.js';
import { compilePattern, extractAll, replaceAll, splitBy, testPattern } from './regex.js';

function matches(text: string, source: string, flags = ''): boolean | null {
  const pattern = compilePattern(source, flags);
  return pattern && testPattern(pattern, text, freshMeter());
}

describe('patterns', () => {
  it.each<[string, string, string, boolean | null]>([
    ['abc', '^a.c$', '', true],
    ['a\nc', 'a.c', '', false],
    ['a\nc', 'a.c', 's', true],
    ['a\nb', '^b$', 'm', true],
    ['a\nb', '^b$', '', false],
    ['ABC', 'b', 'i', true],
    ['\u212a', 'k', 'i', true],
    ['b', '[a-z-[aeiou]]', '', true],
    ['e', '[a-z-[aeiou]]', '', false],
    ['aa', '^(a)\\1$', '', true],
    ['ab', '^(a)\\1$', '', false],
    ['a b', 'a b', 'x', false],
    ['ab', 'a b', 'x', true],
    ['a.b', 'a.b', 'q', true],
    ['axb', 'a.b', 'q', false],
    ['é', '^\\p{L}$', '', true],
    ['é', '\\p{IsBasicLatin}', '', false],
    ['1', '\\D', '', false],
    ['_', '^\\i$', '', true],
    ['😀', '^.$', '', true],
    ['aaa', '^a{2,3}$', '', true],
    ['a', '^a{2,3}$', '', false],
    ['x', '(', '', null],
    ['x', '*', '', null],
    ['x', '[b-a]', '', null],
    ['x', '\\2', '', null],
    ['x', 'x{3,1}', '', null],
    ['x', '\\p{Nothing}', '', null],
    ['x', 'x', 'g', null],
    ['foobar', 'foo(?:bar)?$', '', true],
    ['ab', '(a|ab)(c|bcd)?$', '', true],
    ['', '(a*)*', '', true],
  ])('%j by %s with flags %j', (text, source, flags, expected) => {
    expect(matches(text, source, flags)).toBe(expected);
  });

  it('replace, split and extract', () => {
    const pattern = compilePattern('(\\d)(\\d)?', '');
    if (pattern === null) throw new Error('no pattern');
    expect(replaceAll(pattern, 'a12b3', '<$1|$2|$0>', freshMeter())).toBe('a<1|2|12>b<3||3>');
    expect(replaceAll(pattern, 'a1', '$', freshMeter())).toBeNull();
    expect(splitBy(pattern, 'a12b3c', freshMeter())).toEqual(['a', 'b', 'c']);
    expect(extractAll(pattern, 'a12b3c', freshMeter())).toEqual(['12', '3']);
  });

  it.each(['(a+)+$', '(a|a)*$', '(a*)*b', '^(([a-z])+.)+[A-Z]([a-z])+$', '(.*)*\\1x'])(
    '%s is stopped before it takes for ever',
    (source) => {
      const text = `${'a'.repeat(40)}!`;
      let outcome: unknown;
      try {
        outcome = matches(text, source);
      } catch (error) {
        outcome = error;
      }
      expect(outcome === false || outcome instanceof FeelLimitError).toBe(true);
    },
  );

  it('go through long texts', () => {
    expect(matches(`${'a'.repeat(100_000)}b`, '^a*b$')).toBe(true);
    expect(matches('ab'.repeat(1000), '^(ab)*$')).toBe(true);
  });
});
