/**
 * What process mining is given has every activity and event of every case of test/cases: as many events as the journal
 * has rows of their lives, whatever kind of element they are of. What a row is of is told by another part than the
 * exports ask: the projection of element instances.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readJson } from '@countersign/engine';
import { ELEMENT_TYPES } from '../../engine/model/element-types.js';
import { openExport } from '../../server/audit/export.js';
import { findFormat } from '../../server/audit/formats/index.js';
import type { CaseFile } from '../support/case-file.js';
import { beginCase } from '../support/runtime-case.js';
import { openTestRuntime } from '../support/runtime.js';
import type { TestRuntime } from '../support/runtime.js';

const cases = join(import.meta.dirname, '..', 'cases');
const folders = (path: string) =>
  readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);

const GATEWAYS =
  "'exclusiveGateway', 'parallelGateway', 'inclusiveGateway', 'complexGateway', 'eventBasedGateway'";
const LIVES = {
  'element activated': 'start',
  'element completed': 'complete',
  'element terminated': 'ate_abort',
};

let open: TestRuntime;
const seen = new Set<string>();
beforeEach(async () => {
  open = await openTestRuntime();
});
afterEach(() => open.close());

async function exported(name: string): Promise<string> {
  const format = findFormat(name);
  if (!format) throw new Error(`There is no format ${name}.`);
  const refuse = (): never => {
    throw new Error('These formats tell nothing of the tree.');
  };
  const alarm = { raise: refuse, figures: refuse };
  const trail = { origin: 'log.example/test', sign: refuse, catchUp: refuse, alarm };
  const request = { filter: {}, format, report: null, actor: 'user:mia' as const, trail, schedule: null };
  const parts: Uint8Array[] = [];
  for await (const part of openExport(open.runtime, request).bytes) parts.push(part);
  return Buffer.concat(parts).toString();
}

/** How many rows there are of each element and transition: `element start`, with the run where it is one. */
function counted(): Record<string, number> {
  const rows = open.rows<{ element: string; type: keyof typeof LIVES; kind: string; data: string }>(
    `select a.element_id as element, a.type as type, e.type as kind, a.data as data from audit a
     join element_instance e on e.key = a.element_instance_key
     where a.type in ('element activated', 'element completed', 'element terminated')
       and e.type not in (${GATEWAYS})`,
  );
  for (const { kind } of rows) seen.add(kind);
  return tally(rows.map(({ element, type }) => `${element} ${LIVES[type]}`));
}

function tally(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of [...names].sort()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

const isLife = (transition: string): boolean => Object.values(LIVES).includes(transition);

async function ofXes(): Promise<Record<string, number>> {
  const found = (await exported('xes')).matchAll(
    /<event>[\s\S]*?"lifecycle:transition" value="([^"]*)"[\s\S]*?"countersign:element" value="([^"]*)"[\s\S]*?<\/event>/g,
  );
  const names = [...found].filter(([, transition]) => isLife(transition));
  return tally(names.map(([, transition, element]) => `${element} ${transition}`));
}

interface Ocel {
  readonly events: readonly {
    readonly id: string;
    readonly attributes: readonly { name: string; value: string }[];
  }[];
}

async function ofOcel(): Promise<Record<string, number>> {
  const { events } = JSON.parse(await exported('ocel')) as Ocel;
  const elements = new Map(
    open
      .rows<{ position: number; element: string }>('select position, element_id as element from audit')
      .map(({ position, element }) => [`row-${position}`, element]),
  );
  const transition = ({ attributes }: Ocel['events'][number]): string =>
    attributes.find(({ name }) => name === 'transition')?.value ?? '';
  const lives = events.filter((event) => isLife(transition(event)));
  return tally(lives.map((event) => `${elements.get(event.id) ?? ''} ${transition(event)}`));
}

for (const element of folders(cases)) {
  describe(element, () => {
    for (const name of folders(join(cases, element))) {
      const folder = join(cases, element, name);
      const given = readJson(readFileSync(join(folder, 'case.json'), 'utf8')) as CaseFile;
      const names = readdirSync(folder).filter((file) => /\.(bpmn|dmn|rpa)$/.test(file));
      const files = new Map(names.map((file) => [file, readFileSync(join(folder, file), 'utf8')]));

      test.skipIf(given.stepLimit !== undefined)(name, async () => {
        const running = await beginCase(open, given, files);
        for (const { do: command } of given.steps) await running.run(command);
        const rows = counted();
        expect(await ofXes()).toEqual(rows);
        expect(await ofOcel()).toEqual(rows);
      });
    }
  });
}

afterAll(() => {
  const gateways = new Set(GATEWAYS.replaceAll("'", '').split(', '));
  const wanted = ELEMENT_TYPES.filter((type) => type !== 'process' && !gateways.has(type));
  expect(wanted.filter((type) => !seen.has(type))).toEqual([]);
});
