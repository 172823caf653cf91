/**
 * Goes through an XML document once, from the beginning to the end, and tells its tags and texts (XML 1.0). The time is
 * in proportion to the length, whatever the document holds; the first thing that is not well-formed ends it. Two
 * leniences, because people write expressions by hand: `<` in an attribute, and an ampersand on its own.
 */
import { isName } from './names.js';
import { resolveReferences } from './references.js';

/** Told of what is in a document, in order. Offsets count UTF-16 units from its beginning. */
export interface XmlListener {
  /** Whether references that cannot be resolved are kept as they are written; else they end it. */
  readonly keepsUnknown?: boolean;
  /** A tag that opens an element; `after` is where its content begins. References in attributes are resolved. */
  open(name: string, attributes: readonly XmlAttribute[], at: number, after: number): void;
  /** The end of the element that was opened last: also that of one without content, where `at` is the end of its tag. */
  close(at: number): void;
  /** Text in an element; that of a CDATA section is `literal`. */
  text(text: string, at: number, literal: boolean): void;
}

/** An attribute as it stands in the document. */
export interface XmlAttribute {
  readonly name: string;
  readonly value: string;
}

/** Ends the way through a document: it is not well-formed, or beyond a limit. */
export class XmlFault extends Error {
  constructor(
    message: string,
    /** Where in the document. */
    readonly at: number,
    /** Whether it is a limit of ours that the document goes beyond. */
    readonly isLimit = false,
  ) {
    super(message);
  }
}

/** The most attributes that one element may have. */
const ATTRIBUTE_LIMIT = 1_000;

