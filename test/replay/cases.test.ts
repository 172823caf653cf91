/**
 * Every case of test/cases again, through a runtime on a database: the journal has the trace that the case
 * expects, and after every step replaying it gives exactly the stored state.
 *
 * `COUNTERSIGN_TEST_SLICE=8` runs every eighth case, for a database on which all take long.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readJson, writeJson } from '@countersign/engine';
import { compareWithJournal } from '../../server/store/rebuild.js';
import type { CaseFile } from '../support/case-file.js';
import { beginCase } from '../support/runtime-case.js';
import { openTestRuntime } from '../support/runtime.js';
import type { TestRuntime } from '../support/runtime.js';

const cases = join(import.meta.dirname, '..', 'cases');
const folders = (path: string) =>
  readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);

/** The runtime refuses in its own words what the engine never gets to see: then the kind has to agree. */
function kindOfRefusal(line: string): string {
  return line.startsWith('rejected') ? line.slice(0, line.indexOf(':')) : line;
}

const SLICE = Number(process.env['COUNTERSIGN_TEST_SLICE'] ?? 1);
let count = 0;
/** Whether a case is in the slice. */
const isChosen = (): boolean => {
  count += 1;
  return count % SLICE === 0;
};

let open: TestRuntime;
beforeEach(async () => {
  open = await openTestRuntime();
});
afterEach(() => open.close());

for (const element of folders(cases)) {
  const chosen = folders(join(cases, element)).filter(isChosen);
  if (chosen.length === 0) continue;
  describe(element, () => {
    for (const name of chosen) {
      const folder = join(cases, element, name);
      const given = readJson(readFileSync(join(folder, 'case.json'), 'utf8')) as CaseFile;
      const names = readdirSync(folder).filter((file) => /\.(bpmn|dmn|rpa)$/.test(file));
      const files = new Map(names.map((file) => [file, readFileSync(join(folder, file), 'utf8')]));

      // The runtime's steps have the engine's own limit.
      test.skipIf(given.stepLimit !== undefined)(name, async () => {
        const running = await beginCase(open, given, files);
        for (const { do: command, expect: trace } of given.steps) {
          const found = await running.run(command);
          expect(found.map(kindOfRefusal), writeJson(command)).toEqual(trace.map(kindOfRefusal));
          const { store, definitions } = open.runtime;
          const { differences } = await compareWithJournal(store.connection, definitions);
          expect(differences, writeJson(command)).toEqual([]);
        }
        expect(running.hasEnded()).toBe(given.ends);
      });
    }
  });
}
