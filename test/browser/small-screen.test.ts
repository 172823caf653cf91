/** A phone: rooms at the thumb, nothing to scroll sideways, a way out; and who comes after whoever signs out. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OpenPage } from '../support/chromium.js';
import { useSite } from '../support/site.js';

const site = useSite({ authentication: 'demo', samples: 'all', workers: 'none' });

const PAGES = [
  '/',
  '/design',
  '/design/feel',
  '/inbox',
  '/processes',
  '/processes/invoice-approval',
  '/instances',
  '/incidents',
  '/batch-operations',
  '/audit',
  '/audit/schedules',
  '/verify',
];

/** How much wider than its frame the page and its content are, in pixels. */
function overhang(page: Page): Promise<number> {
  return page.evaluate(() => {
    const content = document.querySelector('#content');
    const inside = content ? content.scrollWidth - content.clientWidth : 0;
    return Math.max(inside, document.documentElement.scrollWidth - innerWidth);
  });
}

describe('on a phone', () => {
  let open: OpenPage;
  beforeAll(async () => {
    open = await site.open({ user: 'demo' });
    await open.page.setViewportSize({ width: 380, height: 760 });
  });
  afterAll(() => open.context.close());

  it.each(PAGES)('%s fits the width, and its links have names', async (path) => {
    const { page } = open;
    await page.goto(path);
    await page.getByRole('navigation', { name: 'Main' }).waitFor();
    await page.locator('h1').first().waitFor();
    expect(await overhang(page)).toBe(0);
    const unnamed = await page
      .getByRole('navigation', { name: 'Main' })
      .getByRole('link')
      .evaluateAll((links) => links.filter((link) => (link.textContent ?? '').trim() === '').length);
    expect(unnamed).toBe(0);
  });

  it('reaches the rooms that have no place in the bar, and signs out', async () => {
    const { page } = open;
    await page.goto('/');
    await page.getByRole('button', { name: 'Account of Dana Demo' }).click();
    await page.getByRole('menuitem', { name: 'Audit' }).click();
    await page.getByRole('heading', { name: 'Audit', level: 1 }).waitFor();
    await page.getByRole('button', { name: 'Account of Dana Demo' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: /Emil/ }).click();
    await page.getByRole('heading', { name: /^Hello/ }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/');
  });
});

describe('the next person at the same screen', () => {
  it('sees neither the page nor the news of the one before, also when the session had ended by itself', async () => {
    const { page, context } = await site.open({ user: 'demo' });
    await page.goto('/processes');
    await page.getByRole('button', { name: 'Start Leave request' }).click();
    await page.getByRole('button', { name: 'Start instance' }).click();
    await page.getByRole('status').getByText('Leave request').waitFor();
    await context.clearCookies();
    // What the page asks next finds the session ended; where nothing had to be asked yet, going elsewhere asks.
    const inbox = page.getByRole('link', { name: /^Inbox/ });
    const signIn = page.getByRole('button', { name: /Emil/ });
    await inbox.or(signIn).first().waitFor();
    await inbox.click({ timeout: 1_000 }).catch(() => undefined);
    await signIn.click();
    await page.getByRole('heading', { name: /^Hello Emil/ }).waitFor();
    expect(await page.getByRole('status').getByText('Leave request').count()).toBe(0);
    await context.close();
  });

  it('can sign out where the menu is narrow', async () => {
    const { page, context } = await site.open({ user: 'demo' });
    await page.goto('/design/feel');
    await page.getByRole('button', { name: 'Account of Dana Demo' }).press('Enter');
    await page.getByRole('menuitem', { name: 'Sign out' }).press('Enter');
    await page.getByRole('button', { name: /Emil/ }).waitFor();
    await context.close();
  });
});

describe('a server that does not answer', () => {
  it('is said once, and nothing else claims to know', async () => {
    const { page, context } = await site.open({ user: 'demo' });
    await page.goto('/');
    await page.getByRole('heading', { name: /^Hello/ }).waitFor();
    await page.route(/\/(?:api|v2)\//, (route) => route.abort('connectionrefused'));
    await page.getByRole('link', { name: /^Inbox/ }).click();
    await page.getByText('The server does not answer').waitFor();
    expect(await page.getByText('The server does not answer').count()).toBe(1);
    expect(await page.getByText('No task is assigned to you').count()).toBe(0);
    await page.unrouteAll();
    await page.getByText('No task is assigned to you').waitFor();
    await page.getByText('The server does not answer').waitFor({ state: 'detached' });
    await context.close();
  });
});