const NAME = /[^\s<>=/"'&]+/y;
const SPACE = /\s*/y;
const ATTRIBUTE = /([^\s<>=/"'&]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/y;

/** After how many parts of a document a scan may pause. */
const PAUSE = 100;

/**
 * Goes through a document, with a pause now and then. Throws XmlFault where it is not well-formed, and what the listener
 * throws.
 */
export function* scanXml(xml: string, listener: XmlListener): Generator<undefined, void> {
  let parts = 0;
  const open: string[] = [];
  let hasRoot = false;
  let at = xml.charCodeAt(0) === 0xfeff ? 1 : 0;
  while (at < xml.length) {
    parts += 1;
    if (parts % PAUSE === 0) yield;
    const next = xml.indexOf('<', at);
    const end = next < 0 ? xml.length : next;
    if (end > at) tellText(xml, at, end, open.length > 0, listener);
    if (next < 0) break;
    at = next;
    if (xml.startsWith('<!--', at)) at = behind(xml, '-->', at + 4, at, 'a comment');
    else if (xml.startsWith('<![CDATA[', at)) {
      const close = behind(xml, ']]>', at + 9, at, 'a CDATA section');
      if (open.length === 0) throw new XmlFault('text stands outside the document', at);
      listener.text(xml.slice(at + 9, close - 3), at, true);
      at = close;
    } else if (xml.startsWith('<?', at)) at = behind(xml, '?>', at + 2, at, 'an instruction');
    else if (xml.startsWith('<!DOCTYPE', at)) at = behindDoctype(xml, at);
    else if (xml.startsWith('</', at)) at = tellClose(xml, at, open, listener);
    else {
      if (open.length === 0 && hasRoot)
        throw new XmlFault('the file goes on behind the end of its document', at);
      hasRoot = true;
      at = tellOpen(xml, at, open, listener);
    }
  }
  if (open.length > 0)
    throw new XmlFault(`the end is missing: <${shown(open.at(-1) ?? '')}> is not closed`, xml.length);
  if (!hasRoot) throw new XmlFault('there is no element in it', 0);
}

function tellText(xml: string, from: number, to: number, isInside: boolean, listener: XmlListener): void {
  const text = xml.slice(from, to);
  if (isInside) return listener.text(resolved(text, from, listener), from, false);
  const first = text.search(/\S/);
  if (first >= 0) throw new XmlFault('text stands outside the document', from + first);
}

/** Where a part ends that begins at `start`. */
function behind(xml: string, mark: string, from: number, start: number, what: string): number {
  const end = xml.indexOf(mark, from);
  if (end < 0) throw new XmlFault(`${what} has no end`, start);
  return end + mark.length;
}

/** A document type with declarations in it: those of entities are not read, those of attributes would change elements. */
function behindDoctype(xml: string, start: number): number {
  const mark = /[[>]/g;
  mark.lastIndex = start;
  const found = mark.exec(xml);
  if (!found) throw new XmlFault('a document type has no end', start);
  if (found[0] === '>') return found.index + 1;
  const close = /\]\s*>/g;
  close.lastIndex = found.index;
  const end = close.exec(xml);
  if (!end) throw new XmlFault('a document type has no end', start);
  const declared = /<!ATTLIST|%[\w.-]+;/.exec(xml.slice(found.index, end.index));
  if (declared) {
    const reason =
      'its document type declares attributes or parts of other files, which are not read: write them out';
    throw new XmlFault(reason, found.index + declared.index);
  }
  return end.index + end[0].length;
}

function tellOpen(xml: string, start: number, open: string[], listener: XmlListener): number {
  const name = matchAt(NAME, xml, start + 1)?.[0];
  if (name === undefined || !isName(name)) throw new XmlFault('a tag has no valid name', start);
  let at = start + 1 + name.length;
  const attributes: XmlAttribute[] = [];
  const names = new Set<string>();
  for (;;) {
    const space = matchAt(SPACE, xml, at)?.[0].length ?? 0;
    at += space;
    if (xml[at] === '>' || xml.startsWith('/>', at)) break;
    if (at >= xml.length) throw new XmlFault(`the tag <${shown(name)}> has no end`, start);
    const found = space > 0 ? matchAt(ATTRIBUTE, xml, at) : undefined;
    if (!found || !isName(found[1])) {
      throw new XmlFault(
        `the tag <${shown(name)}> has an attribute that is no name with a value in quotes`,
        at,
      );
    }
    const attribute = found[1];
    if (names.has(attribute))
      throw new XmlFault(`<${shown(name)}> has the attribute "${shown(attribute)}" twice`, at);
    if (names.size >= ATTRIBUTE_LIMIT)
      throw new XmlFault(`<${shown(name)}> has more than ${ATTRIBUTE_LIMIT} attributes`, start, true);
    names.add(attribute);
    const written = found[2] ?? found[3] ?? '';
    attributes.push({
      name: attribute,
      value: resolved(written, at + found[0].length - 1 - written.length, listener),
    });
    at += found[0].length;
  }
  const isEmpty = xml[at] === '/';
  const after = at + (isEmpty ? 2 : 1);
  listener.open(name, attributes, start, after);
  if (isEmpty) listener.close(after);
  else open.push(name);
  return after;
}

function tellClose(xml: string, start: number, open: string[], listener: XmlListener): number {
  const name = matchAt(NAME, xml, start + 2)?.[0] ?? '';
  const expected = open.pop();
  if (expected === undefined) throw new XmlFault(`</${shown(name)}> closes nothing`, start);
  if (name !== expected)
    throw new XmlFault(`</${shown(name)}> stands where <${shown(expected)}> must be closed`, start);
  let at = start + 2 + name.length;
  at += matchAt(SPACE, xml, at)?.[0].length ?? 0;
  if (xml[at] !== '>') throw new XmlFault(`the tag </${shown(name)}> has no end`, start);
  listener.close(start);
  return at + 1;
}

function resolved(text: string, at: number, { keepsUnknown }: XmlListener): string {
  const outcome = resolveReferences(text);
  if (typeof outcome === 'string') return outcome;
  if (keepsUnknown) return outcome.text;
  throw new XmlFault(outcome.reason, at + outcome.at);
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}

/** A name in a message: those of hostile files have any length. */
function shown(name: string): string {
  return name.length > 60 ? `${name.slice(0, 57)}...` : name;
}
