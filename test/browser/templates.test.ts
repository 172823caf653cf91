/** Element templates in the editor: each sample opens without a mark, and a template is found by the start of its name. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OpenPage } from '../support/chromium.js';
import { useSite } from '../support/site.js';

const folder = fileURLToPath(new URL('../../processes', import.meta.url));
const samples = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.bpmn'),
);

const site = useSite({ authentication: 'demo' });
let dana: OpenPage;

beforeEach(async () => {
  dana = await site.open({ user: 'demo' });
});

afterEach(() => dana.context.close());

describe('element templates', () => {
  it.each(samples)('opens %s without a problem', async (sample) => {
    const { page } = dana;
    await page.goto('/design');
    await page.locator('input[type="file"]').setInputFiles(join(folder, sample));
    await page.locator('.djs-element.djs-shape').first().waitFor();
    // The names of templates stand in the panel once they are read.
    await page
      .locator('[data-element-id].djs-shape', { has: page.locator('image') })
      .first()
      .click();
    await page.locator('.bio-properties-panel-header-type', { hasText: /AI agent|Approval/i }).waitFor();
    await page.getByRole('button', { name: 'No problems' }).waitFor();
    expect(await page.locator('.cl-icon-error, .cl-icon-warning').count()).toBe(0);
    expect(await page.locator('.bio-properties-panel-template-not-found').count()).toBe(0);
    expect(dana.complaints).toEqual([]);
  });

  it.each([
    ['appro', 'Approval'],
    ['ai ag', 'AI agent'],
  ])('finds a template by "%s" and draws with it', async (typed, name) => {
    const { page } = dana;
    await page.goto('/design');
    await page.locator('header').getByRole('button', { name: 'New' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill(`With ${name}`);
    await page.getByRole('dialog').getByRole('button', { name: 'Create' }).click();
    await page.locator('.djs-element[data-element-id="start"]').click();
    await page.locator('.djs-context-pad [data-action="append"]').click();
    await page.locator('.djs-popup input').pressSequentially(typed);
    await page.locator('.djs-popup .entry', { hasText: name }).first().click();
    await page.locator('.bio-properties-panel-header-type', { hasText: new RegExp(name, 'i') }).waitFor();
    expect(dana.complaints).toEqual([]);
  });
});
