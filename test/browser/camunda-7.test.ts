/** Importing files of Camunda 7: the report comes before the draft. */
import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileOf } from '../camunda7/files.js';
import { accessibilityFindings } from '../support/axe.js';
import type { OpenPage } from '../support/chromium.js';
import { useSite } from '../support/site.js';

const site = useSite({ authentication: 'demo' });
let dana: OpenPage;

beforeEach(async () => {
  dana = await site.open({ user: 'demo' });
  await dana.page.goto('/design');
});

afterEach(async () => {
  await dana.context.close();
});

describe('importing a file of Camunda 7', () => {
  it('shows what became of it, and the element, and saves a draft that deploys', async () => {
    const { page } = dana;
    await page.locator('input[type="file"]').setInputFiles(fileOf('claim'));
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Nothing is left to decide').waitFor();
    await dialog.locator('.djs-shape[data-element-id="validate"]').waitFor();
    await dialog
      .getByRole('listitem')
      .filter({ hasText: 'camunda:topic' })
      .filter({ hasText: 'Validate the policy' })
      .getByRole('button', { name: 'Show me' })
      .click();
    await dialog.locator('.djs-shape.is-focused[data-element-id="validate"]').waitFor();

    await dialog.getByRole('button', { name: /^No counterpart/ }).click();
    await dialog.getByText('camunda:topic').first().waitFor({ state: 'detached' });
    await dialog.getByText('camunda:historyTimeToLive').waitFor();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      dialog.getByRole('button', { name: 'Download report' }).click(),
    ]);
    expect(file.suggestedFilename()).toBe('claim-camunda-7.csv');
    expect(await readFile(await file.path(), 'utf8')).toContain(
      'mapped,validate,Validate the policy,camunda:topic',
    );

    await dialog.getByRole('button', { name: 'Save as draft' }).click();
    await page.locator('.djs-shape[data-element-id="review"]').waitFor();
    await page.getByRole('button', { name: 'Deploy' }).click();
    await dialog.getByText('New, becomes version 1').waitFor();
    await dialog.getByRole('button', { name: 'Deploy' }).click();
    await page.getByText('is deployed as version 1').waitFor();
    expect(dana.complaints).toEqual([]);
  });

  it('counts what is left to decide, and saves nothing when it is cancelled', async () => {
    const { page } = dana;
    await page.locator('input[type="file"]').setInputFiles(fileOf('onboarding'));
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/\d+ things are left to decide/).waitFor();
    expect(await accessibilityFindings(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await page.getByRole('link', { name: 'onboarding' }).count()).toBe(0);
  });
});
