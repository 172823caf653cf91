/** Every dialog opens at what one came for, never at its cross; while it is open no page hears a key. */
import type { Page } from 'playwright-core';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { OpenPage } from '../support/chromium.js';
import { callsTo, type CallAs } from '../support/people.js';
import { useSite } from '../support/site.js';
import { deployTask, openTask, startTask } from '../support/tasks.js';

const site = useSite({ authentication: 'demo', samples: 'all' });
let call: CallAs;
let dana: OpenPage;
let page: Page;
let waiting: { instance: string; task: string };

beforeAll(async () => {
  call = callsTo(site.server.url);
  await deployTask(call, {
    id: 'one',
    name: 'One',
    properties: { approval: 'true', reauthenticate: 'true' },
  });
  await deployTask(call, {
    id: 'bare',
    name: 'Bare',
    components: [{ type: 'text', text: 'Nothing to fill in' }],
  });
  waiting = await startTask(call, 'one', { sum: 1 });
});

beforeEach(async () => {
  dana = await site.open({ user: 'demo' });
  page = dana.page;
});
afterEach(() => dana.context.close());

/** What has the focus, by its label or its words. */
function focused(): Promise<string> {
  return page.evaluate(() => {
    const at = document.activeElement as HTMLElement | null;
    if (!at?.closest('[role="dialog"]')) return `outside: ${at?.tagName ?? 'nothing'}`;
    const labels = [...((at as HTMLInputElement).labels ?? [])].map(
      (label) => label.textContent?.trim() ?? '',
    );
    return labels[0] || at.getAttribute('aria-label') || at.textContent?.trim() || at.tagName;
  });
}

const button = (name: string | RegExp) => page.getByRole('button', { name }).first().click();
const atTask = () => openTask(page, waiting.task);
const atInstance = () => page.goto(`/instances/${waiting.instance}?tab=variables`);
async function inMenu(opens: RegExp, item: string): Promise<void> {
  await page.getByRole('button', { name: opens }).first().click();
  await page.getByRole('menuitem', { name: item }).click();
}

const dialogs: readonly [name: string, open: () => Promise<void>, at: RegExp][] = [
  ['keys of the inbox', async () => (await page.goto('/inbox'), button('Keys')), /^Close$/],
  ['refuse', async () => (await atTask(), button(/^Refuse/)), /Reason/],
  ['sign', async () => (await atTask(), button(/^Approve/)), /Password/],
  ['assign', async () => (await atTask(), button('Assign')), /Find a person/],
  ['start with JSON', async () => (await page.goto('/processes'), button('Start One')), /Variables/],
  [
    'start with an example',
    async () => (await page.goto('/processes'), button('Start Invoice approval')),
    /Example/,
  ],
  ['cancel an instance', async () => (await atInstance(), button('Cancel instance')), /Type/],
  ['a new file', async () => (await page.goto('/design'), button('New')), /Name/],
  ['export', async () => (await page.goto('/audit'), button(/^Export/)), /Rows|rows/],
  ['erase a person', async () => (await page.goto('/audit'), button(/^Erase/)), /Persons|persons|names/i],
];

describe('a dialog', () => {
  it.each(dialogs)('%s opens at what one came for', async (_name, open, at) => {
    await open();
    await page.getByRole('dialog').waitFor();
    await expect.poll(focused).toMatch(at);
    expect(await page.locator('.modal-close').evaluate((cross) => cross === document.activeElement)).toBe(
      false,
    );
  });

  it('of a file opens at its name, and of a deletion at the word to type', async () => {
    await page.goto('/design');
    await page.locator('input[type="file"]').setInputFiles({
      name: 'kept.form',
      mimeType: 'application/json',
      buffer: Buffer.from('{"id":"kept","type":"default","components":[]}'),
    });
    await page.locator('.fjs-palette').waitFor();
    await button('Deploy');
    await expect.poll(focused).toMatch(/^(?:Cancel|Deploy)$/);
    await page.keyboard.press('Escape');
    await page.goto('/design');
    await inMenu(/^More for kept/, 'Rename or move');
    await expect.poll(focused).toMatch(/Name/);
    await page.keyboard.press('Escape');
    await inMenu(/^More for kept/, 'Delete');
    await expect.poll(focused).toMatch(/Type its name/);
  });

  it('that waits for its form opens at the first field when that is there', async () => {
    await page.goto('/processes');
    await page.getByRole('button', { name: 'Start Leave request', exact: true }).click();
    await page.getByRole('dialog').waitFor();
    await expect.poll(focused).not.toMatch(/Close|outside/);
  });

  it('has its cross last, and its keys do not reach the page', async () => {
    await page.goto(`/inbox/${waiting.task}?view=open`);
    await button('Assign');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.type('jrac?');
    expect(await page.getByRole('dialog').count()).toBe(1);
    expect(await page.getByLabel('Find a person').inputValue()).toBe('jrac?');
    const order = await page
      .getByRole('dialog')
      .evaluate((dialog) =>
        [...dialog.querySelectorAll<HTMLElement>('button, input')].map(
          (one) => one.getAttribute('aria-label') ?? one.textContent?.trim(),
        ),
      );
    expect(order.at(-1)).toBe('Close');
    await page.keyboard.press('Escape');
  });
});
