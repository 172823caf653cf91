/** A decision is meant: what is typed never decides, what decides was seen, and it can be taken back before it is sent. */
import type { Page } from 'playwright-core';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { OpenPage } from '../support/chromium.js';
import { callsTo, type CallAs } from '../support/people.js';
import { useSite } from '../support/site.js';
import { deployTask, openTask, sendNow, startTask, stateOf, variablesOf } from '../support/tasks.js';

const site = useSite({ authentication: 'demo' });
const NOTE = { key: 'note', type: 'textfield', label: 'Note' };

let call: CallAs;
let mary: OpenPage;
let page: Page;

beforeAll(async () => {
  call = callsTo(site.server.url);
  await deployTask(call, {
    id: 'claim',
    name: 'Check claim',
    components: [{ key: 'sum', type: 'number', label: 'Sum', disabled: true }, NOTE],
    properties: { approval: 'true' },
  });
  await deployTask(call, {
    id: 'plain',
    name: 'Read letter',
    components: [{ type: 'text', text: 'Dear all' }],
  });
});

beforeEach(async () => {
  mary = await site.open({ user: 'mary' });
  page = mary.page;
  return () => mary.context.close();
});

const bar = () => page.locator('.bar');
const start = () => startTask(call, 'claim', { sum: 12 });

/** Tells the page of keys as fast as they come, without what a typist needs between them. */
async function hold(key: string, times: number): Promise<void> {
  for (let at = 0; at < times; at++) await page.keyboard.down(key);
}

describe('a key', () => {
  it('that decides waits until the task was seen, and decides once', async () => {
    const { task } = await start();
    await page.goto(`/inbox/${task}?view=open`);
    await page.getByRole('button', { name: /^Approve/ }).waitFor();
    await page.keyboard.press('a');
    await openTask(page, task);
    expect(await bar().count()).toBe(0);
    await page.keyboard.press('a');
    await bar().getByText('Approving “Check claim”').waitFor();
    expect(await stateOf(call, task)).toBe('CREATED');
    await sendNow(page);
    expect(await stateOf(call, task)).toBe('COMPLETED');
  });

  it('that is held down decides one task, not those that come up after it', async () => {
    const tasks = [await start(), await start(), await start()];
    await openTask(page, tasks[0].task);
    await hold('a', 40);
    await bar().waitFor();
    await page.locator('article footer button:last-of-type:enabled').waitFor();
    await hold('a', 40);
    await page.keyboard.up('a');
    expect(await bar().count()).toBe(1);
    await page.getByRole('button', { name: /Take it back/ }).click();
    await bar().waitFor({ state: 'detached' });
    for (const { task } of tasks) expect(await stateOf(call, task)).toBe('CREATED');
  });

  it.each(['approve', 'banana', 'ja', 'a a a'])('in the word "%s" decides nothing', async (word) => {
    const { task } = await start();
    await openTask(page, task);
    await page.keyboard.type(word, { delay: 40 });
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await openTask(page, task);
    expect(await bar().count()).toBe(0);
    expect(await stateOf(call, task)).toBe('CREATED');
  });

  it('that goes on being a word takes the decision back', async () => {
    const { task } = await start();
    await openTask(page, task);
    await page.keyboard.press('a');
    await bar().waitFor();
    await page.keyboard.press('p');
    await page.getByText('it looked as if you were typing').waitFor();
    expect(await bar().count()).toBe(0);
    expect(await stateOf(call, task)).toBe('CREATED');
  });

  it('moves into the first field that can be filled in', async () => {
    const { task } = await start();
    await openTask(page, task);
    await page.keyboard.press('Enter');
    await page.keyboard.type('a rare case');
    expect(await page.getByLabel('Note').inputValue()).toBe('a rare case');
    expect(await bar().count()).toBe(0);
  });

  it('does not reach a button where a task has no field', async () => {
    const { task } = await startTask(call, 'plain');
    await openTask(page, task);
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Space');
    expect(await bar().count()).toBe(0);
    expect(await stateOf(call, task)).toBe('CREATED');
  });
});

