/** Every page meets WCAG 2.2 AA as far as axe can tell, light and dark, full and empty, without complaints. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible } from '../support/axe.js';
import { launchChromium, openPage } from '../support/chromium.js';
import type { OpenPage } from '../support/chromium.js';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';

/** The address of no page. */
const NOWHERE = '/nowhere';

const pages: readonly { title: string; path: string; shows: string }[] = [
  { title: 'Home', path: '/', shows: 'h1' },
  { title: 'Inbox', path: '/inbox?view=open', shows: '.inbox li a' },
  { title: 'a task', path: '/inbox/TASK?view=open', shows: '.fjs-form-field' },
  { title: 'Processes', path: '/processes', shows: 'tbody tr' },
  { title: 'a process', path: '/processes/invoice-approval', shows: '.djs-element' },
  { title: 'Instances', path: '/instances', shows: 'tbody tr' },
  { title: 'an instance', path: '/instances/INSTANCE', shows: '.djs-element.is-active' },
  { title: 'variables', path: '/instances/INSTANCE?tab=variables', shows: 'tbody tr' },
  { title: 'incidents', path: '/instances/INSTANCE?tab=incidents', shows: '.empty' },
  { title: 'jobs', path: '/instances/INSTANCE?tab=jobs', shows: 'tbody tr' },
  { title: 'looking back', path: '/instances/INSTANCE?tab=past', shows: 'input[type="range"]' },
  { title: 'Audit', path: '/audit', shows: 'tbody tr' },
  { title: 'an audit row', path: '/audit?row=1', shows: 'aside pre' },
  { title: 'Design', path: '/design', shows: 'tbody tr' },
  { title: 'the editor', path: '/design/2', shows: '.djs-element' },
  { title: 'the editor of forms', path: '/design/1', shows: '.fjs-palette' },
  { title: 'no such page', path: NOWHERE, shows: '.empty' },
];

let full: TestServer;
let empty: TestServer;
let browser: Browser;
let mary: OpenPage;
let nobody: OpenPage;
const keys = { TASK: '', INSTANCE: '' };

beforeAll(async () => {
  [full, empty, browser] = await Promise.all([
    startServer({ authentication: 'demo', samples: 'all', workers: 'all' }),
    startServer({ authentication: 'none' }),
    launchChromium(),
  ]);
  mary = await openPage(browser, full.url, { user: 'mary' });
  nobody = await openPage(browser, empty.url);
  const { page } = mary;
  await page.goto('/processes/invoice-approval');
  await page.getByRole('button', { name: 'Start' }).click();
  await page.getByLabel('Example').selectOption({ label: 'Above the limit: approved, then paid' });
  await page.getByRole('button', { name: 'Start instance' }).click();
  await page.locator('.djs-element[data-element-id="approve-invoice"].is-active').waitFor();
  keys.INSTANCE = new URL(page.url()).pathname.split('/').pop() ?? '';
  await page.goto('/inbox?view=open');
  await page.locator('.inbox li a').click();
  await page.waitForURL(/\/inbox\/\d+/);
  keys.TASK = new URL(page.url()).pathname.split('/').pop() ?? '';
});

afterAll(async () => {
  await browser.close();
  await Promise.all([full.close(), empty.close()]);
});

describe('accessibility', () => {
  it.each(pages)('$title', async ({ path, shows }) => {
    await mary.page.goto(path.replace('TASK', keys.TASK).replace('INSTANCE', keys.INSTANCE));
    await mary.page.locator(shows).first().waitFor();
    // The browser itself tells of a page that is not there.
    if (path === NOWHERE) expect(mary.complaints.splice(0)).toEqual([expect.stringContaining('404')]);
    await expectAccessible(mary);
  });

  it.each([
    '/',
    '/inbox',
    '/processes',
    '/instances',
    '/incidents',
    '/batch-operations',
    // A server that has just begun has rows of its own.
    '/audit?element=none',
    '/design',
  ])('%s, empty', async (path) => {
    await nobody.page.goto(path);
    await nobody.page.locator('.empty').first().waitFor();
    await expectAccessible(nobody);
  });

  it('the sign-in page', async () => {
    const stranger = await openPage(browser, full.url);
    await stranger.page.goto('/');
    await stranger.page.getByLabel('Password').waitFor();
    await expectAccessible(stranger);
  });
});
