/** Reads `zeebe:ioMapping` and the name-value extensions (`zeebe:taskHeaders`, `zeebe:properties`). */
import type { VariableMapping } from '../model/process-model.js';
import type { ProblemList } from '../rules/problem.js';
import { child, children, extension, text, type ModdleElement } from './moddle.js';
import { readValue } from './values.js';

const NAME = /^[\p{L}_][\p{L}\p{N}_]*$/u;

/** Reads the input (or output) mappings of an element. */
export function readMappings(
  element: ModdleElement,
  elementId: string,
  side: 'inputParameters' | 'outputParameters',
  problems: ProblemList,
): VariableMapping[] {
  const what = side === 'inputParameters' ? 'input' : 'output';
  const mappings: VariableMapping[] = [];
  for (const parameter of children(extension(element, 'zeebe:IoMapping'), side)) {
    const target = text(parameter, 'target');
    const source = text(parameter, 'source');
    const path = target?.split('.') ?? [];
    if (path.length === 0 || !path.every((name) => NAME.test(name))) {
      problems.error(
        'MAPPING_INVALID',
        elementId,
        `An ${what} mapping has the target "${target ?? ''}", which is not a variable name.`,
        'Use letters, digits and underscores; dots lead into an object.',
      );
      continue;
    }
    mappings.push({ target: path, source: readValue(source ?? '', elementId, `${what} mapping`, problems) });
  }
  return mappings;
}

/** Reads `zeebe:taskHeaders`: an extension of an element, or the property `held` of a listener. */
export function readHeaders(element: ModdleElement, held?: string): Record<string, string> {
  const headers = new Map<string, string>();
  const holder = held === undefined ? extension(element, 'zeebe:TaskHeaders') : child(element, held);
  for (const header of children(holder, 'values')) {
    const key = text(header, 'key');
    if (key) headers.set(key, text(header, 'value') ?? '');
  }
  return Object.fromEntries(headers);
}

/** Reads `zeebe:properties`. */
export function readProperties(element: ModdleElement): Record<string, string> {
  const properties = new Map<string, string>();
  for (const property of children(extension(element, 'zeebe:Properties'), 'properties')) {
    const name = text(property, 'name');
    if (name) properties.set(name, text(property, 'value') ?? '');
  }
  return Object.fromEntries(properties);
}
