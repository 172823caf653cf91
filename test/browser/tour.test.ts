/** The main job in the browser: start a process, see the agent's work, approve it, prove what happened. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OpenPage } from '../support/chromium.js';
import { useSite } from '../support/site.js';

const site = useSite({ authentication: 'demo', samples: 'all', workers: 'all' });

/** Starts an instance from the processes page and answers with its key. */
async function start(page: Page, process: string, example: string): Promise<string> {
  await page.goto('/processes');
  await page.getByRole('button', { name: `Start ${process}`, exact: true }).click();
  await page.getByLabel('Example').selectOption({ label: example });
  await page.getByRole('button', { name: 'Start instance' }).click();
  await page.waitForURL(/\/instances\/\d+/);
  return new URL(page.url()).pathname.split('/').pop() ?? '';
}

/** Waits until the state beside the title of an instance reads so. */
async function untilState(page: Page, state: string): Promise<void> {
  await page.locator('header .badge', { hasText: state }).waitFor();
}

describe('the tour', () => {
  let mary: OpenPage;
  /** Starts what Mary decides: invoices ask for four eyes. */
  let dana: OpenPage;

  beforeAll(async () => {
    mary = await site.open();
    dana = await site.open({ user: 'demo' });
  });

  afterAll(async () => {
    await mary.context.close();
    await dana.context.close();
  });

  it('signs in with a demo account and says who it is', async () => {
    const { page } = mary;
    await page.goto('/');
    await page.getByRole('button', { name: /Mary/ }).click();
    await page.getByRole('heading', { name: 'Hello Mary' }).waitFor();
    expect(await page.title()).toContain('Countersign');
  });

  it('takes an invoice from the start form over the agent and an approval to its end, and into a file', async () => {
    const { page } = mary;
    const key = await start(dana.page, 'Invoice approval', 'Above the limit: approved, then paid');
    await page.goto(`/instances/${key}`);

    // The diagram follows the server: the token arrives at the person, the agent's work is marked as simulated.
    await page.locator('.djs-element[data-element-id="approve-invoice"].is-active').waitFor();
    await page.locator('.mark.ai', { hasText: 'simulated' }).waitFor();

    await page.getByRole('link', { name: /^Inbox/ }).click();
    await page.getByRole('tab', { name: /My groups/ }).click();
    await page.getByRole('link', { name: /Approve invoice/ }).click();
    const evidence = page.getByRole('complementary', { name: 'Evidence' });
    await evidence.getByText('Simulated', { exact: true }).waitFor();
    await evidence.getByText('Alpine Machining GmbH').first().waitFor();
    await page.getByLabel('Cost centre').fill('Workshop');
    await page.getByRole('heading', { name: 'Approve invoice' }).click();
    await page.keyboard.press('c');
    await page.getByText('You', { exact: true }).waitFor();
    expect(await page.getByLabel('Cost centre').inputValue()).toBe('Workshop');
    await page.locator('footer button:enabled', { hasText: 'Approve' }).waitFor();
    await page.keyboard.press('a');
    await page.getByText('Approved: Approve invoice').waitFor();

    await page.goto(`/instances/${key}?tab=variables`);
    await untilState(page, 'Completed');
    const reason = page.getByRole('row', { name: /^approved/ });
    expect(await reason.textContent()).toContain('true');

    await page.getByRole('link', { name: 'Audit trail' }).click();
    await page.getByRole('button', { name: /^Row / }).first().waitFor();
    await page.getByRole('cell', { name: 'user task completed' }).first().waitFor();
    await page.getByText('user:mary').first().waitFor();
    await page.getByText('Your role does not include exports').waitFor();
    expect(mary.complaints).toEqual([]);
  });

  it('refuses with a reason, and the reason is in the trail', async () => {
    const { page } = mary;
    const key = await start(dana.page, 'Invoice approval', 'Above the limit: approved, then paid');
    await page.goto('/inbox?view=groups');
    await page.getByRole('link', { name: /Approve invoice/ }).waitFor();
    await page.keyboard.press('j');
    await page.locator('footer button:enabled', { hasText: 'Refuse' }).waitFor();
    await page.keyboard.press('r');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Refuse' }).click();
    await dialog.getByText('Please give a reason.').waitFor();
    await dialog.getByLabel('Reason').fill('We never ordered this.');
    await dialog.getByRole('button', { name: 'Refuse' }).click();
    await page.getByText('Refused: Approve invoice').waitFor();
    await page.goto(`/instances/${key}?tab=variables`);
    await untilState(page, 'Completed');
    await page.getByText('We never ordered this.').first().waitFor();
    await page.goto(`/audit?instance=${key}&type=user+task+completed`);
    await page.getByRole('button', { name: /^Row / }).click();
    await page.getByRole('complementary').getByText('We never ordered this.').waitFor();
    expect(mary.complaints).toEqual([]);
  });

  it('finds instances by the value of a variable, and says so where there are none', async () => {
    const { page } = mary;
    await page.goto('/instances');
    await page.getByLabel('Name', { exact: true }).fill('reason');
    await page.getByLabel('Name', { exact: true }).press('Enter');
    await page.getByLabel('Value', { exact: true }).fill('We never ordered this.');
    await page.getByLabel('Value', { exact: true }).press('Enter');
    await page.waitForURL(/value=We/);
    await page.getByText('1 of 1').waitFor();
    await page.goto('/instances?variable=reason&value=nobody+said+this');
    await page.getByText('No instance fits these filters').waitFor();
  });

  it('lets an operator cancel an instance once its key is typed', async () => {
    const { page, context } = await site.open({ user: 'mia' });
    const key = await start(page, 'Invoice approval', 'Above the limit: approved, then paid');
    await page.locator('.djs-element[data-element-id="approve-invoice"].is-active').waitFor();
    await page.getByRole('button', { name: 'Cancel instance' }).click();
    const dialog = page.getByRole('dialog');
    const confirm = dialog.getByRole('button', { name: 'Cancel instance' });
    expect(await confirm.isDisabled()).toBe(true);
    await dialog.getByRole('textbox').fill(key.slice(-4));
    await confirm.click();
    await untilState(page, 'Cancelled');
    await context.close();
  });

  it('says plainly where there is nothing', async () => {
    const { page } = mary;
    await page.goto('/instances/999999');
    await page.getByRole('alert').waitFor();
    await page.goto('/no-such-page');
    await page.getByText('There is no page at this address').waitFor();
  });
});
