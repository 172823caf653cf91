/** The engine in the browser: the same sources, bundled, run every case in Chromium with the same trace as in Node. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { build, type Rolldown } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readCase } from '../support/case-runner.js';
import type * as runner from '../support/case-runner.js';
import { launchChromium } from '../support/chromium.js';

const CASES = join(import.meta.dirname, '../cases');
const ENTRY = join(import.meta.dirname, '../support/case-runner.ts');

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

function folders(path: string): string[] {
  const entries = readdirSync(path, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(path, name));
}

/** The case runner with the engine in one script that sets the global `engine`. */
async function bundle(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    resolve: { conditions: ['countersign-source'] },
    build: { write: false, minify: false, lib: { entry: ENTRY, formats: ['iife'], name: 'engine' } },
  });
  const [output] = built as Rolldown.RolldownOutput[];
  const chunk = output?.output[0];
  if (chunk?.type !== 'chunk') throw new Error('The bundle is empty.');
  return chunk.code;
}

test('every case gives the same trace in Chromium as in Node', async () => {
  const cases = folders(CASES)
    .flatMap(folders)
    .map((folder) => ({
      folder,
      text: readFileSync(join(folder, 'case.json'), 'utf8'),
      bpmn: readdirSync(folder)
        .filter((name) => /\.(bpmn|dmn|rpa)$/.test(name))
        .map((name) => [name, readFileSync(join(folder, name), 'utf8')] as const),
    }));
  expect(cases.length).toBeGreaterThan(100);
  const page = await browser.newPage();
  await page.setContent('<!doctype html><meta charset="utf-8"><title>engine</title>');
  await page.addScriptTag({ content: await bundle() });
  for (const { folder, text, bpmn } of cases) {
    const file = readCase(text);
    const run = await page.evaluate(
      (input) => {
        const { given, files } = JSON.parse(input) as { given: string; files: [string, string][] };
        const { engine } = globalThis as unknown as { engine: typeof runner };
        return engine.runCase(engine.readCase(given), new Map(files), 'restored');
      },
      JSON.stringify({ given: text, files: bpmn }),
    );
    expect(run.traces, folder).toEqual(file.steps.map((step) => step.expect));
    expect(run.ends, folder).toBe(file.ends);
  }
});
