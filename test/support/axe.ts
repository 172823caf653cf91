/** Accessibility as axe-core sees it, for a page as it stands. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { OpenPage } from './chromium.js';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** WCAG 2.2 at level AA holds all of these. */
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** What breaks WCAG 2.2 AA on this page, a line each: rule, where, why. */
export async function accessibilityFindings(page: Page): Promise<string[]> {
  await page.evaluate(source);
  // Colours on their way from one to another are none that anybody reads.
  await page.evaluate(() =>
    Promise.allSettled(
      document
        .getAnimations()
        .filter((one) => one instanceof CSSTransition)
        .map(({ finished }) => finished),
    ).then(() => undefined),
  );
  const results = await page.evaluate((tags) => {
    const { axe } = window as unknown as {
      axe: { run: (root: Document, options: unknown) => Promise<unknown> };
    };
    return axe.run(document, { runOnly: tags });
  }, rules);
  return (results as AxeResults).violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(' ')}: ${node.failureSummary ?? ''}`),
  );
}

/** Holds the page as it stands to the rules, in light and in dark, and expects that it complained about nothing so far. */
export async function expectAccessible({ page, complaints }: OpenPage): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const findings = await accessibilityFindings(page);
    expect({ colorScheme, findings }).toEqual({ colorScheme, findings: [] });
  }
  expect(complaints.splice(0)).toEqual([]);
}
