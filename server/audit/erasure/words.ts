/**
 * Finds the words that name a person in texts and in JSON, and takes them out.
 *
 * Two spellings that people read as the same word are the same: case, Unicode's normal forms, runs of white space and
 * characters that nobody sees make no difference. A *value* is found wherever it stands, inside of longer words and
 * under the escapes of JSON and XML too. A *name* can be a common word (`demo`), so it counts only as a whole text, or
 * behind `user:`; in a sentence it is only mentioned.
 */
import { ERASED_TEXT, writeJson } from '@countersign/engine';
import { isJson, jsonParts } from './json-parts.js';
import type { JsonPart } from './json-parts.js';

/** What is looked for. */
export interface Words {
  /** Texts that identify somebody wherever they stand. */
  readonly values: readonly string[];
  /** User names. */
  readonly names: readonly string[];
}

/** Looks for words. */
export interface WordFinder {
  /**
   * Whether a text is one of the words, to the letter: for the names of accounts and actors, of which `mary` and `Mary`
   * may be two.
   */
  isName(text: string): boolean;
  /** Whether a text holds a value or is a name. */
  inText(text: string): boolean;
  /** Whether any text, number or field name in a JSON text does; what is no JSON is a text. */
  inJson(json: string): boolean;
  /** Whether a name stands as a word in a longer text. */
  mentions(text: string): boolean;
  /** Whether a file holds a value, or a name between quotes. */
  inFile(text: string): boolean;
  /** A file with what was found in it replaced, so that it keeps its form. */
  replaceIn(text: string): string;
  /** The JSON text with a stand-in for each text, number and field name that holds something. */
  eraseInJson(json: string): string;
}

/** What stands for a word inside of a file, where brackets could break an identifier. */
const ERASED_WORD = 'erased';

/** Characters that show nothing: soft hyphen, zero-width characters, variation selectors. */
const UNSEEN = /\p{Default_Ignorable_Code_Point}/u;
/** Nothing to fold but case. */
const PLAIN = /^(?:[\x21-\x7e]| (?! ))*$/;

/** A text as it is compared, and for each of its code units where in the text it comes from. */
interface Folded {
  readonly text: string;
  readonly from: readonly number[];
}

/** A text as it is compared. */
export function fold(text: string): string {
  return PLAIN.test(text) ? text.toLowerCase() : foldWithPlaces(text).text;
}

function foldWithPlaces(text: string): Folded {
  let folded = '';
  const from: number[] = [];
  let at = 0;
  for (const character of text) {
    const part = UNSEEN.test(character) ? '' : foldCharacter(character);
    if (part !== ' ' || !folded.endsWith(' ')) {
      folded += part;
      for (let unit = 0; unit < part.length; unit += 1) from.push(at);
    }
    at += character.length;
  }
  from.push(at);
  return { text: folded, from };
}

/** Through upper case, so that `ß` and `SS` meet; decomposed, so that both ways to write `é` do. */
function foldCharacter(character: string): string {
  if (/\s/u.test(character)) return ' ';
  return character.normalize('NFKD').toUpperCase().toLowerCase().normalize('NFKD');
}

/** A finder of these words. */
export function createWordFinder({ values, names }: Words): WordFinder {
  const parts = [...new Set(values.flatMap(spellings).map(fold))].filter((part) => part.trim() !== '');
  const wholes = new Set([...names, ...values, ...names.map((name) => `user:${name}`)].map(fold));
  const exact = new Set([...names, ...values].map((word) => word.normalize()));
  const called = names.map((name) => wordPattern(fold(`user:${name}`)));
  const quoted = [...called, ...names.map((name) => quotedPattern(fold(name)))];
  const mentioned = names.map((name) => wordPattern(fold(name)));

  const inFolded = (text: string): boolean =>
    wholes.has(text.trim()) ||
    parts.some((part) => text.includes(part)) ||
    called.some((pattern) => pattern.test(text));
  const inText = (text: string): boolean => inFolded(fold(text));
  const isFound = ({ value }: JsonPart): boolean =>
    typeof value === 'string' ? inText(value) : wholes.has(String(value));

  return {
    isName: (text) => exact.has(text.normalize()),
    inText,
    inJson(json) {
      return isJson(json) ? jsonParts(json).some(isFound) : inText(json);
    },
    mentions(text) {
      const folded = fold(text);
      return mentioned.some((pattern) => pattern.test(folded));
    },
    inFile(text) {
      const folded = fold(text);
      return inFolded(folded) || quoted.some((pattern) => pattern.test(folded));
    },
    replaceIn(text) {
      const { text: folded, from } = foldWithPlaces(text);
      if (wholes.has(folded.trim())) return ERASED_WORD;
      const places = placesOf(folded, parts, quoted);
      let rest = text;
      for (const [start, end] of places.reverse()) {
        rest = `${rest.slice(0, from[start])}${ERASED_WORD}${rest.slice(from[end])}`;
      }
      return rest;
    },
    eraseInJson(json) {
      if (!isJson(json)) return inText(json) ? ERASED_TEXT : json;
      let rest = '';
      let from = 0;
      for (const part of jsonParts(json).filter(isFound)) {
        rest += `${json.slice(from, part.from)}${writeJson(ERASED_TEXT)}`;
        from = part.to;
      }
      return rest + json.slice(from);
    },
  };
}

/** Where words stand, in order; of those that overlap the first. */
function placesOf(
  folded: string,
  parts: readonly string[],
  patterns: readonly RegExp[],
): [start: number, end: number][] {
  const found: [number, number][] = [];
  for (const part of parts) {
    for (let at = folded.indexOf(part); at >= 0; at = folded.indexOf(part, at + part.length)) {
      found.push([at, at + part.length]);
    }
  }
  for (const pattern of patterns) {
    for (const match of folded.matchAll(new RegExp(pattern, 'gu'))) {
      found.push([match.index, match.index + match[0].length]);
    }
  }
  found.sort((one, other) => one[0] - other[0] || other[1] - one[1]);
  let last = 0;
  return found.filter(([start, end]) => {
    if (start < last) return false;
    last = end;
    return true;
  });
}

/** A word that no letter, digit or mark stands beside. */
function wordPattern(word: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}\\p{M}_])${escaped(word)}(?![\\p{L}\\p{N}\\p{M}_])`, 'u');
}

/** A name between quotes, as a file has it; the quotes may be escaped as XML does. */
function quotedPattern(word: string): RegExp {
  const quote = `["']|&quot;|&#34;|&apos;|&#39;`;
  return new RegExp(`(?<=${quote})${escaped(word)}(?=${quote})`, 'u');
}

function escaped(word: string): string {
  return word.replace(/[\\^$.*+?()[\]{}|/]/gu, '\\$&');
}

/** The ways in which a text can stand inside of another: as it is, and under the escapes of JSON and XML. */
function spellings(value: string): string[] {
  const inJson = writeJson(value).slice(1, -1);
  const inAscii = inJson.replace(/[^\x20-\x7e]/gu, (character) =>
    [...Array(character.length).keys()]
      .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`)
      .join(''),
  );
  const inXml = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const inAttribute = inXml.replaceAll('"', '&quot;');
  return [
    value,
    inJson,
    inAscii,
    inXml,
    inAttribute,
    inAttribute.replaceAll("'", '&apos;'),
    inAttribute.replaceAll("'", '&#39;'),
  ];
}
