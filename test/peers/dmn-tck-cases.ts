/**
 * Reads the test cases of the DMN Technology Compatibility Kit: inputs and expected results as FEEL values. The XML of
 * these files is plain, so a small reader of tags and texts is enough.
 */
import { compileExpression, scopeOf } from '@countersign/engine';

/** An XML element: its name without prefix, attributes without prefix, children, text. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XmlElement[];
  text: string;
}

const TOKEN =
  /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[([\s\S]*?)\]\]>|<(\/?)([\w:.-]+)((?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>|([^<]+)/g;
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function decode(text: string): string {
  return text.replace(
    /&(?:#x([0-9a-fA-F]+)|#(\d+)|(\w+));/g,
    (whole, hex: string | undefined, decimal: string | undefined, name: string) => {
      if (hex !== undefined) return String.fromCodePoint(parseInt(hex, 16));
      if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
      return ENTITIES[name] ?? whole;
    },
  );
}

const local = (name: string): string => name.slice(name.indexOf(':') + 1);

/** The root element of a document. */
export function readXml(source: string): XmlElement {
  const root: XmlElement = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  for (const [, cdata, closing, name, attributes, empty, text] of source.matchAll(TOKEN)) {
    const current = open[open.length - 1];
    if (cdata !== undefined) current.text += cdata;
    else if (text !== undefined) current.text += decode(text);
    else if (closing === '/') open.pop();
    else if (name !== undefined) {
      const pairs = [...attributes.matchAll(/([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)].map(
        ([, key, double, single]) => [local(key), decode(double ?? single)] as const,
      );
      const element: XmlElement = {
        name: local(name),
        attributes: Object.fromEntries(pairs),
        children: [],
        text: '',
      };
      current.children.push(element);
      if (empty !== '/') open.push(element);
    }
  }
  return root.children[0];
}

/** One assertion of the kit. */
export interface Assertion {
  readonly caseId: string;
  readonly invocable: string | null;
  readonly result: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly expected: unknown;
}

function feel(text: string): unknown {
  const compiled = compileExpression(text);
  return compiled.ok ? compiled.expression.evaluate(scopeOf({}), 0).value : undefined;
}

function valueOf(element: XmlElement): unknown {
  if (element.attributes.nil === 'true') return null;
  const list = element.children.find((child) => child.name === 'list');
  if (list)
    return list.attributes.nil === 'true'
      ? null
      : list.children.filter((item) => item.name === 'item').map(valueOf);
  const components = element.children.filter((child) => child.name === 'component');
  if (components.length > 0)
    return Object.fromEntries(components.map((component) => [component.attributes.name, valueOf(component)]));
  const value = element.children.find((child) => child.name === 'value');
  if (!value) return element.name === 'expected' || element.children.length === 0 ? null : {};
  if (value.attributes.nil === 'true') return null;
  const quoted = JSON.stringify(value.text.trim());
  switch (local(value.attributes.type ?? 'xsd:string')) {
    case 'boolean':
      return value.text.trim() === 'true';
    case 'decimal':
    case 'double':
    case 'integer':
      return feel(`number(${quoted})`);
    case 'date':
      return feel(`date(${quoted})`);
    case 'time':
      return feel(`time(${quoted})`);
    case 'dateTime':
      return feel(`date and time(${quoted})`);
    case 'duration':
      return feel(`duration(${quoted})`);
    default:
      return value.text;
  }
}

/** All assertions of a test file, with the model it is about. */
export function readCases(source: string): { modelName: string; assertions: Assertion[] } {
  const root = readXml(source);
  const assertions = root.children
    .filter((child) => child.name === 'testCase')
    .flatMap((testCase) => {
      const inputs = Object.fromEntries(
        testCase.children
          .filter((child) => child.name === 'inputNode')
          .map((input) => [input.attributes.name, valueOf(input)]),
      );
      return testCase.children
        .filter((child) => child.name === 'resultNode')
        .map((result) => ({
          caseId: testCase.attributes.id ?? '',
          invocable: testCase.attributes.invocableName ?? null,
          result: result.attributes.name,
          inputs,
          expected: valueOf(result.children.find((child) => child.name === 'expected') ?? result),
        }));
    });
  return {
    modelName: root.children.find((child) => child.name === 'modelName')?.text.trim() ?? '',
    assertions,
  };
}