describe('the reason of a refusal', () => {
  it('is typed where it is asked for, from the first letter on', async () => {
    const { task, instance } = await start();
    await openTask(page, task);
    await page.keyboard.press('r');
    await page.keyboard.type('a claim as rare as jack, kept a year');
    const reason = page.getByRole('dialog').getByLabel('Reason');
    expect(await reason.inputValue()).toBe('a claim as rare as jack, kept a year');
    await page.keyboard.press('Control+Enter');
    await sendNow(page);
    expect(await variablesOf(call, instance)).toMatchObject({
      approved: false,
      reason: 'a claim as rare as jack, kept a year',
    });
  });

  it.each(['r', 'x'])('holds nothing of the key %s that was down when its dialog opened', async (key) => {
    const { task } = await start();
    await openTask(page, task);
    await page.keyboard.down(key);
    if (key !== 'r') await page.getByRole('button', { name: /^Refuse/ }).click();
    const reason = page.getByRole('dialog').getByLabel('Reason');
    await reason.waitFor();
    await hold(key, 20);
    expect(await reason.inputValue()).toBe('');
    await page.keyboard.up(key);
    await page.keyboard.type('xerror');
    expect(await reason.inputValue()).toBe('xerror');
  });

  it('leaves the page deaf until the key that closed the dialog is up', async () => {
    const { task } = await start();
    await openTask(page, task);
    await page.keyboard.press('r');
    await page.keyboard.down('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('a');
    await page.keyboard.press('r');
    expect(await page.getByRole('dialog').count()).toBe(0);
    await page.keyboard.up('Escape');
    await page.keyboard.press('r');
    await page.getByRole('dialog').waitFor();
    expect(await bar().count()).toBe(0);
  });
});

describe('a decision', () => {
  it('can be taken back, and what was typed is there again', async () => {
    const { task } = await start();
    await openTask(page, task);
    await page.getByLabel('Note').fill('Seen twice');
    await page.getByRole('button', { name: /^Approve/ }).click();
    await bar().waitFor();
    await page.keyboard.press('z');
    await page.waitForURL(new RegExp(`/inbox/${task}`));
    expect(await page.getByLabel('Note').inputValue()).toBe('Seen twice');
    expect(await stateOf(call, task)).toBe('CREATED');
  });

  it('is sent after some seconds, for the task that was on screen', async () => {
    const [first, second] = [await start(), await start()];
    await openTask(page, first.task);
    await page.getByLabel('Note').fill('Fine');
    await page.getByRole('button', { name: /^Approve/ }).click();
    await page.getByText('Approved: Check claim').waitFor();
    expect(await stateOf(call, first.task)).toBe('COMPLETED');
    expect(await stateOf(call, second.task)).toBe('CREATED');
    expect(await variablesOf(call, first.instance)).toEqual({
      sum: 12,
      note: 'Fine',
      approved: true,
      reason: null,
    });
  });

  it('is not sent when its page is closed: it is asked for again', async () => {
    const { task } = await start();
    await openTask(page, task);
    await page.getByLabel('Note').fill('Almost');
    await page.getByRole('button', { name: /^Approve/ }).click();
    await bar().waitFor();
    await page.goto('/processes');
    const question = page.getByRole('alert').filter({ hasText: 'Not sent: Approving “Check claim”' });
    await question.getByText('The page was closed before it was sent.').waitFor();
    expect(await stateOf(call, task)).toBe('CREATED');
    await question.getByRole('button', { name: 'Look at it again' }).click();
    expect(await page.getByLabel('Note').inputValue()).toBe('Almost');
    await page.getByRole('button', { name: /^Approve/ }).click();
    await sendNow(page);
    expect(await stateOf(call, task)).toBe('COMPLETED');
    await page.reload();
    await page.getByRole('heading', { name: 'Inbox' }).waitFor();
    expect(await page.getByText('Not sent').count()).toBe(0);
  });

  it('is asked about before one signs out, and never sent for the next person', async () => {
    const { task } = await start();
    await openTask(page, task);
    await page.getByRole('button', { name: /^Approve/ }).click();
    await bar().waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Not sent yet').waitFor();
    await dialog.getByRole('button', { name: 'Take them back' }).click();
    expect(await stateOf(call, task)).toBe('CREATED');
    await page.getByRole('button', { name: /^Approve/ }).click();
    await bar().waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await dialog.getByRole('button', { name: 'Send, and sign out' }).click();
    await page.getByRole('button', { name: /Emil/ }).waitFor();
    expect(await stateOf(call, task)).toBe('COMPLETED');
  });

  it('waits as long as the question before one signs out stands, wherever the pointer rests', async () => {
    const { task } = await start();
    await openTask(page, task);
    await page.clock.install();
    await page.keyboard.press('a');
    await page.clock.runFor(1000);
    await bar().hover();
    await page.getByRole('button', { name: 'Sign out' }).focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Not sent yet').waitFor();
    await page.mouse.move(5, 5);
    await page.clock.runFor(20_000);
    await dialog.getByRole('button', { name: 'Take them back' }).click();
    expect(await stateOf(call, task)).toBe('CREATED');
  });

  it('that fails says so, and what was typed stays', async () => {
    const { task } = await start();
    await openTask(page, task);
    await page.getByLabel('Note').fill('Too late');
    await page.getByRole('button', { name: /^Approve/ }).click();
    await bar().waitFor();
    await call('demo', 'POST', `/v2/user-tasks/${task}/assignment`, { assignee: 'carlos' });
    await page.getByRole('button', { name: 'Send now' }).click();
    await page.getByRole('alert').filter({ hasText: 'Not sent: Approving “Check claim”' }).waitFor();
    expect(await stateOf(call, task)).toBe('CREATED');
  });
});

describe('a task that is offered to somebody by name', () => {
  it('is in their inbox and on their home page, and in nobody else’s', async () => {
    await deployTask(call, {
      id: 'named',
      name: 'Meant for Mary',
      extensions: '<zeebe:assignmentDefinition candidateUsers="mary, emil" />',
    });
    await startTask(call, 'named');
    await page.goto('/inbox?view=groups');
    await page
      .getByRole('link', { name: /Meant for Mary/ })
      .first()
      .waitFor();
    await page.goto('/');
    await page
      .getByRole('link', { name: /Meant for Mary/ })
      .first()
      .waitFor();
    const { page: other, context } = await site.open({ user: 'carlos' });
    await other.goto('/inbox?view=groups');
    await other.getByText('No task waits for your groups').waitFor();
    await context.close();
  });
});
