/**
 * Ids for elements that have none. In XML an id is optional (BPMN 2.0.2 §8.3.1), and files written by hand leave out
 * those that nothing refers to; but each row of the journal names its element or flow. The same file always gives the
 * same ids.
 */
import { children, type ModdleElement } from './moddle.js';

/** Gives an id to every element and flow of a process that has none: its type and a number, `sequenceFlow_2`. */
export function addMissingIds(process: ModdleElement): void {
  const all = [...elementsIn(process)];
  const taken = new Set(all.map(({ id }) => id));
  const counts = new Map<string, number>();
  for (const element of all) {
    if (element.id) continue;
    const name = element.$type.replace(/^\w+:/, '');
    const type = name.charAt(0).toLowerCase() + name.slice(1);
    let count = counts.get(type) ?? 0;
    do count += 1;
    while (taken.has(`${type}_${count}`));
    counts.set(type, count);
    Object.assign(element, { id: `${type}_${count}` });
  }
}

function* elementsIn(scope: ModdleElement): Generator<ModdleElement> {
  const waiting = [scope];
  for (let container = waiting.pop(); container; container = waiting.pop()) {
    const inside = children(container, 'flowElements');
    yield* inside;
    for (let index = inside.length - 1; index >= 0; index -= 1) waiting.push(inside[index]);
  }
}
