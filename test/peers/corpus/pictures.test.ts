/**
 * The files of the corpus that are pictures: read without a word of complaint and written again as they were. And the
 * corpus as a whole: every row of its README is run by a case.
 */
import { BpmnModdle } from 'bpmn-moddle';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readBpmn } from '@countersign/engine';
import { ANALYZER_CASES } from './analyzer-cases.js';
import { CLIENT_CASES } from './client-cases.js';
import { DECISION_CASES } from './decision-cases.js';
import { EVENT_CASES } from './event-cases.js';
import { GO_ENGINE_CASES } from './go-engine-cases.js';
import { SPECIFICATION_CASES } from './specification-cases.js';

const FOLDER =
  process.env.COUNTERSIGN_CORPUS ?? fileURLToPath(new URL('../../../../shared/corpus', import.meta.url));
const present = existsSync(FOLDER);
if (!present) console.log('The corpus of external files is not beside the checkout: its tests are skipped.');

const PICTURES = [
  ['bpmn-miwg-bpmn-miwg-test-suite/A.2.1.bpmn', []],
  ['bpmn-miwg-bpmn-miwg-test-suite/A.4.1.bpmn', []],
  ['bpmn-miwg-bpmn-miwg-test-suite/B.2.0.bpmn', [/encoding/]],
] as const;

/** What is in a file, and what is complained about. */
async function read(xml: string): Promise<{ root: object; warnings: string[]; ids: string[] }> {
  const { rootElement, warnings, elementsById } = await new BpmnModdle().fromXML(xml);
  return {
    root: rootElement,
    warnings: warnings.map(({ message }) => message),
    ids: Object.keys(elementsById).sort(),
  };
}

describe.skipIf(!present)('pictures that others drew', () => {
  it.each(PICTURES)('%s is read and written again', async (file, expected) => {
    const xml = readFileSync(join(FOLDER, file), 'utf8');
    const first = await read(xml);
    expect(first.warnings).toHaveLength(expected.length);
    expected.forEach((pattern, index) => expect(first.warnings[index]).toMatch(pattern));
    const written = await new BpmnModdle().toXML(first.root, { format: true });
    const second = await read(written.xml);
    expect(second.warnings).toEqual([]);
    expect(second.ids).toEqual(first.ids);
    const again = await new BpmnModdle().toXML(second.root, { format: true });
    expect(again.xml).toBe(written.xml);
  });

  it.each(PICTURES)('%s is looked over with a finding for each thing, and nothing thrown', async (file) => {
    const { problems } = await readBpmn(readFileSync(join(FOLDER, file), 'utf8'));
    for (const { message, hint } of problems) {
      expect(message).toMatch(/\.$/);
      expect(hint).toMatch(/\.$/);
    }
    expect(problems.map(({ code }) => code)).toContain('NO_EXECUTABLE_PROCESS');
  });
});

describe.skipIf(!present)('the corpus', () => {
  it('has a case for every row', () => {
    const rows = [...readFileSync(join(FOLDER, 'README.md'), 'utf8').matchAll(/^\| `([^`]+)`/gm)];
    expect(rows.length).toBeGreaterThan(50);
    const cases = [
      ...[...SPECIFICATION_CASES, ...GO_ENGINE_CASES, ...EVENT_CASES, ...DECISION_CASES],
      ...[...CLIENT_CASES, ...ANALYZER_CASES, ...PICTURES],
    ];
    const covered = new Set<string>(cases.map(([file]) => file));
    expect(rows.map(([, file]) => file).filter((file) => !covered.has(file ?? ''))).toEqual([]);
  });
});
