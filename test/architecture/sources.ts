/** The project's source files and what each of them imports, as the border checks see them. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** The project's root folder. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** A source file; `path` is relative to the root, with forward slashes. */
export interface Source {
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

/** One import, export-from or dynamic import. Exactly one of `file` and `module` is set. */
export interface Import {
  readonly specifier: string;
  /** The file a relative import leads to, relative to the root. */
  readonly file: string | undefined;
  /** The package or Node built-in named, without a path inside it. */
  readonly module: string | undefined;
  /** Whether nothing but types comes from there. */
  readonly typeOnly: boolean;
}

const SKIPPED = new Set(['node_modules', 'dist', 'public']);

/** Every file with one of the endings below a folder; empty where there is no such folder. */
export function filesIn(folder: string, endings: readonly string[]): string[] {
  const absolute = join(root, folder);
  if (!existsSync(absolute)) return [];
  return readdirSync(absolute, { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : filesIn(path, endings);
    return endings.some((ending) => entry.name.endsWith(ending)) ? [path] : [];
  });
}

/** The sources of a folder, tests left out. */
export function sourcesIn(folder: string): Source[] {
  return filesIn(folder, ['.ts', '.svelte'])
    .filter((path) => !path.endsWith('.test.ts'))
    .map(readSource);
}

function readSource(path: string): Source {
  const text = readFileSync(join(root, path), 'utf8');
  return { path, text, imports: importsOf(path, text) };
}

function importsOf(path: string, text: string): Import[] {
  const { importedFiles } = ts.preProcessFile(scriptOf(path, text), true, false);
  return importedFiles.map(({ fileName: specifier }) => {
    const typeOnly = new RegExp(`(import|export) type [^;]*from '${escaped(specifier)}'`).test(text);
    if (!specifier.startsWith('.'))
      return { specifier, file: undefined, module: moduleOf(specifier), typeOnly };
    const target = resolve(root, dirname(path), specifier).replace(/\.js$/, '.ts');
    return { specifier, file: relative(root, target), module: undefined, typeOnly };
  });
}

function escaped(text: string): string {
  return text.replaceAll(/[^\w/@-]/g, '\\$&');
}

/** The scripts of a Svelte file; any other file as it is. */
function scriptOf(path: string, text: string): string {
  if (!path.endsWith('.svelte')) return text;
  return [...text.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map((match) => match[1]).join('\n');
}

function moduleOf(specifier: string): string {
  if (specifier.startsWith('node:')) return specifier;
  const parts = specifier.split('/');
  return parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}
