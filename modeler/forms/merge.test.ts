/** Only what the person changed changes: values beside, around and within what a form shows stay as they were. */
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from './json.js';
import { listsOf, markItems, withoutMarks, type ListComponent } from './list-items.js';
import { mergeChanges, placesOf, type Shown } from './merge.js';

type Data = Record<string, Json>;

const written = (path: string): Shown => ({
  path: path.split('.').map((segment) => (/^\d+$/.test(segment) ? Number(segment) : segment)),
  is: 'written',
});
const list = (path: string): Shown => ({ ...written(path), is: 'list' });

interface Filled {
  readonly original: JsonObject;
  readonly components?: readonly ListComponent[];
  /** What the form could not show is not there at first. */
  readonly before?: (shown: Data) => void;
  readonly act?: (shown: Data) => void;
  readonly shown: readonly Shown[];
}

/** What is sent after a form was filled in. */
function sent({ original, components, before, act, shown }: Filled): unknown {
  const first = structuredClone<Data>(markItems(original, listsOf(components)));
  before?.(first);
  const now = structuredClone(first);
  act?.(now);
  return withoutMarks(mergeChanges(placesOf(shown), original, first, now));
}

describe('objects', () => {
  it('keep what the form does not show of them', () => {
    const original = { person: { id: 7, name: 'Ada', home: { zip: '10115', city: 'Berlin' } } };
    const shown = [written('person.name'), written('person.home.city')];
    const act = (data: Data) => (((data.person as Data).home as Data).city = 'Bonn');
    expect(sent({ original, shown })).toEqual({});
    expect(sent({ original, shown, act })).toEqual({
      person: { id: 7, name: 'Ada', home: { zip: '10115', city: 'Bonn' } },
    });
  });

  it('take several paths, each on its own', () => {
    const original = { a: { b: { c: 1, d: 2 }, e: [1, 2] }, f: { g: 3 } };
    const shown = [written('a.b.c'), written('a.b.x'), written('f.g')];
    const act = (data: Data) => (((data.a as Data).b as Data).x = 9);
    expect(sent({ original, shown, act })).toEqual({ a: { b: { c: 1, d: 2, x: 9 }, e: [1, 2] } });
  });

  it('come into being where they were not', () => {
    const act = (data: Data) => (data.person = { name: 'Ada' });
    expect(sent({ original: {}, shown: [written('person.name')], act })).toEqual({ person: { name: 'Ada' } });
    expect(sent({ original: { person: null }, shown: [written('person.name')], act })).toEqual({
      person: { name: 'Ada' },
    });
  });

  it('do not take the place of a text that nobody touched', () => {
    const before = (data: Data) => (data.person = { name: '' });
    const shown = [written('person.name')];
    expect(sent({ original: { person: 'Ada' }, shown, before })).toEqual({});
    const act = (data: Data) => (data.person = { name: 'Eve' });
    expect(sent({ original: { person: 'Ada' }, shown, before, act })).toEqual({ person: { name: 'Eve' } });
  });
});

describe('values', () => {
  it('that a field can’t show stay until another is written', () => {
    const original = { due: '31.12.2026', color: 'mauve', more: [1] };
    const before = (data: Data) => Object.assign(data, { due: null, color: null });
    const shown = [written('due'), written('color')];
    expect(sent({ original, shown, before })).toEqual({});
    const act = (data: Data) => (data.due = '2027-01-01');
    expect(sent({ original, shown, before, act })).toEqual({ due: '2027-01-01' });
  });

  it('that were not there are sent as they are shown', () => {
    const before = (data: Data) => Object.assign(data, { agreed: false, kind: 'holiday' });
    expect(sent({ original: {}, shown: [written('agreed'), written('kind')], before })).toEqual({
      agreed: false,
      kind: 'holiday',
    });
  });

  it('that are computed are sent as they come out, and only then', () => {
    const shown: Shown[] = [{ path: ['total'], is: 'computed' }];
    const before = (data: Data) => (data.total = 12);
    expect(sent({ original: { total: 3 }, shown, before })).toEqual({ total: 12 });
    expect(sent({ original: { total: 12 }, shown })).toEqual({});
  });

  it('can be emptied', () => {
    const act = (data: Data) => (data.note = null);
    expect(sent({ original: { note: 'x' }, shown: [written('note')], act })).toEqual({ note: null });
  });
});

