/** Holds that nothing goes around the reader and the writer that keep whole numbers: `JSON.parse` makes doubles of them. */
import { describe, expect, it } from 'vitest';
import ts from 'typescript';
import { exceptions } from './exceptions.js';
import { sourcesIn, type Source } from './sources.js';

const RULE = 'process data is read and written as exact JSON';
const sources = ['engine', 'server', 'modeler'].flatMap(sourcesIn);

/** What reads or writes JSON by the platform. `response.json(body)` of Express writes by ours, one without arguments reads. */
const AROUND = [
  /\bJSON\s*\.\s*(parse|stringify)\b/,
  /\bJSON\s*\[/,
  /\.json\(\s*\)/,
  /\bexpress\s*\.\s*json\b/,
];

/** The code of a source, its comments taken out; a text of HTML has none that matter. */
function codeOf({ path, text }: Source): string {
  if (path.endsWith('.svelte')) return text.replaceAll(/^\s*(\/\/|\/?\*).*$/gm, '');
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, false);
  return ts.createPrinter({ removeComments: true }).printFile(file);
}

describe('exact JSON', () => {
  const around = sources
    .filter((source) => AROUND.some((way) => way.test(codeOf(source))))
    .map(({ path }) => path);
  const excused = exceptions.filter(({ rule }) => rule === RULE).map(({ file }) => file);

  it(RULE, () => {
    expect(around.filter((path) => !excused.includes(path))).toEqual([]);
  });

  it('has no exception that nobody needs', () => {
    expect(excused.filter((path) => !around.includes(path))).toEqual([]);
  });

  it('answers of the HTTP door are written by ours', () => {
    const app = sources.find(({ path }) => path === 'server/http/app.ts');
    expect(app?.text).toContain('answerExactJson(app)');
  });
});
