/**
 * Follows the tour of the README word for word in a real browser. Each step here carries the labels that its
 * sentence in the README shows in bold, so that neither can change without the other.
 */
import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPage, section } from '../docs/pages.js';
import { launchChromium, openPage, type OpenPage } from '../support/chromium.js';
import { startServer, type TestServer } from '../support/server.js';

/** One numbered sentence of the tour: the labels it shows in bold, and what following it means. */
interface Step {
  readonly labels: readonly string[];
  readonly follow: (page: Page) => Promise<unknown>;
}

async function go(page: Page, label: string): Promise<void> {
  await page.getByRole('link', { name: new RegExp(`^${label}`) }).click();
}

const steps: readonly Step[] = [
  {
    labels: ['Demo accounts', 'Dana Demo'],
    async follow(page) {
      await page.goto('/');
      await page.getByText('Demo accounts').waitFor();
      await page.getByRole('button', { name: /Dana Demo/ }).click();
      await page.getByRole('heading', { name: 'Hello Dana' }).waitFor();
    },
  },
  {
    labels: ['Design', 'New', 'Create'],
    async follow(page) {
      await go(page, 'Design');
      await page.getByRole('button', { name: 'New', exact: true }).click();
      await page.getByRole('dialog').getByLabel('Name').fill('Tea round');
      await page.getByRole('button', { name: 'Create' }).click();
    },
  },
  {
    labels: ['Append element'],
    async follow(page) {
      await page.locator('.djs-element[data-element-id="start"]').click();
      await page.locator('.djs-context-pad .entry[title="Append element"]').click();
      await page.keyboard.type('user task');
      await page.locator('.djs-popup .entry', { hasText: 'User task' }).waitFor();
      await page.keyboard.press('Enter');
      await page.locator('.djs-direct-editing-content').waitFor();
      await page.keyboard.type('Make tea');
      await page.keyboard.press('Enter');
      await page.locator('.djs-element .djs-label', { hasText: 'Make tea' }).waitFor();
    },
  },
  {
    labels: ['Append end event'],
    follow: (page) => page.locator('.djs-context-pad .entry[title="Append end event"]').click(),
  },
  {
    labels: ['Deploy', 'Deploy'],
    async follow(page) {
      await page.getByRole('button', { name: 'Deploy' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByText('New, becomes version 1').waitFor();
      await dialog.getByRole('button', { name: 'Deploy' }).click();
      await page.getByText('is deployed as version 1').waitFor();
    },
  },
  {
    labels: ['Processes', 'Start', 'Start instance'],
    async follow(page) {
      await go(page, 'Processes');
      await page.getByRole('button', { name: 'Start Tea round' }).click();
      await page.getByRole('button', { name: 'Start instance' }).click();
      await page.waitForURL(/\/instances\/\d+/);
      await page.locator('.djs-element.is-active .djs-label', { hasText: 'Make tea' }).waitFor();
    },
  },
  {
    labels: ['Inbox', 'All open', 'Make tea', 'Complete'],
    async follow(page) {
      await go(page, 'Inbox');
      await page.getByRole('tab', { name: /All open/ }).click();
      await page.getByRole('link', { name: /Make tea/ }).click();
      await page.getByRole('button', { name: /^Complete/ }).click();
      await page.getByText('Completed: Make tea').waitFor();
    },
  },
  {
    labels: ['Processes', 'Start', 'Example', 'Start instance'],
    async follow(page) {
      await go(page, 'Processes');
      await page.getByRole('button', { name: 'Start Invoice approval' }).click();
      await page.getByLabel('Example').selectOption({ label: 'Above the limit: approved, then paid' });
      await page.getByRole('button', { name: 'Start instance' }).click();
      await page.waitForURL(/\/instances\/\d+/);
      await page.locator('.djs-element[data-element-id="approve-invoice"].is-active').waitFor();
      await page.locator('.mark.ai', { hasText: 'simulated' }).waitFor();
    },
  },
  {
    labels: ['Sign out', 'Mary Adler'],
    async follow(page) {
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByRole('button', { name: /Mary Adler/ }).click();
      await page.getByText('accounting').first().waitFor();
    },
  },
  {
    labels: ['Inbox', 'My groups', 'Approve invoice'],
    async follow(page) {
      await go(page, 'Inbox');
      await page.getByRole('tab', { name: /My groups/ }).click();
      await page.getByRole('link', { name: /Approve invoice/ }).click();
      const evidence = page.getByRole('complementary', { name: 'Evidence' });
      await evidence.getByText('Alpine Machining GmbH').first().waitFor();
      await evidence.getByText('Confidence', { exact: true }).waitFor();
      await evidence.getByText('What it was asked').waitFor();
      await evidence.locator('.djs-element[data-element-id="approve-invoice"].is-active').waitFor();
    },
  },
  {
    labels: ['Claim', 'Cost centre', 'Approve'],
    async follow(page) {
      await page.getByRole('button', { name: /^Claim/ }).click();
      await page.getByText('You', { exact: true }).waitFor();
      await page.getByLabel('Cost centre').fill('Workshop');
      await page.getByRole('button', { name: /^Approve/ }).click();
      await page.getByText('Approved: Approve invoice').waitFor();
    },
  },
  {
    labels: ['Instances'],
    async follow(page) {
      await go(page, 'Instances');
      await page
        .getByRole('row', { name: /Invoice approval/ })
        .first()
        .getByRole('link')
        .first()
        .click();
      await page.locator('header .badge', { hasText: 'Completed' }).waitFor();
    },
  },
  {
    labels: ['Audit trail'],
    async follow(page) {
      await page.getByRole('link', { name: 'Audit trail' }).click();
      await page.getByText('user:mary').first().waitFor();
      await page
        .getByText(/^client:/)
        .first()
        .waitFor();
    },
  },
  {
    labels: ['Sign out', 'Carlos Reyes'],
    async follow(page) {
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByRole('button', { name: /Carlos Reyes/ }).click();
      await page.getByText('compliance').first().waitFor();
    },
  },
  {
    labels: ['Audit', 'Export…', 'PDF/A', 'Download'],
    async follow(page) {
      await go(page, 'Audit');
      await page.getByRole('button', { name: 'Export…' }).click();
      await page.getByRole('radio', { name: 'PDF/A' }).check();
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('link', { name: 'Download' }).click(),
      ]);
      expect((await readFile(await download.path())).toString('latin1', 0, 8)).toBe('%PDF-1.7');
    },
  },
];

/** The numbered sentences of the tour, each on one line. */
function sentences(): string[] {
  const tour = section(readPage('README.md'), '## A tour in five minutes');
  return tour
    .replaceAll(/\n +/g, ' ')
    .split('\n')
    .filter((line) => /^\d+\. /.test(line));
}

describe('the tour of the README', () => {
  let server: TestServer;
  let browser: Browser;
  let opened: OpenPage;

  beforeAll(async () => {
    server = await startServer({ authentication: 'demo', samples: 'all', workers: 'all' });
    browser = await launchChromium();
    opened = await openPage(browser, server.url);
  });

  afterAll(async () => {
    await browser.close();
    await server.close();
  });

  it('has a step here for each of its sentences, with the same labels', () => {
    const labels = sentences().map((sentence) =>
      [...sentence.matchAll(/\*\*([^*]+)\*\*/g)].map(([, label]) => label),
    );
    expect(labels).toEqual(steps.map((step) => step.labels));
  });

  it.each(sentences().map((sentence, index) => [sentence, index] as const))(
    '%s',
    async (_sentence, index) => {
      await steps[index].follow(opened.page);
    },
  );

  it('makes the browser complain about nothing', () => {
    expect(opened.complaints).toEqual([]);
  });
});
