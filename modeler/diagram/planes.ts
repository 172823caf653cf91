/** Where an element is seen: what is inside a collapsed sub-process stands on a plane of its own (BPMN 2.0.2, 12.2). */
import type { DiagramElement, DiagramHost } from './diagram-js.js';

function rootOf(element: DiagramElement): DiagramElement {
  let top = element;
  while (top.parent) top = top.parent;
  return top;
}

/**
 * The element itself where the plane that is shown holds it, else the collapsed sub-process that hides it there.
 * Null where neither is drawn.
 */
export function seenAs(host: DiagramHost, id: string): DiagramElement | null {
  const registry = host.get('elementRegistry');
  const shown = host.get('canvas').getRootElement();
  let element = registry.get(id);
  while (element) {
    const root = rootOf(element);
    if (root === shown) return element;
    // The plane of a collapsed sub-process bears its model element, as its shape on the plane above does.
    const outside = registry.get(root.businessObject.id);
    element = outside === root || outside === element ? undefined : outside;
  }
  return null;
}
