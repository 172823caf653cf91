/** Exports in the browser: the filter in words, a format for each reader, and a file that holds what was asked for. */
import { readFile } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startExampleTrail } from '../audit/example-trail.js';
import type { ExampleTrail } from '../audit/example-trail.js';
import { pdfaFindings } from '../audit/pdfa.js';
import { accessibilityFindings } from '../support/axe.js';
import { launchChromium, openPage } from '../support/chromium.js';

let trail: ExampleTrail;
let browser: Browser;

beforeAll(async () => {
  trail = await startExampleTrail();
  browser = await launchChromium();
});

afterAll(async () => {
  await browser.close();
  await trail.server.close();
});

describe('the export dialog', () => {
  it.each(['light', 'dark'] as const)('says what leaves and gives the file (%s)', async (scheme) => {
    const { page, complaints } = await openPage(browser, trail.server.url, { scheme, user: 'carlos' });
    await page.goto(`/audit?instance=${trail.refused}`);
    await page
      .getByRole('button', { name: /^Row \d/ })
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Export…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(trail.refused).waitFor();
    expect(await accessibilityFindings(page)).toEqual([]);
    await dialog.getByRole('radio', { name: 'PDF/A' }).check();
    const [report] = await Promise.all([
      page.waitForEvent('download'),
      dialog.getByRole('link', { name: 'Download' }).click(),
    ]);
    expect(report.suggestedFilename()).toMatch(/^audit-.*\.pdf$/);
    expect(pdfaFindings(await readFile(await report.path()))).toEqual([]);

    await dialog.getByRole('radio', { name: 'Approval register' }).check();
    await dialog.getByRole('radio', { name: 'CSV' }).check();
    const [register] = await Promise.all([
      page.waitForEvent('download'),
      dialog.getByRole('link', { name: 'Download' }).click(),
    ]);
    expect(await readFile(await register.path(), 'utf8')).toContain('Too expensive');
    expect(complaints).toEqual([]);
  });

  it('filters by what was decided', async () => {
    const { page } = await openPage(browser, trail.server.url, { user: 'carlos' });
    await page.goto('/audit');
    await page.getByLabel('Outcome').selectOption('Refused');
    await page.getByText('1 shown').waitFor();
    await page.getByRole('link', { name: trail.refused, exact: true }).waitFor();
  });
});
