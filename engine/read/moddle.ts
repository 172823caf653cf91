/**
 * Access to what bpmn-moddle parsed: a generic tree of typed elements. All knowledge of its shape is here,
 * so that the readers speak of BPMN only.
 */
import { BpmnModdle } from 'bpmn-moddle';
import zeebe from 'zeebe-bpmn-moddle/resources/zeebe.json' with { type: 'json' };
import { readXmlSlowly, type Pausing, type XmlReading } from '../xml/index.js';

/** A parsed XML element. `$type` is its qualified name, e.g. `bpmn:ServiceTask`. */
export interface ModdleElement {
  readonly $type: string;
  readonly id?: string;
  readonly $parent?: ModdleElement;
  /** Whether it is of a type, or of one derived from it. */
  readonly $instanceOf?: (type: string) => boolean;
  readonly [property: string]: unknown;
}

const moddle = new BpmnModdle({ zeebe });

/** Parses BPMN XML with the zeebe dialect, with pauses. Never throws on bad input. */
export function parseXml(xml: string, keepsUnknown: boolean): Pausing<XmlReading> {
  return readXmlSlowly(moddle, xml, 'bpmn:Definitions', keepsUnknown);
}

/** A text property; undefined where absent or empty. */
export function text(element: ModdleElement | undefined, property: string): string | undefined {
  const value = element?.[property];
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A boolean property with its default in the schema resolved by the parser. */
export function flag(element: ModdleElement | undefined, property: string): boolean | undefined {
  const value = element?.[property];
  return typeof value === 'boolean' ? value : undefined;
}

/** A property that holds one element. */
export function child(element: ModdleElement | undefined, property: string): ModdleElement | undefined {
  const value = element?.[property];
  return value !== null && typeof value === 'object' ? (value as ModdleElement) : undefined;
}

/** A property that holds a list of elements; empty where absent. */
export function children(element: ModdleElement | undefined, property: string): readonly ModdleElement[] {
  const value = element?.[property];
  return Array.isArray(value) ? (value as ModdleElement[]) : [];
}

/** The definitions of an event: its own, and those that stand in the file for several (BPMN 2.0.2 §10.5.1). */
export function eventDefinitions(event: ModdleElement | undefined): readonly ModdleElement[] {
  return [...children(event, 'eventDefinitions'), ...children(event, 'eventDefinitionRef')];
}

/** The extension element of a type, e.g. `zeebe:TaskDefinition`. */
export function extension(element: ModdleElement | undefined, type: string): ModdleElement | undefined {
  return extensions(element).find((candidate) => candidate.$type === type);
}

/** All extension elements. */
export function extensions(element: ModdleElement | undefined): readonly ModdleElement[] {
  return children(child(element, 'extensionElements'), 'values');
}
