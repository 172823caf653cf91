/** References of a Camunda 7 file that lead to nothing in it: each is an entry of the report. */
import { isRunBy } from '../read/warnings.js';
import type { XmlWarning } from '../xml/index.js';
import type { ConversionEntry } from './report.js';
import { createElement, elementsOf, ownerOf, textOf, type TreeElement } from './tree.js';

/** Answers what the reader of XML left out or could not find; errors that are named by their code come into being. */
export function convertReferences(root: TreeElement, warnings: readonly XmlWarning[]): ConversionEntry[] {
  const errors = new Map<string, TreeElement>();
  return warnings.flatMap((warning) => {
    if (warning.message.startsWith('unparsable')) return [leftOut(warning.message)];
    if (!warning.message.startsWith('unresolved')) return [];
    const element = warning.element as unknown as TreeElement;
    const code = warning.value ?? '';
    if (
      warning.property === 'bpmn:errorRef' &&
      element.$type === 'bpmn:ErrorEventDefinition' &&
      code !== ''
    ) {
      const error = errors.get(code) ?? addError(root, code);
      errors.set(code, error);
      element.errorRef = error;
      return [named(element, code)];
    }
    return [broken(element, warning)];
  });
}

/** Camunda 7 takes an error reference without an error of that id for the code itself. */
function addError(root: TreeElement, code: string): TreeElement {
  const all = elementsOf(root, 'rootElements');
  const wanted = `Error_${code.replace(/[^\p{L}\p{N}_-]+/gu, '_')}`;
  let id = wanted;
  for (let count = 2; all.some((element) => element.id === id); count += 1) id = `${wanted}_${count}`;
  const error = createElement('bpmn:Error', root);
  Object.assign(error, { id, name: code, errorCode: code });
  root.rootElements = [...all, error];
  return error;
}

function named(definition: TreeElement, code: string): ConversionEntry {
  const event = ownerOf(definition);
  return {
    ...entry(event, 'errorRef', code),
    outcome: 'mapped',
    becomes: `an error with the code "${code}"`,
    message: 'No error of the file has this id, so that Camunda 7 takes it for the code itself.',
    suggestion: '',
  };
}

function broken(element: TreeElement, warning: XmlWarning): ConversionEntry {
  const property = (warning.property ?? 'reference').replace(/^\w+:/, '');
  const decides = isRunBy(warning);
  return {
    ...entry(ownerOf(element), property, warning.value ?? ''),
    outcome: decides ? 'decide' : 'none',
    becomes: '',
    message: decides
      ? `Nothing in the file has the id "${warning.value ?? ''}", so that the reference is not in the converted file.`
      : `Nothing in the file has the id "${warning.value ?? ''}". The reference had no effect, and is left out.`,
    suggestion: decides ? 'Choose what it must lead to, or remove the element that has it.' : '',
  };
}

function entry(element: TreeElement, found: string, value: string) {
  return { elementId: element.id ?? null, elementName: textOf(element, 'name') || null, found, value };
}

function leftOut(warning: string): ConversionEntry {
  const found = /<([^>\s/]+)/.exec(warning)?.[1] ?? 'XML';
  return {
    outcome: 'decide',
    elementId: null,
    elementName: null,
    found,
    value: '',
    becomes: '',
    message: `An element ${found} could not be read, and is not in the converted file.`,
    suggestion: 'Look at it in the file that you had, and decide what should take its place.',
  };
}
