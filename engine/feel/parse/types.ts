/** Types as written after `instance of` and in function parameters, and as DMN's type references name them. */
import type { FeelType } from '../values.js';
import type { TreeNode } from './grammar.js';

function children(node: TreeNode, name?: string): TreeNode[] {
  const found: TreeNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) {
    if (name === undefined || child.name === name) found.push(child);
  }
  return found;
}

/** Reads a `Type` node of the grammar's tree. */
export function readType(source: string, tree: TreeNode): FeelType {
  const node = tree.name === 'Type' ? children(tree)[0] : tree;
  const inner = (parent: TreeNode): FeelType[] =>
    children(parent, 'Type').map((type) => readType(source, type));
  switch (node.name) {
    case 'ListType':
      return { kind: source.startsWith('range', node.from) ? 'range' : 'list', element: inner(node)[0] };
    case 'ContextType': {
      const entries = children(node, 'ContextEntryTypes').flatMap((list) =>
        children(list, 'ContextEntryType'),
      );
      return {
        kind: 'context',
        entries: entries.map((entry) => {
          const name = children(entry, 'Name')[0];
          return { name: source.slice(name.from, name.to), type: inner(entry)[0] };
        }),
      };
    }
    case 'FunctionType': {
      const args = children(node, 'ArgumentTypes').flatMap((list) => children(list, 'ArgumentType'));
      return { kind: 'function', parameters: args.flatMap(inner), result: inner(node)[0] };
    }
    default:
      return namedType(source.slice(node.from, node.to));
  }
}

/** A type by its name; spaces don't count, and `dayTimeDuration` and the like are known by FEEL's name too. */
export function namedType(name: string): FeelType {
  const plain = name.replace(/\s+/g, ' ').trim();
  return { kind: 'named', name: ALIASES[plain] ?? plain };
}

const ALIASES: Readonly<Record<string, string>> = {
  dateTime: 'date and time',
  dayTimeDuration: 'days and time duration',
  yearMonthDuration: 'years and months duration',
};
