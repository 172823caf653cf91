/**
 * Holds that nothing that happens to the server by itself can end its process: timers and listeners are begun through
 * `server/guarded.ts`, promises that nobody awaits have somebody to tell of their failure, and whatever ends a process by an
 * unheard `error` is heard.
 */
import { describe, expect, it } from 'vitest';
import ts from 'typescript';
import { exceptions } from './exceptions.js';
import { sourcesIn, type Source } from './sources.js';

const sources = sourcesIn('server').filter(({ path }) => !path.endsWith('.test.ts'));

/** Whether any node of a source is one that is looked for. */
function has({ path, text }: Source, isIt: (node: ts.Node) => boolean): boolean {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true);
  const find = (node: ts.Node): boolean =>
    isIt(node) || (ts.forEachChild(node, (child) => find(child) || undefined) ?? false);
  return find(file);
}

/** A call of one of Node's timers by its global name. */
const isTimer = (node: ts.Node): boolean =>
  ts.isCallExpression(node) && /^(globalThis\.)?set(Interval|Timeout)$/.test(node.expression.getText());

/** A listener for an event, other than one that `listener` made. */
function isListener(node: ts.Node): boolean {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return false;
  if (!/^(on|once|addListener|prependListener|addEventListener)$/.test(node.expression.name.text))
    return false;
  const [event, heard] = node.arguments;
  if (event === undefined || !ts.isStringLiteral(event) || heard === undefined || ts.isStringLiteral(heard))
    return false;
  return !(ts.isCallExpression(heard) && heard.expression.getText() === 'listener');
}

/** What is thrown away by `void` and gives no promise. */
const GIVES_NONE =
  /\.(push|set|delete|add|write|once|setAttributes|destroy|\w*[wW]here\w*)$|^(setTimeout|read)$/;

/** A promise that is thrown away while nobody would hear of its failure. */
function isUnheard(node: ts.Node): boolean {
  if (!ts.isVoidExpression(node)) return false;
  let { expression } = node;
  for (;;) {
    if (!ts.isCallExpression(expression)) return false;
    const called = expression.expression;
    if (called.getText() === 'guarded' || GIVES_NONE.test(called.getText().replace(/\s/g, ''))) return false;
    if (!ts.isPropertyAccessExpression(called)) return true;
    if (called.name.text === 'catch' || (called.name.text === 'then' && expression.arguments.length > 1))
      return false;
    // Of what is chained the beginning counts.
    if (!/^(then|finally|unref)$/.test(called.name.text)) return true;
    expression = called.expression;
  }
}

/** What ends the process where its `error` is not heard. */
const isBegun = (node: ts.Node): boolean =>
  (ts.isNewExpression(node) && /^(Worker|Client)$/.test(node.expression.getText())) ||
  (ts.isCallExpression(node) && /^(spawn|fork|execFile|createServer)$/.test(node.expression.getText()));

const RULES: readonly (readonly [rule: string, breaks: (source: Source) => boolean])[] = [
  ['timers of the server cannot end the process', (source) => has(source, isTimer)],
  ['listeners of the server cannot end the process', (source) => has(source, isListener)],
  ['promises that nobody awaits cannot end the process', (source) => has(source, isUnheard)],
  [
    'threads, processes, connections and servers have somebody who hears their errors',
    (source) => has(source, isBegun) && !/\.(on|once)\(\s*'error'/.test(source.text),
  ],
];

describe.each(RULES)('%s', (rule, breaks) => {
  const found = sources.filter(breaks).map(({ path }) => path);
  const excused = exceptions.filter((exception) => exception.rule === rule).map(({ file }) => file);

  it('but for those with a reason', () => {
    expect(found.filter((path) => !excused.includes(path))).toEqual([]);
  });

  it('and there is no exception that nobody needs', () => {
    expect(excused.filter((path) => !found.includes(path))).toEqual([]);
  });
});
