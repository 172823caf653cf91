/** Boxed expressions from XML (DMN 1.5, 10.2). */
import type { BoxedExpression, InformationItem } from '../model.js';
import { readTable } from './decision-table.js';
import { child, children, text, type DmnElement } from './moddle.js';

/** A type reference without the prefix that older versions give it. */
export function typeRefOf(element: DmnElement | null, property = 'typeRef'): string | null {
  const reference = text(element, property);
  return reference === null ? null : reference.replace(/^feel[:.]/, '').trim();
}

/** A variable, parameter or column. */
export function readItem(element: DmnElement | null): InformationItem {
  return { name: (text(element, 'name') ?? '').trim(), typeRef: typeRefOf(element) };
}

/** Expressions nested deeper than this are no one's decision logic. */
const MAX_DEPTH = 100;

/** Reads the expression an element holds; `empty` where there is none. Throws RangeError beyond 100 levels. */
export function readExpression(element: DmnElement | null, depth = 0): BoxedExpression {
  if (depth > MAX_DEPTH) throw new RangeError(`Expressions are nested deeper than ${MAX_DEPTH} levels.`);
  const read = (inner: DmnElement | null): BoxedExpression => readExpression(inner, depth + 1);
  const base = { id: text(element, 'id'), typeRef: typeRefOf(element) };
  const inner = (property: string): BoxedExpression => read(child(child(element, property), 'value'));
  switch (element?.$type) {
    case 'dmn:LiteralExpression':
      return { ...base, kind: 'literal', text: text(element, 'text') ?? '' };
    case 'dmn:DecisionTable':
      return { ...base, kind: 'table', table: readTable(element) };
    case 'dmn:Context':
      return {
        ...base,
        kind: 'context',
        entries: children(element, 'contextEntry').map((entry) => readEntry(entry, read)),
      };
    case 'dmn:Invocation':
      return {
        ...base,
        kind: 'invocation',
        called: read(child(element, 'calledFunction')),
        bindings: children(element, 'binding').map((binding) => {
          const formula = child(binding, 'bindingFormula');
          return {
            name: readItem(child(binding, 'parameter')).name,
            value: formula && read(formula),
          };
        }),
      };
    case 'dmn:FunctionDefinition': {
      const body = child(element, 'body');
      return {
        ...base,
        kind: 'function',
        parameters: children(element, 'formalParameter').map(readItem),
        body: body && read(body),
        language: text(element, 'kind') ?? 'FEEL',
      };
    }
    case 'dmn:List':
      return { ...base, kind: 'list', items: children(element, 'elements').map(read) };
    case 'dmn:Relation':
      return {
        ...base,
        kind: 'relation',
        columns: children(element, 'column').map((column) => readItem(column).name),
        rows: children(element, 'row').map((row) => children(row, 'elements').map(read)),
      };
    case 'dmn:Conditional':
      return {
        ...base,
        kind: 'conditional',
        condition: inner('if'),
        then: inner('then'),
        otherwise: inner('else'),
      };
    case 'dmn:Filter':
      return { ...base, kind: 'filter', source: inner('in'), match: inner('match') };
    case 'dmn:For':
      return {
        ...base,
        kind: 'for',
        variable: text(element, 'iteratorVariable') ?? '',
        source: inner('in'),
        body: inner('return'),
      };
    case 'dmn:Some':
    case 'dmn:Every':
      return {
        ...base,
        kind: element.$type === 'dmn:Some' ? 'some' : 'every',
        variable: text(element, 'iteratorVariable') ?? '',
        source: inner('in'),
        body: inner('satisfies'),
      };
    default:
      return { ...base, kind: 'empty' };
  }
}

function readEntry(
  entry: DmnElement,
  read: (inner: DmnElement | null) => BoxedExpression,
): { variable: InformationItem | null; value: BoxedExpression } {
  const variable = child(entry, 'variable');
  return { variable: variable && readItem(variable), value: read(child(entry, 'value')) };
}
