/** The parsed tree of a Camunda 7 file, which the conversion changes, and how it is read and written. */
import { BpmnModdle } from 'bpmn-moddle';
import camunda from 'camunda-bpmn-moddle/resources/camunda.json' with { type: 'json' };
import { readXml, type XmlWarning } from '../xml/index.js';

/** The namespace of Camunda 7's extensions. */
export const CAMUNDA_7 = 'http://camunda.org/schema/1.0/bpmn';

/** What the namespace was called before; the engine still took it. */
const FORMER = 'http://activiti.org/bpmn';

const ZEEBE = 'http://camunda.org/schema/zeebe/1.0';

/** A property that an element's type may have, with the type that brings it in. */
interface PropertyDescriptor {
  readonly ns: { readonly prefix: string; readonly localName: string };
  readonly isAttr?: boolean;
  readonly definedBy?: { readonly ns: { readonly localName: string } };
}

/** An element of the tree, open for changes. */
export interface TreeElement {
  readonly $type: string;
  $parent?: TreeElement;
  /** Attributes that no descriptor knows. */
  readonly $attrs?: Record<string, string>;
  readonly $descriptor?: { readonly properties: readonly PropertyDescriptor[]; readonly isGeneric?: boolean };
  readonly id?: string;
  [property: string]: unknown;
}

/** The outcome of parsing; `error` says why there is no document. */
export interface ParsedTree {
  readonly root: TreeElement | undefined;
  /** What the reader left out, and references that lead nowhere. */
  readonly warnings: readonly XmlWarning[];
  readonly error: string;
}

const moddle = new BpmnModdle({ camunda });

/** Whether a file names the namespace of Camunda 7, by its present name or its former one. */
export function mayBeCamunda7(xml: string): boolean {
  return xml.includes(CAMUNDA_7) || xml.search(FORMER_DECLARED) >= 0;
}

const FORMER_DECLARED = new RegExp(`(\\sxmlns(?::[\\w.-]+)?\\s*=\\s*["'])${FORMER}(?=["'])`, 'g');

/** Parses a file with the extensions of Camunda 7. Never throws on bad input. */
export function parseTree(xml: string): ParsedTree {
  const reading = readXml(moddle, xml.replace(FORMER_DECLARED, `$1${CAMUNDA_7}`), 'bpmn:Definitions');
  if (!reading.ok) return { root: undefined, warnings: [], error: reading.reason };
  const { rootElement, warnings } = reading.document;
  return { root: rootElement as unknown as TreeElement, warnings, error: '' };
}

/** The tree as XML, without the namespace of Camunda 7 where nothing of it is left; null where it cannot be written. */
export async function writeTree(root: TreeElement): Promise<string | null> {
  const attributes = root.$attrs ?? {};
  for (const [name, value] of Object.entries(attributes)) {
    if (value === CAMUNDA_7 && name.startsWith('xmlns:')) Reflect.deleteProperty(attributes, name);
  }
  attributes['xmlns:zeebe'] = ZEEBE;
  try {
    const { xml } = await moddle.toXML(root, { format: true });
    return xml;
  } catch {
    // Names whose namespace the parser made up cannot be written.
    return null;
  }
}

/** An element of the zeebe dialect, such as `zeebe:taskDefinition`. */
export function zeebeElement(
  tag: string,
  attributes: Readonly<Record<string, string>>,
  children: readonly TreeElement[] = [],
): TreeElement {
  const inside = children.length > 0 ? { $children: children } : {};
  return moddle.createAny(`zeebe:${tag}`, ZEEBE, { ...attributes, ...inside }) as TreeElement;
}

/** An empty element of a known type, such as `bpmn:ExtensionElements`. */
export function createElement(type: string, parent: TreeElement): TreeElement {
  const element = moddle.create(type) as TreeElement;
  element.$parent = parent;
  return element;
}

/** A text property; empty where absent. */
export function textOf(element: TreeElement | undefined, property: string): string {
  const value = element?.[property];
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** A property that holds an element. */
export function elementOf(element: TreeElement | undefined, property: string): TreeElement | undefined {
  const value = element?.[property];
  return isElement(value) ? value : undefined;
}

/** A property that holds a list of elements; empty where absent. */
export function elementsOf(element: TreeElement | undefined, property: string): readonly TreeElement[] {
  const value = element?.[property];
  return Array.isArray(value) ? value.filter(isElement) : [];
}

/** The extension elements of an element. */
export function extensionsOf(element: TreeElement | undefined): readonly TreeElement[] {
  return elementsOf(elementOf(element, 'extensionElements'), 'values');
}

/** The element that people see for one that stands inside it. */
export function ownerOf(element: TreeElement): TreeElement {
  return /EventDefinition$|LoopCharacteristics$/.test(element.$type) ? (element.$parent ?? element) : element;
}

/** Every element that is contained in another, itself included; references are not followed. */
export function* walk(root: TreeElement): Generator<TreeElement> {
  const waiting = [root];
  for (let element = waiting.pop(); element; element = waiting.pop()) {
    yield element;
    const inside: TreeElement[] = [];
    for (const [name, value] of Object.entries(element)) {
      if (name.startsWith('$')) continue;
      for (const part of Array.isArray(value) ? (value as unknown[]) : [value]) {
        if (isElement(part) && part.$parent === element) inside.push(part);
      }
    }
    waiting.push(...inside.reverse());
  }
}

function isElement(value: unknown): value is TreeElement {
  return typeof value === 'object' && value !== null && '$type' in value;
}
