/** Access to what dmn-moddle parsed: a generic tree of typed elements. */
import { DmnModdle } from 'dmn-moddle';
import { dmnPackage, inKnownNamespace } from './metamodel.js';

/** A parsed XML element. `$type` is its qualified name, such as `dmn:Decision`. */
export interface DmnElement {
  readonly $type: string;
  readonly [property: string]: unknown;
}

const moddle = new DmnModdle({ dmn: dmnPackage });

/** The root of a DMN document, or why there is none. Never throws on bad input. */
export async function parseDmnXml(xml: string): Promise<{ root: DmnElement } | { error: string }> {
  try {
    const { rootElement } = await moddle.fromXML(inKnownNamespace(xml));
    return { root: rootElement as DmnElement };
  } catch (failure) {
    return { error: failure instanceof Error ? failure.message : String(failure) };
  }
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
