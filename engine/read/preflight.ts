/**
 * A first look at XML before it is parsed in earnest. The parser works out line and column for every fault it finds,
 * each time from the beginning: a file full of faults would hold the server for minutes. This look counts faults in
 * one pass and gives up early.
 */
import bpmn from 'bpmn-moddle/resources/bpmn/json/bpmn.json' with { type: 'json' };
import { Parser } from 'saxen';

/** A file with more faults than this is refused without naming them all. */
export const FAULT_LIMIT = 1000;

const NAMESPACE = 'http://www.omg.org/spec/BPMN/20100524/MODEL';

interface MetamodelType {
  readonly name: string;
  readonly properties?: readonly { readonly name: string }[];
}

/** Element names of BPMN: types and the properties that are written as elements. */
const KNOWN: ReadonlySet<string> = new Set(
  (bpmn.types as readonly MetamodelType[]).flatMap(({ name, properties = [] }) => [
    `bpmn:${name.charAt(0).toLowerCase()}${name.slice(1)}`,
    ...properties.map((property) => `bpmn:${property.name}`),
  ]),
);

/** What the first look found. */
export interface FirstLook {
  /** More than `FAULT_LIMIT` unknown elements, repeated ids and malformed tags. */
  readonly hasTooManyFaults: boolean;
  /** Something stands behind the end of the document: the parser would read the last document and forget the first. */
  readonly hasMoreBehind: boolean;
}

/** Looks at a file once, from the beginning to the end or to one fault too many. */
export function lookAt(xml: string): FirstLook {
  const parser = new Parser();
  let depth = 0;
  let hasEnded = false;
  let hasMoreBehind = false;
  const ids = new Set<unknown>();
  let faults = 0;
  const fault = (): void => {
    faults += 1;
    if (faults > FAULT_LIMIT) parser.stop();
  };
  parser.ns({ [NAMESPACE]: 'bpmn' });
  parser.on('warn', fault);
  parser.on('error', () => {
    parser.stop();
  });
  parser.on('closeTag', () => {
    depth -= 1;
    if (depth === 0) hasEnded = true;
  });
  parser.on('openTag', (name, readAttributes) => {
    if (hasEnded) hasMoreBehind = true;
    depth += 1;
    if (name.startsWith('bpmn:') && !KNOWN.has(name)) fault();
    const { id } = readAttributes();
    if (id === undefined) return;
    if (ids.has(id)) fault();
    ids.add(id);
  });
  parser.parse(xml);
  if (hasEnded && endsInText(xml)) hasMoreBehind = true;
  return { hasTooManyFaults: faults > FAULT_LIMIT, hasMoreBehind };
}

/** Whether text stands behind the last tag, of which the parser tells nobody; comments and instructions may. */
function endsInText(xml: string): boolean {
  let rest = xml.trimEnd();
  for (;;) {
    const opening = rest.endsWith('-->') ? '<!--' : rest.endsWith('?>') ? '<?' : null;
    if (opening === null) return !rest.endsWith('>');
    rest = rest.slice(0, Math.max(0, rest.lastIndexOf(opening))).trimEnd();
  }
}
