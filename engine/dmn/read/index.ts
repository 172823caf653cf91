/** A DMN file to its model. */
import type { DmnModel, DrgElement, InformationItem, ItemDefinition, Reference } from '../model.js';
import { readExpression, readItem, typeRefOf } from './expression.js';
import { child, children, parseDmnXml, text, type DmnElement } from './moddle.js';

/** The model of a file, or why it has none. */
export type DmnReading = { ok: true; model: DmnModel } | { ok: false; message: string };

/** Reads DMN XML of any version from 1.1 to 1.5. Never throws on bad input. */
export function readDmn(xml: string): Promise<DmnReading> {
  return Promise.resolve(read(xml));
}

function read(xml: string): DmnReading {
  const parsed = parseDmnXml(xml);
  if ('error' in parsed) return { ok: false, message: parsed.error };
  const { root } = parsed;
  if (root.$type !== 'dmn:Definitions') return { ok: false, message: 'The file is not a DMN document.' };
  try {
    return { ok: true, model: modelOf(root) };
  } catch (error) {
    if (error instanceof RangeError) return { ok: false, message: error.message };
    throw error;
  }
}

function modelOf(root: DmnElement): DmnModel {
  return {
    id: text(root, 'id') ?? '',
    name: text(root, 'name') ?? '',
    namespace: text(root, 'namespace') ?? '',
    imports: children(root, 'import').map((element) => ({
      name: text(element, 'name') ?? '',
      namespace: text(element, 'namespace') ?? '',
    })),
    types: children(root, 'itemDefinition').map(readType),
    elements: children(root, 'drgElement').flatMap((element) => readElement(element) ?? []),
  };
}

function readType(element: DmnElement): ItemDefinition {
  const functionItem = child(element, 'functionItem');
  return {
    name: (text(element, 'name') ?? '').trim(),
    typeRef: typeRefOf(element),
    isCollection: element.isCollection === true,
    allowedValues: text(child(element, 'allowedValues'), 'text'),
    typeConstraint: text(child(element, 'typeConstraint'), 'text'),
    components: children(element, 'itemComponent').map(readType),
    functionItem: functionItem && {
      parameters: children(functionItem, 'parameters').map(readItem),
      result: typeRefOf(functionItem, 'outputTypeRef'),
    },
  };
}

function reference(element: DmnElement | null): Reference | null {
  const href = text(element, 'href');
  if (href === null) return null;
  const hash = href.indexOf('#');
  return { namespace: hash > 0 ? href.slice(0, hash) : null, id: href.slice(hash + 1) };
}

function references(element: DmnElement, property: string): Reference[] {
  return children(element, property).flatMap((item) => reference(item) ?? []);
}

function requirements(element: DmnElement): Reference[] {
  const information = children(element, 'informationRequirement').flatMap((requirement) => [
    child(requirement, 'requiredInput'),
    child(requirement, 'requiredDecision'),
  ]);
  const knowledge = children(element, 'knowledgeRequirement').map((requirement) =>
    child(requirement, 'requiredKnowledge'),
  );
  return [...information, ...knowledge].flatMap((required) => reference(required) ?? []);
}

function readElement(element: DmnElement): DrgElement | null {
  const name = (text(element, 'name') ?? '').trim();
  const id = text(element, 'id') ?? name;
  const variable = child(element, 'variable');
  const item: InformationItem = variable ? readItem(variable) : { name: '', typeRef: null };
  const base = {
    id,
    name: name === '' ? id : name,
    variable: item.name === '' ? { ...item, name: name === '' ? id : name } : item,
  };
  switch (element.$type) {
    case 'dmn:InputData':
      return { ...base, kind: 'input' };
    case 'dmn:Decision':
      return {
        ...base,
        kind: 'decision',
        versionTag: versionTagOf(element),
        requirements: requirements(element),
        logic: readExpression(child(element, 'decisionLogic')),
      };
    case 'dmn:BusinessKnowledgeModel':
      return {
        ...base,
        kind: 'knowledge',
        requirements: requirements(element),
        logic: readExpression(child(element, 'encapsulatedLogic')),
      };
    case 'dmn:DecisionService':
      return {
        ...base,
        kind: 'service',
        outputDecisions: references(element, 'outputDecision'),
        encapsulatedDecisions: references(element, 'encapsulatedDecision'),
        inputDecisions: references(element, 'inputDecision'),
        inputData: references(element, 'inputData'),
      };
    default:
      return null;
  }
}

function versionTagOf(element: DmnElement): string | null {
  const tag = children(child(element, 'extensionElements'), 'values').find(
    ({ $type }) => $type === 'zeebe:versionTag',
  );
  return text(tag ?? null, 'value');
}
