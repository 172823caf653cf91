/** Holds the borders of the house: who may import whom. */
import { describe, expect, it } from 'vitest';
import { borders } from './borders.js';
import { exceptions } from './exceptions.js';
import { sourcesIn, type Source } from './sources.js';

const sources: readonly Source[] = ['engine', 'server', 'modeler'].flatMap(sourcesIn);

/** Every import that crosses a border, as `file imports what`. */
function crossings(border: (typeof borders)[number]): { readonly file: string; readonly what: string }[] {
  return sources
    .filter(({ path }) => path.startsWith(border.room))
    .flatMap((source) =>
      source.imports
        .filter((what) => !border.allows(what, source))
        .map(({ specifier }) => ({ file: source.path, what: `${source.path} imports ${specifier}` })),
    );
}

describe('borders', () => {
  it('sees the sources', () => {
    expect(sources.length).toBeGreaterThan(50);
    expect(sources.flatMap(({ imports }) => imports).length).toBeGreaterThan(100);
  });

  it.each(borders.map((border) => [border.title, border] as const))('%s', (title, border) => {
    const excused = exceptions.filter(({ rule }) => rule === title).map(({ file }) => file);
    expect(
      crossings(border)
        .filter(({ file }) => !excused.includes(file))
        .map(({ what }) => what),
    ).toEqual([]);
  });

  it('has no exception that nobody needs', () => {
    const ofBorders = exceptions.filter(({ rule }) => borders.some(({ title }) => title === rule));
    const unneeded = ofBorders.filter(({ rule, file }) => {
      const border = borders.find(({ title }) => title === rule);
      return border === undefined || !crossings(border).some((crossing) => crossing.file === file);
    });
    expect(unneeded).toEqual([]);
  });

  it('has a room behind every border that names one', () => {
    const rooms = [...new Set(borders.map(({ room }) => room))];
    const empty = rooms.filter((room) => !sources.some(({ path }) => path.startsWith(room)));
    expect(empty).toEqual([]);
  });
});
