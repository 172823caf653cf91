/** Deciding and applying stay apart: only an applier writes to the state, and the journal is its only source. */
import { beforeAll, describe, expect, it } from 'vitest';
import ts from 'typescript';
import { join } from 'node:path';
import { filesIn, root } from './sources.js';

/** Rooms of the engine that read the state. The appliers, and the state's own snapshot, write it. */
const READERS = /^engine\/(elements|behaviors|commands|rules|read|kernel)\//;

const MUTATING = new Set([
  'set',
  'delete',
  'add',
  'clear',
  'push',
  'pop',
  'shift',
  'unshift',
  'splice',
  'sort',
  'reverse',
]);

function isAssignment(kind: ts.SyntaxKind): boolean {
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}

/** The expression a statement would change, where it is a property; undefined where nothing is changed. */
function changedProperty(node: ts.Node): ts.Expression | undefined {
  if (ts.isBinaryExpression(node) && isAssignment(node.operatorToken.kind)) return node.left;
  if (ts.isDeleteExpression(node)) return node.expression;
  if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
    const changes = [ts.SyntaxKind.PlusPlusToken, ts.SyntaxKind.MinusMinusToken].includes(node.operator);
    return changes ? node.operand : undefined;
  }
  if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
    return MUTATING.has(node.expression.name.text) ? node.expression.expression : undefined;
  }
  return undefined;
}

describe('decide and apply', () => {
  let program: ts.Program;
  let checker: ts.TypeChecker;

  beforeAll(() => {
    const files = filesIn('engine', ['.ts']).filter((path) => !path.endsWith('.test.ts'));
    program = ts.createProgram(
      files.map((path) => join(root, path)),
      {
        target: ts.ScriptTarget.ES2023,
        module: ts.ModuleKind.NodeNext,
        strict: true,
        noEmit: true,
        types: [],
      },
    );
    checker = program.getTypeChecker();
  });

  function isStateProperty(expression: ts.Expression): boolean {
    const inner = ts.isElementAccessExpression(expression) || ts.isNonNullExpression(expression);
    if (inner) return isStateProperty(expression.expression);
    if (!ts.isPropertyAccessExpression(expression)) return false;
    const declarations = checker.getSymbolAtLocation(expression.name)?.declarations ?? [];
    return declarations.some((declaration) =>
      declaration.getSourceFile().fileName.includes('/engine/state/'),
    );
  }

  function writesTo(room: RegExp): string[] {
    const found: string[] = [];
    for (const file of program.getSourceFiles()) {
      const path = file.fileName.slice(root.length + 1);
      if (!room.test(path)) continue;
      const visit = (node: ts.Node): void => {
        const changed = changedProperty(node);
        if (changed !== undefined && isStateProperty(changed)) {
          const { line } = file.getLineAndCharacterOfPosition(node.getStart());
          found.push(`${path}:${line + 1} ${node.getText().split('\n')[0]}`);
        }
        ts.forEachChild(node, visit);
      };
      visit(file);
    }
    return found;
  }

  it('sees the writes of the appliers', () => {
    expect(writesTo(/^engine\/appliers\//).length).toBeGreaterThan(10);
  });

  it('finds no write to the state in a room that decides', () => {
    expect(writesTo(READERS)).toEqual([]);
  });
});
