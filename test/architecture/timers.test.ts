/** Holds that the server begins what it does by itself through `server/guarded.ts`: a bare timer whose callback throws ends the process. */
import { describe, expect, it } from 'vitest';
import ts from 'typescript';
import { exceptions } from './exceptions.js';
import { sourcesIn, type Source } from './sources.js';

const RULE = 'timers of the server cannot end the process';
const sources = sourcesIn('server').filter(({ path }) => !path.endsWith('.test.ts'));

/** Whether a source calls one of Node's timers by its global name. */
function hasBareTimer({ path, text }: Source): boolean {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true);
  const isBare = (node: ts.Node): boolean =>
    (ts.isCallExpression(node) && /^(globalThis\.)?set(Interval|Timeout)$/.test(node.expression.getText())) ||
    (ts.forEachChild(node, (child) => isBare(child) || undefined) ?? false);
  return isBare(file);
}

describe('timers', () => {
  const bare = sources.filter(hasBareTimer).map(({ path }) => path);
  const excused = exceptions.filter(({ rule }) => rule === RULE).map(({ file }) => file);

  it(RULE, () => {
    expect(bare.filter((path) => !excused.includes(path))).toEqual([]);
  });

  it('have no exception that nobody needs', () => {
    expect(excused.filter((path) => !bare.includes(path))).toEqual([]);
  });
});
