/** The pages of documentation, and the parts of them that tests look at. */
import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { filesIn, root } from '../architecture/sources.js';

/** A page of documentation; `path` is relative to the root. */
export interface Page {
  readonly path: string;
  readonly text: string;
}

/** Every page: those at the root, those in docs, and the samples' own. */
export function pages(): Page[] {
  const paths = [
    'README.md',
    'CONTRIBUTING.md',
    ...filesIn('docs', ['.md']),
    ...filesIn('processes', ['.md']),
  ];
  return paths.map(readPage);
}

/** One page. Throws where there is none. */
export function readPage(path: string): Page {
  return { path, text: readFileSync(join(root, path), 'utf8') };
}

/** The text below a heading, up to the next heading of the same rank or a higher one. */
export function section({ path, text }: Page, heading: string): string {
  const rank = /^#+/.exec(heading)?.[0].length ?? 1;
  const lines = text.split('\n');
  const start = lines.indexOf(heading);
  if (start < 0) throw new Error(`${path} has no heading "${heading}".`);
  const after = lines.slice(start + 1);
  const end = after.findIndex((line) => (/^#+ /.exec(line)?.[0].length ?? Infinity) - 1 <= rank);
  return after.slice(0, end < 0 ? undefined : end).join('\n');
}

/** The rows of the tables in a text, cell by cell, without the heads. */
export function tableRows(text: string): string[][] {
  const lines = text.split('\n');
  return lines
    .filter((line, index) => line.startsWith('|') && !isRule(line) && !isRule(lines[index + 1] ?? ''))
    .map((line) =>
      line
        .slice(1, line.lastIndexOf('|'))
        .split('|')
        .map((cell) => cell.trim()),
    );
}

function isRule(line: string): boolean {
  return /^\|[\s:|-]+\|$/.test(line);
}

/** The code blocks of a language. */
export function codeBlocks(text: string, language: string): string[] {
  return [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)]
    .filter(([, of]) => of === language)
    .map(([, , code]) => code);
}

/** The words in backticks. */
export function codeWords(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, word]) => word);
}

/** The links of a page to files of the project: the file they lead to, relative to the root, and the heading. */
export function links({
  path,
  text,
}: Page): { readonly file: string; readonly anchor: string | undefined }[] {
  return [...text.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, target]) => {
    const [file, anchor] = target.split('#');
    return { file: file === '' ? path : relative(root, join(root, dirname(path), file)), anchor };
  });
}

/** The anchors of a page's headings, as GitHub makes them. */
export function anchors({ text }: Page): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  );
}
