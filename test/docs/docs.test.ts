/** The documentation says what is there: links, settings, commands, rooms and elements are held against the project. */
import { describe, expect, it } from 'vitest';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ELEMENT_TYPES } from '@countersign/engine';
import { readSettings } from '@countersign/server';
import { filesIn, root, sourcesIn } from '../architecture/sources.js';
import { anchors, codeBlocks, codeWords, links, pages, readPage, section, tableRows } from './pages.js';

const readme = readPage('README.md');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>;
};

function sorted(values: Iterable<string>): string[] {
  return [...new Set(values)].sort();
}

function foldersIn(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !['node_modules', 'dist', 'public'].includes(entry.name))
    .filter((entry) => filesIn(`${folder}/${entry.name}`, ['.ts', '.svelte']).length > 0)
    .map((entry) => `${folder}/${entry.name}`);
}

describe('links', () => {
  it.each(pages().map((page) => [page.path, page] as const))('%s leads to what is there', (_path, page) => {
    const broken = links(page).filter(({ file, anchor }) => {
      if (!existsSync(join(root, file))) return true;
      return anchor !== undefined && !anchors(readPage(file)).includes(anchor);
    });
    expect(broken).toEqual([]);
  });
});

describe('settings', () => {
  const rows = tableRows(section(readme, '## Settings'));
  const named = rows.map(([name]) => codeWords(name)[0]);

  it('are all in the README, and the README names no other', () => {
    const texts = sourcesIn('server').map(({ text }) => text);
    const read = texts.flatMap((text) =>
      [...text.matchAll(/(?:given|oneOf|integer)\(\s*'(COUNTERSIGN_[A-Z0-9_]+|PORT|HOST)'/g)].map(
        ([, name]) => name,
      ),
    );
    expect(read.length).toBeGreaterThan(8);
    const isSecret = (name: string): boolean => name.startsWith('COUNTERSIGN_SECRET_');
    expect(sorted(named.filter((name) => !isSecret(name)))).toEqual(
      sorted(read.filter((name) => !isSecret(name))),
    );
  });

  it('have the defaults that the README says', () => {
    const defaults = Object.fromEntries(
      rows.map(([name, value]) => [codeWords(name)[0], codeWords(value)[0]]),
    );
    const written = Object.fromEntries(Object.entries(defaults).filter(([, value]) => value !== undefined));
    expect(readSettings(written)).toEqual(readSettings({}));
    expect(readSettings({}).ok).toBe(true);
  });

  it('may have each value that the README names', () => {
    for (const [name, , meaning] of rows) {
      const setting = codeWords(name)[0];
      const values = codeWords(meaning).filter((word) => /^[a-z]+$/.test(word));
      for (const value of values)
        expect(readSettings({ [setting]: value }), `${setting}=${value}`).toHaveProperty('ok', true);
    }
  });
});

describe('commands', () => {
  it.each(pages().map((page) => [page.path, page] as const))(
    '%s names no script that is missing',
    (_path, { text }) => {
      const named = [...text.matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name);
      expect(named.filter((name) => !(name in manifest.scripts))).toEqual([]);
    },
  );

  it('are all told to a contributor', () => {
    const words = codeWords(readPage('CONTRIBUTING.md').text).join('\n');
    const untold = Object.keys(manifest.scripts).filter(
      (name) => !words.includes(`npm ${name}`) && !words.includes(`npm run ${name}`),
    );
    expect(untold).toEqual([]);
  });

  it('lead to files that are there', () => {
    const files = Object.values(manifest.scripts).flatMap(
      (script) => script.match(/scripts\/[\w-]+\.mjs/g) ?? [],
    );
    expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });
});

describe('examples', () => {
  it.each(pages().map((page) => [page.path, page] as const))(
    '%s has JSON that can be read',
    (_path, { text }) => {
      for (const code of codeBlocks(text, 'json')) expect(() => JSON.parse(code) as unknown).not.toThrow();
    },
  );
});

describe('the house', () => {
  const rooms = tableRows(section(readPage('docs/architecture.md'), '## Rooms')).flatMap(([cell]) => {
    return codeWords(cell).map((word) => word.replace(/\/\{.*\}$|\/<.*>$/, ''));
  });

  it('has every room that the page draws', () => {
    expect(rooms.filter((room) => !existsSync(join(root, room)))).toEqual([]);
  });

  it('is drawn with every room it has', () => {
    const built = ['engine', 'server', 'modeler'].flatMap(foldersIn);
    expect(built.filter((folder) => !rooms.includes(folder))).toEqual([]);
  });
});

describe('what runs', () => {
  it('lists every element that the engine runs, and no other', () => {
    const rows = tableRows(section(readPage('docs/elements.md'), '## Elements'));
    expect(sorted(rows.flatMap(([, type]) => codeWords(type)))).toEqual([...ELEMENT_TYPES].sort());
  });

  it('names every extension that the engine reads or refuses', () => {
    const texts = sourcesIn('engine/read').map(({ text }) => text);
    const read = texts.flatMap((text) => [...text.matchAll(/'zeebe:([A-Za-z]+)'/g)].map(([, name]) => name));
    const page = section(readPage('docs/elements.md'), '## Extensions').toLowerCase();
    expect(read.length).toBeGreaterThan(10);
    expect(sorted(read.filter((name) => !page.includes(`\`zeebe:${name.toLowerCase()}\``)))).toEqual([]);
  });
});