describe('lists', () => {
  const components = [{ type: 'group', path: 'order', components: [{ type: 'dynamiclist', path: 'lines' }] }];
  const original = {
    order: {
      no: 1,
      lines: [
        { id: 'a', what: 'bolt', due: 'soon' },
        { id: 'b', what: 'nut', due: '2026-01-01' },
        { id: 'c', what: 'nail', due: null },
      ],
    },
  };
  const linesOf = (data: Data): Data[] => (data.order as Data).lines as unknown as Data[];
  const shownOf = (count: number) => [
    list('order.lines'),
    ...Array.from({ length: count }, (_, at) => [
      written(`order.lines.${at}.what`),
      written(`order.lines.${at}.due`),
    ]).flat(),
  ];
  const before = (data: Data) => (linesOf(data)[0].due = null);
  const sentLines = (count: number, act?: (lines: Data[], data: Data) => void) =>
    sent({ original, components, before, shown: shownOf(count), act: (data) => act?.(linesOf(data), data) });

  it('stay as they are when nobody touches them', () => {
    expect(sentLines(3)).toEqual({});
  });

  it('keep the rest of an item in which a field is written', () => {
    expect(sentLines(3, (lines) => (lines[1].what = 'washer'))).toEqual({
      order: {
        no: 1,
        lines: [
          original.order.lines[0],
          { id: 'b', what: 'washer', due: '2026-01-01' },
          original.order.lines[2],
        ],
      },
    });
  });

  it('lose the item that is taken away, and no other', () => {
    expect(sentLines(2, (lines) => lines.splice(0, 1))).toEqual({
      order: { no: 1, lines: original.order.lines.slice(1) },
    });
    expect(sentLines(0, (lines) => lines.splice(0))).toEqual({ order: { no: 1, lines: [] } });
  });

  it('take a new item with what was written in it', () => {
    expect(sentLines(4, (lines) => lines.push({ what: 'rivet', due: null }))).toEqual({
      order: { no: 1, lines: [...original.order.lines, { what: 'rivet', due: null }] },
    });
  });

  it('move items with all that belongs to them', () => {
    expect(sentLines(3, (lines) => lines.reverse())).toEqual({
      order: { no: 1, lines: [...original.order.lines].reverse() },
    });
  });

  it('within items of lists keep theirs', () => {
    const inner = { type: 'dynamiclist', path: 'parts' };
    const nested = {
      list: [
        {
          id: 1,
          parts: [
            { id: 'x', n: 1 },
            { id: 'y', n: 2 },
          ],
        },
        { id: 2, parts: [] },
      ],
    };
    const act = (data: Data) => {
      const items = data.list as unknown as Data[];
      (items[0].parts as unknown as Data[]).splice(0, 1);
      items.reverse();
    };
    expect(
      sent({
        original: nested,
        components: [{ type: 'dynamiclist', path: 'list', components: [inner] }],
        shown: [list('list'), list('list.0.parts'), list('list.1.parts'), written('list.1.parts.0.n')],
        act,
      }),
    ).toEqual({
      list: [
        { id: 2, parts: [] },
        { id: 1, parts: [{ id: 'y', n: 2 }] },
      ],
    });
  });

  it('keep items that are no objects', () => {
    const odd = { tags: ['a', 7, null] };
    const lines = [{ type: 'dynamiclist', path: 'tags' }];
    const shown = [list('tags'), written('tags.0.name'), written('tags.1.name'), written('tags.2.name')];
    const empty = (data: Data) => (data.tags as unknown as Data[]).forEach((item) => (item.name = ''));
    const act = (data: Data) => (data.tags as unknown as Data[]).splice(1, 1);
    expect(
      sent({ original: { tags: ['a', 7] }, components: lines, shown: shown.slice(0, 3), before: empty }),
    ).toEqual({});
    expect(sent({ original: odd, components: lines, shown: shown.slice(0, 3), act })).toEqual({
      tags: ['a', null],
    });
  });
});
