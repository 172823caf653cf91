/** Erasing a person in the browser: what would go is shown first, a word is typed, and the certificate is given. */
import { readFile } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startExampleTrail } from '../audit/example-trail.js';
import type { ExampleTrail } from '../audit/example-trail.js';
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

/** Where screenshots go; none are made where it is not set. */
const SHOTS = process.env['SCREENSHOTS'];

describe('erasing a person', () => {
  it.each([
    ['light', 'mia', 'Too expensive'],
    ['dark', 'mary', 'order'],
  ] as const)('shows what would go, asks, and gives the certificate (%s)', async (scheme, name, word) => {
    const { page, complaints } = await openPage(browser, trail.server.url, { scheme, user: 'carlos' });
    const shoot = async (name: string): Promise<void> => {
      if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}-${scheme}.png` });
    };
    await page.goto('/audit');
    await page.getByRole('button', { name: 'Erase a person…' }).click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.getByRole('button', { name: 'Show what would go' }).isDisabled()).toBe(true);
    await dialog.getByLabel('User names').fill(name);
    await dialog.getByLabel('Words that identify them').fill(`${word}\n`);
    await dialog.getByLabel('Legal ground').fill('GDPR article 17 (1) b');
    await dialog.getByLabel('Reason, without naming anybody').fill(`${name} asked for it`);
    await dialog.getByRole('button', { name: 'Show what would go' }).click();
    await dialog.getByText('Say it without the name').waitFor();
    await shoot('obstacle');
    await dialog.getByLabel('Reason, without naming anybody').fill('consent was withdrawn');
    await dialog.getByLabel('Also from instances that run').check();
    await dialog.getByRole('button', { name: 'Show what would go' }).click();
    await dialog.getByRole('heading', { name: 'What would go' }).waitFor();
    expect(await accessibilityFindings(page)).toEqual([]);
    expect(await dialog.getByRole('button', { name: 'Erase', exact: true }).isDisabled()).toBe(true);
    await dialog.getByLabel('Type “erase” to go on').fill('erase');
    await shoot('plan');
    await dialog.getByRole('button', { name: 'Erase', exact: true }).click();
    await page.getByRole('heading', { name: 'Erased' }).waitFor();
    await shoot('done');
    expect(await accessibilityFindings(page)).toEqual([]);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download the certificate' }).click(),
    ]);
    const signed = JSON.parse(await readFile(await download.path(), 'utf8')) as {
      certificate: { legalGround: string };
    };
    expect(signed.certificate.legalGround).toBe('GDPR article 17 (1) b');
    await page.getByRole('button', { name: 'Close' }).first().click();
    await page.goto('/audit?type=content%20erased');
    await page
      .getByRole('cell', { name: /^content erased/ })
      .first()
      .waitFor();
    expect(complaints).toEqual([]);
  });

  it('is not offered to those who may not', async () => {
    const { page } = await openPage(browser, trail.server.url, { user: 'emil' });
    await page.goto('/audit');
    await page.getByText('Your role does not include exports').waitFor();
    expect(await page.getByRole('button', { name: 'Erase a person…' }).count()).toBe(0);
  });
});
