/** Finds everything of Camunda 7 in a tree. */
import type { Finding } from './rule.js';
import { elementsOf, extensionsOf, textOf, type TreeElement } from './tree.js';

/** A finding with the key of its rule; the key of an attribute that the schema does not know is empty. */
export interface KeyedFinding {
  readonly key: string;
  readonly finding: Finding;
}

/** The findings of an element of BPMN: its attributes, then its extension elements. */
export function findingsOf(holder: TreeElement): KeyedFinding[] {
  const target = targetOf(holder);
  const findings: KeyedFinding[] = [];
  for (const { ns, definedBy } of holder.$descriptor?.properties ?? []) {
    if (ns.prefix !== 'camunda') continue;
    const own = [ns.localName, `camunda:${ns.localName}`].find((name) => Object.hasOwn(holder, name));
    if (own === undefined) continue;
    const found = `camunda:${ns.localName}`;
    const key = `${definedBy?.ns.localName ?? ''}#${ns.localName}`;
    findings.push({
      key,
      finding: { holder, target, content: undefined, found, value: textOf(holder, own) },
    });
  }
  for (const [found, value] of Object.entries(holder.$attrs ?? {})) {
    if (!found.startsWith('camunda:')) continue;
    findings.push({ key: '', finding: { holder, target, content: undefined, found, value } });
  }
  for (const content of extensionsOf(holder)) {
    if (!content.$type.startsWith('camunda:')) continue;
    const name = content.$type.replace('camunda:', '');
    const found = `camunda:${name.charAt(0).toLowerCase()}${name.slice(1)}`;
    findings.push({
      key: name,
      finding: { holder, target: extendedBy(holder, name), content, found, value: '' },
    });
  }
  return findings;
}

/** An event definition is a part of its event, which the dialect extends. */
function targetOf(holder: TreeElement): TreeElement {
  return holder.$type.endsWith('EventDefinition') && holder.$parent ? eventOf(holder) : holder;
}

function extendedBy(holder: TreeElement, name: string): TreeElement {
  if (name === 'FailedJobRetryTimeCycle' && holder.$type.endsWith('LoopCharacteristics'))
    return holder.$parent ?? holder;
  return targetOf(holder);
}

/** An event definition may stand beside the processes too, where it belongs to no event. */
function eventOf(definition: TreeElement): TreeElement {
  const event = definition.$parent;
  return event && elementsOf(event, 'eventDefinitions').includes(definition) ? event : definition;
}
