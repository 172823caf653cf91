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

/** Whether a file has more than `FAULT_LIMIT` unknown elements, repeated ids and malformed tags. */
export function hasTooManyFaults(xml: string): boolean {
  const parser = new Parser();
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
  parser.on('openTag', (name, readAttributes) => {
    if (name.startsWith('bpmn:') && !KNOWN.has(name)) fault();
    const { id } = readAttributes();
    if (id === undefined) return;
    if (ids.has(id)) fault();
    ids.add(id);
  });
  parser.parse(xml);
  return faults > FAULT_LIMIT;
}
