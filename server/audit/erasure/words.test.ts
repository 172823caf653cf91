/** Words that name a person are found in every spelling, and common words that only look like a name are left. */
import { describe, expect, test } from 'vitest';
import { createWordFinder } from './words.js';

const find = (...values: string[]) => createWordFinder({ values, names: [] });
const named = (...names: string[]) => createWordFinder({ values: [], names });

describe('a value', () => {
  test.each([
    ['in another case', 'Mary Adler', 'met MARY ADLER there'],
    ['with ß as SS', 'Hauptstraße 3', 'HAUPTSTRASSE 3'],
    ['composed where it was given decomposed', 'José', 'Jose\u0301 came'],
    ['decomposed where it was given composed', 'Jose\u0301', 'José came'],
    ['in full-width letters', 'Mary', 'Ｍａｒｙ'],
    ['with a ligature', 'Griffin', 'Gri\ufb03n'],
    ['over a line break', 'Mary Adler', 'Mary\n  Adler'],
    ['with a space that does not break', 'Mary Adler', 'Mary\u00a0Adler'],
    ['with a soft hyphen', 'Elbchaussee', 'Elb\u00adchaussee'],
    ['inside of a longer word', 'adler', 'info@adler-consulting.example'],
    ['with quotes and backslashes', 'O"Q\\u', 'see O"Q\\u'],
    ['with quotes in JSON inside of a text', 'O"Q\\u', JSON.stringify({ who: 'O"Q\\u' })],
    ['escaped to ASCII', 'Möhre 😀', String.raw`{"who": "M\u00f6hre \ud83d\ude00"}`],
    ['in XML', 'A & B <C>', 'name="A &amp; B &lt;C&gt;"'],
    ['with an emoji', 'Max 😀', 'by max 😀!'],
  ])('is found %s', (_what, value, text) => {
    expect(find(value).inText(text)).toBe(true);
    expect(find(value).inJson(JSON.stringify({ deep: [{ text }] }))).toBe(true);
    expect(find(value).inJson(JSON.stringify({ [text]: 1 }))).toBe(true);
    expect(find(value).inText('somebody else')).toBe(false);
  });

  test('is found as a number, but not inside of one', () => {
    expect(find('4915').inJson('{"phone":4915}')).toBe(true);
    expect(find('4915').inJson('{"phone":149150}')).toBe(false);
  });
});

describe('a user name', () => {
  test('counts as a whole text, and as who did something', () => {
    const finder = named('demo');
    expect(finder.inJson('{"assignee":"Demo"}')).toBe(true);
    expect(finder.inText('client of user:demo, was refused')).toBe(true);
    expect(finder.inText('user:demon')).toBe(false);
  });

  test('is only mentioned as a word of a sentence, and not at all inside of a word', () => {
    const finder = named('demo');
    expect(finder.inText('This is a demo of the product.')).toBe(false);
    expect(finder.mentions('This is a demo of the product.')).toBe(true);
    expect(finder.mentions('Democracy')).toBe(false);
  });

  test('is that of an account or an actor only to the letter', () => {
    expect(named('mary').isName('mary')).toBe(true);
    expect(named('mary').isName('Mary')).toBe(false);
    expect(named('rene\u0301').isName('ren\u00e9')).toBe(true);
  });

  test('counts between quotes in a file', () => {
    expect(named('mary').inFile('assignee="=&#34;mary&#34;"')).toBe(true);
    expect(named('mary').inFile('assignee="mary"')).toBe(true);
    expect(named('mary').inFile('<bpmn:task name="Ask mary again" />')).toBe(false);
  });
});

describe('what is taken out', () => {
  test('leaves a file in its form', () => {
    const finder = createWordFinder({ values: ['José Adler'], names: ['mary'] });
    const xml =
      '<task name="Ask JOSÉ  ADLER, then Jose\u0301 Adler" assignee="=&#34;mary&#34;" /> marylebone';
    expect(finder.replaceIn(xml)).toBe(
      '<task name="Ask erased, then erased" assignee="=&#34;erased&#34;" /> marylebone',
    );
  });

  test('leaves JSON in its form', () => {
    const finder = createWordFinder({ values: ['Adler'], names: ['mary'] });
    const json = '{"filter":{"businessId":"x Adler","by":["mary","otto"]},"Adler":1,"count":2,"none":null}';
    expect(finder.eraseInJson(json)).toBe(
      '{"filter":{"businessId":"(erased)","by":["(erased)","otto"]},"(erased)":1,"count":2,"none":null}',
    );
  });
});

describe('a value that is nested deeper than a stack', () => {
  const levels = 100_000;
  const deep = (inner: string): string => `${'[{"a":'.repeat(levels)}${inner}${'}]'.repeat(levels)}`;

  test('is looked through, and what is found in it is erased', () => {
    const finder = find('Mary Adler');
    expect(finder.inJson(deep('"by mary adler"'))).toBe(true);
    expect(finder.inJson(deep('"by somebody", "n": -1.5e3'))).toBe(false);
    expect(finder.eraseInJson(deep('"by mary adler"'))).toBe(deep('"(erased)"'));
  });

  test('and numbers and escapes stand where they stood', () => {
    const finder = createWordFinder({ values: ['4711'], names: ['mary'] });
    const json = String.raw`{"a\\": [4711, 4.711e3, "4\u0037\u0031\u0031", "x\\\"mary"], "mary": -1}`;
    expect(finder.eraseInJson(json)).toBe(
      String.raw`{"a\\": ["(erased)", "(erased)", "(erased)", "x\\\"mary"], "(erased)": -1}`,
    );
  });
});
