/**
 * Sequence flows that are written in another scope than the elements they connect. A flow belongs where its ends are
 * (BPMN 2.0.2 §8.4.13: it must not cross the border of a sub-process); where it stands in the file is a matter of
 * the tool that wrote it.
 */
import { child, children, type ModdleElement } from './moddle.js';

/** Moves each flow of these scopes to the scope of its ends, where both are in one. */
export function placeFlows(scopes: readonly ModdleElement[]): void {
  const moved = new Map<ModdleElement, ModdleElement[]>();
  const waiting = [...scopes];
  for (let scope = waiting.pop(); scope; scope = waiting.pop()) {
    const inside = children(scope, 'flowElements');
    for (const element of inside) {
      if (children(element, 'flowElements').length > 0) waiting.push(element);
    }
    const leaves = (element: ModdleElement): boolean => {
      const home = homeOf(element);
      if (home === undefined || home === scope) return false;
      moved.set(home, [...(moved.get(home) ?? []), element]);
      return true;
    };
    const stays = inside.filter((element) => !leaves(element));
    if (stays.length < inside.length) Object.assign(scope, { flowElements: stays });
  }
  for (const [home, flows] of moved) {
    for (const flow of flows) Object.assign(flow, { $parent: home });
    Object.assign(home, { flowElements: [...children(home, 'flowElements'), ...flows] });
  }
}

/** The scope of both ends of a flow; undefined for other elements, and where the ends are in different scopes. */
function homeOf(element: ModdleElement): ModdleElement | undefined {
  if (element.$type !== 'bpmn:SequenceFlow') return undefined;
  const home = child(element, 'sourceRef')?.$parent;
  return home !== undefined && home === child(element, 'targetRef')?.$parent ? home : undefined;
}
