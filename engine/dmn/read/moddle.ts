/** Access to what dmn-moddle parsed: a generic tree of typed elements. */
import { DmnModdle } from 'dmn-moddle';
import { readXml } from '../../xml/index.js';
import { dmnPackage, inKnownNamespace, KNOWN_MODEL, namespacesRead } from './metamodel.js';

/** A parsed XML element. `$type` is its qualified name, such as `dmn:Decision`. */
export interface DmnElement {
  readonly $type: string;
  readonly [property: string]: unknown;
}

const moddle = new DmnModdle({ dmn: dmnPackage });

/** The root of a DMN document, or why there is none. Never throws on bad input. */
export function parseDmnXml(xml: string): { root: DmnElement } | { error: string } {
  const reading = readXml(moddle, inKnownNamespace(xml), 'dmn:Definitions');
  if (reading.ok) return { root: reading.document.rootElement as unknown as DmnElement };
  const { namespace, reason } = reading;
  if (namespace === null || namespace === KNOWN_MODEL) return { error: reason };
  return { error: `its namespace is "${namespace}", and ${namespacesRead()} are read` };
}

/** A text property, null where absent. */
export function text(element: DmnElement | null, property: string): string | null {
  const value = element?.[property];
  return typeof value === 'string' ? value : null;
}

/** A property that holds one element, null where absent. */
export function child(element: DmnElement | null, property: string): DmnElement | null {
  const value = element?.[property];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as DmnElement) : null;
}

/** A property that holds elements. */
export function children(element: DmnElement | null, property: string): readonly DmnElement[] {
  const value = element?.[property];
  return Array.isArray(value) ? (value as DmnElement[]) : [];
}
