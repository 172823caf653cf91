/** Scheduled exports in the browser: set up, run now, paused, removed; and what a server without a folder says. */
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessibilityFindings } from '../support/axe.js';
import { launchChromium, openPage } from '../support/chromium.js';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';

let folder: string;
let server: TestServer;
let browser: Browser;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-scheduled-'));
  const settings = { COUNTERSIGN_EXPORT_FOLDER: folder };
  server = await startServer({ authentication: 'demo', settings });
  browser = await launchChromium();
});

afterAll(async () => {
  await browser.close();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('the page of scheduled exports', () => {
  it.each(['light', 'dark'] as const)('sets up, runs, pauses and removes one (%s)', async (scheme) => {
    const { page, complaints } = await openPage(browser, server.url, { scheme, user: 'carlos' });
    await page.goto('/audit');
    await page.getByRole('link', { name: 'Schedules' }).click();
    await page.getByText('Nothing is scheduled').waitFor();
    await page.getByRole('button', { name: 'New schedule' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill(`The week, ${scheme}`);
    await dialog.getByLabel('How often').selectOption('At times of its own');
    await dialog.getByLabel('Cycle').fill('every week');
    await dialog.getByRole('button', { name: 'Schedule' }).click();
    await dialog.getByText('"every week" is no cycle').waitFor();
    expect(await accessibilityFindings(page)).toEqual([]);
    await dialog.getByLabel('How often').selectOption('Every Monday: the week before');
    await dialog.getByLabel('What to export').selectOption('Access and administration');
    await dialog.getByLabel('Format').selectOption({ label: 'CSV – Spreadsheets' });
    await dialog.getByRole('button', { name: 'Schedule' }).click();

    const row = page.getByRole('row').filter({ hasText: `The week, ${scheme}` });
    await row.getByText('Access and administration, CSV').waitFor();
    await row.getByRole('button', { name: 'Run now' }).click();
    await row.getByText('Done').waitFor();
    const [file] = readdirSync(folder).filter((name) => name.startsWith(`the-week-${scheme}`));
    expect(readFileSync(join(folder, file), 'utf8')).toMatch(/^\u{FEFF}/u);
    await row.getByText(file).waitFor();
    await row.getByRole('button', { name: 'Pause' }).click();
    await row.getByText('Paused').waitFor();
    expect(await accessibilityFindings(page)).toEqual([]);
    await row.getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByText('Nothing is scheduled').waitFor();
    // The browser itself notes the answer to the cycle that is none.
    expect(complaints.filter((complaint) => !complaint.includes('400'))).toEqual([]);
  });

  it('is for auditors', async () => {
    const { page } = await openPage(browser, server.url, { user: 'mia' });
    await page.goto('/audit/schedules');
    await page.getByText('which the role "auditor" has').waitFor();
  });
});
