/** Collects the extensions of the zeebe dialect that the converted file gets, and writes them into the tree. */
import { generatedFormId, writeForm, type ConvertedForm, type FormComponent } from './generated-form.js';
import type { Changes } from './rule.js';
import { createElement, elementOf, elementsOf, zeebeElement, type TreeElement } from './tree.js';

/** Changes that were collected. */
export interface CollectedChanges extends Changes {
  /** The forms whose fields were collected. */
  forms(): readonly ConvertedForm[];
  /** Takes out everything of Camunda 7 and puts in what was collected. */
  apply(root: Iterable<TreeElement>): void;
}

interface Extension {
  readonly attributes: Record<string, string>;
  readonly children: TreeElement[];
}

/** An empty collection. */
export function collectChanges(): CollectedChanges {
  const collected = new Map<TreeElement, Map<string, Extension>>();
  const fields = new Map<string, FormComponent[]>();

  const extensionOf = (target: TreeElement, tag: string): Extension => {
    const extensions = collected.get(target) ?? new Map<string, Extension>();
    collected.set(target, extensions);
    const extension = extensions.get(tag) ?? { attributes: {}, children: [] };
    extensions.set(tag, extension);
    return extension;
  };

  return {
    set: (target, tag, attributes) => void Object.assign(extensionOf(target, tag).attributes, attributes),
    add: (target, list, child) => void extensionOf(target, list).children.push(child),
    addField(target, field) {
      const formId = generatedFormId(target);
      fields.set(formId, [...(fields.get(formId) ?? []), field]);
      Object.assign(extensionOf(target, 'formDefinition').attributes, { formId });
      return formId;
    },
    forms: () => [...fields].map(([id, components]) => writeForm(id, components)),
    apply(elements) {
      for (const element of elements) {
        removeCamunda(element);
        const extensions = collected.get(element);
        if (extensions) extend(element, extensions);
      }
    },
  };
}

function extend(target: TreeElement, extensions: ReadonlyMap<string, Extension>): void {
  const holder = elementOf(target, 'extensionElements') ?? createElement('bpmn:ExtensionElements', target);
  target.extensionElements = holder;
  const values = [...elementsOf(holder, 'values')];
  for (const [tag, { attributes, children }] of extensions) {
    const present = values.find(({ $type }) => $type === `zeebe:${tag}`);
    const ordered = tag === 'ioMapping' ? inputsFirst(children) : children;
    if (present) merge(present, attributes, ordered);
    else {
      const added = zeebeElement(tag, attributes, ordered);
      added.$parent = holder;
      values.push(added);
    }
  }
  holder.values = values;
}

/** A file may have the extension already: what it says itself stays. */
function merge(
  present: TreeElement,
  attributes: Readonly<Record<string, string>>,
  children: readonly TreeElement[],
): void {
  for (const [name, value] of Object.entries(attributes)) present[name] ??= value;
  if (children.length > 0) present.$children = [...elementsOf(present, '$children'), ...children];
}

/** The schema has the inputs of a mapping before its outputs. */
function inputsFirst(children: readonly TreeElement[]): TreeElement[] {
  const isInput = ({ $type }: TreeElement): boolean => $type === 'zeebe:input';
  return [...children.filter(isInput), ...children.filter((child) => !isInput(child))];
}

function removeCamunda(element: TreeElement): void {
  for (const { ns } of element.$descriptor?.properties ?? []) {
    if (ns.prefix !== 'camunda') continue;
    Reflect.deleteProperty(element, ns.localName === 'errorMessage' ? 'camunda:errorMessage' : ns.localName);
    Reflect.deleteProperty(element, ns.localName);
  }
  for (const name of Object.keys(element.$attrs ?? {})) {
    if (name.startsWith('camunda:')) Reflect.deleteProperty(element.$attrs ?? {}, name);
  }
  const holder = elementOf(element, 'extensionElements');
  if (!holder) return;
  const kept = elementsOf(holder, 'values').filter(({ $type }) => !$type.startsWith('camunda:'));
  if (kept.length > 0) holder.values = kept;
  else Reflect.deleteProperty(element, 'extensionElements');
}
