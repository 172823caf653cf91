/** Holds the shape of the files: size, names, a word at the top, a contract on every exported name. */
import { describe, expect, it } from 'vitest';
import ts from 'typescript';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { exceptions } from './exceptions.js';
import { filesIn, root } from './sources.js';

const FOLDERS = ['engine', 'server', 'modeler', 'test', 'scripts', 'processes'];
const files = FOLDERS.flatMap((folder) => filesIn(folder, ['.ts', '.mjs', '.svelte', '.css']));
const sources = files.filter((path) => path.endsWith('.ts') || path.endsWith('.mjs'));
const contents = new Map(files.map((path) => [path, readFileSync(join(root, path), 'utf8')]));

const MOST_LINES = 'no file has more than 400 lines';
const KEBAB_CASE = 'files are named in kebab-case after the one thing they define';
const NO_VAGUE_NAMES = 'no file is named after a handler, manager, service, util or helper';
const OPENING = 'a file says at its top what it is for';
const CONTRACT = 'every exported name has a contract';
const NO_THROWING = 'rules return problems and do not throw';
const NO_SQL = 'SQL stands in the store alone';
const ELEMENT_NAMES = 'the kernel names no element outside its registry';

function excused(rule: string): (path: string) => boolean {
  const known = new Set(exceptions.filter((exception) => exception.rule === rule).map(({ file }) => file));
  return (path) => !known.has(path);
}

function textOf(path: string): string {
  return contents.get(path) ?? '';
}

function hasContract(statement: ts.Statement): boolean {
  return ts.getJSDocCommentsAndTags(statement).some(ts.isJSDoc);
}

/** The exported names of a file that have no docstring. */
function withoutContract(path: string): string[] {
  const file = ts.createSourceFile(path, textOf(path), ts.ScriptTarget.ES2023, true);
  return file.statements
    .filter((statement) => ts.canHaveModifiers(statement))
    .filter((statement) =>
      ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword),
    )
    .filter((statement) => !hasContract(statement))
    .map((statement) => `${path}: ${statement.getText().split('\n')[0]}`);
}

describe('shape', () => {
  it(MOST_LINES, () => {
    const long = files.filter((path) => textOf(path).split('\n').length > 401).filter(excused(MOST_LINES));
    expect(long).toEqual([]);
  });

  it(KEBAB_CASE, () => {
    const isComponent = (path: string): boolean => path.endsWith('.svelte');
    const odd = files
      .filter((path) => !isComponent(path))
      .filter(
        (path) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.(d|test|config|svelte))*\.(ts|mjs|css)$/.test(basename(path)),
      )
      .filter(excused(KEBAB_CASE));
    expect(odd).toEqual([]);
  });

  it(NO_VAGUE_NAMES, () => {
    const vague = /(^|[-.])(handlers?|managers?|services?|utils?|helpers?)\.(ts|mjs|svelte)$/i;
    expect(files.filter((path) => vague.test(basename(path))).filter(excused(NO_VAGUE_NAMES))).toEqual([]);
  });

  it(OPENING, () => {
    const telling = sources.filter((path) => !/\.(test|config)\.ts$/.test(path));
    const silent = telling.filter((path) => !/^(#!.*\n)?\/\*\*/.test(textOf(path))).filter(excused(OPENING));
    expect(silent).toEqual([]);
  });

  it(CONTRACT, () => {
    const exporting = sources.filter((path) => !path.endsWith('.d.ts') && !path.endsWith('.config.ts'));
    expect(exporting.filter(excused(CONTRACT)).flatMap(withoutContract)).toEqual([]);
  });

  it(NO_THROWING, () => {
    const throwing = files.filter(
      (path) => path.startsWith('engine/rules/') && /^\s*throw /m.test(textOf(path)),
    );
    expect(throwing.filter(excused(NO_THROWING))).toEqual([]);
  });

  it(NO_SQL, () => {
    const statement =
      /[`'"]\s*(select\s[^`'"]*\sfrom\s|insert\s+into\s|update\s+\w+\s+set\s|delete\s+from\s|pragma\s|begin immediate)/i;
    const query = /\bknex(\(|\.(raw|select|from|into|schema|transaction)\b)|\.prepare\(/;
    const outside = files.filter(
      (path) =>
        /^(server|modeler|engine)\//.test(path) &&
        !path.startsWith('server/store/') &&
        !path.endsWith('.test.ts'),
    );
    expect(
      outside
        .filter((path) => statement.test(textOf(path)) || query.test(textOf(path)))
        .filter(excused(NO_SQL)),
    ).toEqual([]);
  });

  it(ELEMENT_NAMES, () => {
    const types = textOf('engine/model/element-types.ts').match(/'[a-zA-Z]+'/g) ?? [];
    const specific = types.filter((type) => type !== "'process'");
    expect(specific.length).toBeGreaterThan(10);
    const naming = files
      .filter((path) => path.startsWith('engine/kernel/') && !/registry\.ts$|\.test\.ts$/.test(path))
      .flatMap((path) =>
        specific.filter((type) => textOf(path).includes(type)).map((type) => `${path}: ${type}`),
      );
    expect(naming).toEqual([]);
  });

  it('gives every exception a reason', () => {
    expect(exceptions.filter(({ reason }) => reason.trim().length < 20)).toEqual([]);
  });
});
