/** The list of tasks keeps its place under one's eyes, whatever becomes of the task that is open. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { OpenPage } from '../support/chromium.js';
import { callsTo } from '../support/people.js';
import { useSite } from '../support/site.js';
import { deployTask, startTask } from '../support/tasks.js';

const site = useSite({ authentication: 'demo' });
let mary: OpenPage;

beforeAll(async () => {
  const call = callsTo(site.server.url);
  await deployTask(call, {
    id: 'check',
    name: 'Check',
    components: [{ type: 'textfield', key: 'note', label: 'Note' }],
    extensions: '<zeebe:assignmentDefinition candidateGroups="accounting" />',
  });
  for (let number = 0; number < 4; number += 1) await startTask(call, 'check', {});
  mary = await site.open({ user: 'mary' });
});
afterAll(() => mary.context.close());

it('a task that is claimed stays where it is until one goes on, and the next is the one below it', async () => {
  const { page } = mary;
  await page.goto('/inbox?view=groups');
  const rows = page.getByRole('region', { name: 'Tasks' }).getByRole('link', { name: /Check/ });
  await expect.poll(() => rows.count()).toBe(4);
  const addresses = await rows.evaluateAll((links) => links.map((link) => link.getAttribute('href')));
  await rows.nth(1).click();
  await page.getByRole('button', { name: /^Claim/ }).click();
  await page
    .getByRole('button', { name: /^Give back|^Unclaim|^Release/ })
    .or(page.getByText('Mary Adler'))
    .first()
    .waitFor();
  await expect.poll(() => page.getByRole('tab', { name: /My groups/ }).textContent()).toContain('3');
  expect(await rows.count()).toBe(4);
  await page.locator('h1').first().click();
  await page.keyboard.press('j');
  await page.waitForURL((url) => `${url.pathname}${url.search}` === addresses[2]);
  await expect.poll(() => rows.count()).toBe(3);
});
