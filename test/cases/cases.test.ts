/**
 * Runs every case of this folder: a folder per element, a folder per case with its BPMN and DMN files and `case.json`.
 * UPDATE_CASES=1 writes what happened as the new expectation; read the diff before you commit it.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeJson } from '@countersign/engine';
import { readCase, runCase, type CaseMode } from '../support/case-runner.js';

const here = import.meta.dirname;
const folders = (path: string) =>
  readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);

for (const element of folders(here)) {
  describe(element, () => {
    for (const name of folders(join(here, element))) {
      const folder = join(here, element, name);
      const names = readdirSync(folder).filter((file) => /\.(bpmn|dmn|rpa)$/.test(file));
      const files = new Map(names.map((file) => [file, readFileSync(join(folder, file), 'utf8')]));
      const path = join(folder, 'case.json');
      const given = readCase(readFileSync(path, 'utf8'));

      test(`${name}: ${given.about}`, async () => {
        const live = await runCase(given, files, 'live');
        if (process.env.UPDATE_CASES) {
          const steps = given.steps.map((step, index) => ({ ...step, expect: live.traces[index] ?? [] }));
          writeFileSync(path, `${writeJson({ ...given, steps, ends: live.ends }, 2)}\n`);
          return;
        }
        expect(live.traces).toEqual(given.steps.map((step) => step.expect));
        expect(live.ends).toBe(given.ends);
        for (const mode of ['restored', 'replayed'] satisfies CaseMode[]) {
          expect(await runCase(given, files, mode), mode).toEqual(live);
        }
      });
    }
  });
}
