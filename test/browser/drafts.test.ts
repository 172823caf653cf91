/** What is typed into a task is kept for who typed it, until it is sent: over a reload, another page, the end of a session. */
import type { Page } from 'playwright-core';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { signIn, type OpenPage } from '../support/chromium.js';
import { callsTo, type CallAs } from '../support/people.js';
import { useSite } from '../support/site.js';
import { deployTask, openTask, sendNow, startTask, variablesOf } from '../support/tasks.js';

const site = useSite({ authentication: 'demo' });
const SECRET = 'Seven sacks of Zurich';

let call: CallAs;
let mary: OpenPage;
let page: Page;

beforeAll(async () => {
  call = callsTo(site.server.url);
  await deployTask(call, {
    id: 'delivery',
    name: 'Check delivery',
    components: [
      { key: 'order.note', type: 'textfield', label: 'Note' },
      { key: 'order.weight', type: 'number', label: 'Weight' },
      {
        type: 'dynamiclist',
        path: 'sacks',
        label: 'Sacks',
        isRepeating: true,
        allowAddRemove: true,
        components: [{ key: 'grain', type: 'textfield', label: 'Grain' }],
      },
    ],
    properties: { approval: 'true' },
  });
});

beforeEach(async () => {
  mary = await site.open({ user: 'mary' });
  page = mary.page;
  return () => mary.context.close();
});

const start = () =>
  startTask(call, 'delivery', {
    order: { id: 3, weight: 5 },
    sacks: [
      { id: 1, grain: 'rye' },
      { id: 2, grain: 'oat' },
    ],
  });

/** Types into the form and into the reason of a refusal. */
async function type(task: string): Promise<void> {
  await openTask(page, task);
  await page.getByLabel('Note').fill(SECRET);
  await page.getByRole('button', { name: 'Remove list item 1' }).click();
  await page.getByLabel('Grain').fill('barley');
  await page.getByRole('button', { name: /^Refuse/ }).click();
  await page.getByRole('dialog').getByLabel('Reason').fill('Too light');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
}

async function expectTyped(): Promise<void> {
  await page.getByText('What you typed here before is back').waitFor();
  await expect.poll(() => page.getByLabel('Note').inputValue()).toBe(SECRET);
  expect(
    await page.getByLabel('Grain').evaluateAll((all) => all.map((one) => (one as HTMLInputElement).value)),
  ).toEqual(['barley']);
}

describe('what is typed', () => {
  it('is there after a reload at once, and what is sent is what was typed over what was there', async () => {
    const { task, instance } = await start();
    await type(task);
    await page.reload();
    await expectTyped();
    await page.locator('article footer button:last-of-type:enabled').waitFor();
    await page.getByRole('button', { name: /^Refuse/ }).click();
    const reason = page.getByRole('dialog').getByLabel('Reason');
    expect(await reason.inputValue()).toBe('Too light');
    await page.getByRole('dialog').getByRole('button', { name: 'Refuse' }).click();
    await sendNow(page);
    expect(await variablesOf(call, instance)).toEqual({
      order: { id: 3, weight: 5, note: SECRET },
      sacks: [{ id: 2, grain: 'barley' }],
      approved: false,
      reason: 'Too light',
    });
    expect(await page.evaluate(() => Object.keys(localStorage).filter((name) => /kept/.test(name)))).toEqual(
      [],
    );
  });

  it('is there after another page, and after the session has ended', async () => {
    const { task } = await start();
    await type(task);
    await page.getByRole('link', { name: 'Processes' }).click();
    await page.getByRole('heading', { name: 'Processes' }).waitFor();
    await page.goBack();
    await expectTyped();
    await page.getByLabel('Weight').fill('77');
    await mary.context.clearCookies();
    await page.getByRole('button', { name: /^Claim/ }).click();
    await page.getByRole('button', { name: /Mary/ }).click();
    await expectTyped();
    expect(await page.getByLabel('Weight').inputValue()).toBe('77');
  });

  it('is shown to nobody else at the same browser, and can be read by nobody else', async () => {
    const { task } = await start();
    await type(task);
    await page.reload();
    await expectTyped();
    const stored = await page.evaluate(() => JSON.stringify(localStorage));
    expect(stored).not.toMatch(/Zurich|barley|Too light|delivery/);
    expect(stored).not.toContain(task);
    await signIn(page, 'carlos');
    await openTask(page, task);
    expect(await page.getByLabel('Note').inputValue()).toBe('');
    expect(await page.getByText('What you typed here before is back').count()).toBe(0);
    await page.getByLabel('Note').fill('I am Carlos');
    await page.getByLabel('Weight').click();
    await signIn(page, 'mary');
    await page.goto(`/inbox/${task}?view=open`);
    await expectTyped();
  });

  it('stands over what changed meanwhile, and leaves the rest of that', async () => {
    const { task, instance } = await start();
    await openTask(page, task);
    await page.getByLabel('Note').fill(SECRET);
    await page.getByLabel('Weight').click();
    await page.goto('/');
    await call('demo', 'PUT', `/v2/element-instances/${instance}/variables`, {
      variables: { order: { id: 3, weight: 9, from: 'Bern' } },
    });
    await openTask(page, task);
    expect(await page.getByLabel('Note').inputValue()).toBe(SECRET);
    expect(await page.getByLabel('Weight').inputValue()).toBe('9');
    await page.getByRole('button', { name: /^Approve/ }).click();
    await sendNow(page);
    expect(await variablesOf(call, instance)).toMatchObject({
      order: { id: 3, weight: 9, from: 'Bern', note: SECRET },
    });
  });

  it('can be thrown away', async () => {
    const { task } = await start();
    await type(task);
    await page.reload();
    await expectTyped();
    await page.getByRole('button', { name: 'Throw it away' }).click();
    await expect.poll(() => page.getByLabel('Note').inputValue()).toBe('');
    await page.reload();
    await page.locator('article footer button:last-of-type:enabled').waitFor();
    expect(await page.getByLabel('Grain').count()).toBe(2);
    expect(await page.getByText('What you typed here before is back').count()).toBe(0);
  });
});
