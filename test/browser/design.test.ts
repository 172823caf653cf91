/** Drawing in the browser: a new process from nothing to a finished instance, problems, drafts, files. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Locator, Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OpenPage } from '../support/chromium.js';
import { useSite } from '../support/site.js';

const sample = fileURLToPath(new URL('../../processes/leave-request/leave-request.bpmn', import.meta.url));

const site = useSite({ authentication: 'demo', samples: 'all' });
let dana: OpenPage;

beforeEach(async () => {
  dana = await site.open({ user: 'demo' });
});

afterEach(async () => {
  await dana.context.close();
});

function element(page: Page, id: string): Locator {
  return page.locator(`.djs-element[data-element-id="${id}"]`);
}

/** Makes a new diagram and waits until it can be drawn on. */
async function newDiagram(page: Page, name: string): Promise<void> {
  await page.goto('/design');
  await page.getByRole('button', { name: 'New' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill(name);
  await page.getByRole('dialog').getByRole('button', { name: 'Create' }).click();
  await element(page, 'start').waitFor();
}

/** Appends what the entry of the context pad offers to the selected element. */
async function append(page: Page, entry: string): Promise<void> {
  await page.locator(`.djs-context-pad [data-action="${entry}"]`).click();
}

/** Saves now and waits until the server has it. */
async function save(page: Page): Promise<void> {
  await page.keyboard.press('Control+s');
  await page.getByText(/^Saved/).waitFor();
}

describe('design', () => {
  it('draws a process, deploys it, starts it, and it runs to its end', async () => {
    const { page } = dana;
    await newDiagram(page, 'Greet a customer');
    await element(page, 'start').click();
    await append(page, 'append.append-task');
    await page.keyboard.type('Say hello');
    await page.keyboard.press('Escape');
    await append(page, 'append.end-event');
    await save(page);

    await page.getByRole('button', { name: 'Deploy' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('New, becomes version 1').waitFor();
    await dialog.getByRole('button', { name: 'Deploy' }).click();
    await page.getByText('is deployed as version 1').waitFor();
    await page.getByRole('link', { name: 'Open the process' }).click();
    await page.getByRole('button', { name: 'Start' }).click();
    await page.getByRole('button', { name: 'Start instance' }).click();
    await page.locator('header .badge', { hasText: 'Completed' }).waitFor();
    expect(dana.complaints).toEqual([]);
  });

  it('shows what the server refuses on the element, with what to do', async () => {
    const { page } = dana;
    await newDiagram(page, 'Half drawn');
    await element(page, 'start').click();
    await append(page, 'append.append-task');
    await page.keyboard.press('Escape');
    await page.locator('.djs-context-pad [data-action="replace"]').click();
    await page.locator('.djs-popup').getByText('Service task', { exact: true }).click();
    await save(page);
    await page.getByRole('button', { name: 'Deploy' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('This stands in the way').waitFor();
    expect(await dialog.getByRole('button', { name: 'Deploy' }).isDisabled()).toBe(true);
    await dialog.getByRole('button', { name: 'Show on the diagram' }).click();
    await page.getByRole('button', { name: 'Show me' }).first().click();
    await page.locator('.djs-element.selected').first().waitFor();
    expect(await page.locator('.cl-icon-error').count()).toBeGreaterThan(0);
  });

  it('says who saved meanwhile, and keeps both states as revisions', async () => {
    const { page } = dana;
    await newDiagram(page, 'Shared draft');
    const address = new URL(page.url()).pathname;
    const mary = await site.open({ user: 'mary' });
    await mary.page.goto(address);
    await element(mary.page, 'start').click();
    await append(mary.page, 'append.end-event');
    await save(mary.page);
    await mary.page.getByText('Saved · revision 2').waitFor();

    await element(page, 'start').click();
    await append(page, 'append.append-task');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+s');
    await page
      .getByRole('alert')
      .getByText(/Mary|mary/)
      .waitFor();
    await page.getByRole('button', { name: 'Save mine over it' }).click();
    await page.getByText('Saved · revision 3').waitFor();

    await page.getByRole('button', { name: 'Revisions' }).click();
    await page.getByRole('button', { name: /^Revision 2/ }).click();
    await page.getByRole('button', { name: 'Restore revision 2' }).click();
    await page.getByText('Saved · revision 4').waitFor();
    await mary.context.close();
  });

  it('imports a file and exports the same diagram', async () => {
    const { page } = dana;
    await page.goto('/design');
    await page.locator('input[type="file"]').setInputFiles(sample);
    await page.locator('.djs-element.djs-shape').first().waitFor();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export' }).click(),
    ]);
    expect(file.suggestedFilename()).toBe('leave-request.bpmn');
    const exported = await readFile(await file.path(), 'utf8');
    const ids = (xml: string): string[] =>
      [...xml.matchAll(/ id="([^"]+)"/g)].map((found) => found[1]).sort();
    expect(ids(exported)).toEqual(ids(await readFile(sample, 'utf8')));
    expect(dana.complaints).toEqual([]);
  });

  it('makes a form with the editor of forms', async () => {
    const { page } = dana;
    await page.goto('/design');
    await page.getByRole('button', { name: 'New' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('radio', { name: /Form/ }).check();
    await dialog.getByLabel('Name').fill('Address');
    await dialog.getByRole('button', { name: 'Create' }).click();
    await page.locator('.fjs-palette').waitFor();
    await page.getByText('Saved · revision 1').waitFor();
    expect(dana.complaints).toEqual([]);
  });

  it('deletes a draft only when its name is typed', async () => {
    const { page } = dana;
    await newDiagram(page, 'To be deleted');
    await page.goto('/design');
    await page.getByRole('button', { name: 'More for To be deleted' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox').fill('To be deleted');
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('link', { name: 'To be deleted' }).waitFor({ state: 'detached' });
  });
});
