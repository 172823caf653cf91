/** What a role decides in the web app: a version is deleted by those who may, and others see which role they need. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { root } from '../architecture/sources.js';
import { useSite } from '../support/site.js';

const MODEL = readFileSync(join(root, 'processes/leave-request/leave-request.bpmn'), 'utf8');
const site = useSite({ authentication: 'demo', samples: 'all' });

async function deploySecond(page: Page): Promise<void> {
  const buffer = Buffer.from(MODEL.replace('isExecutable="true"', 'isExecutable="true" '));
  const resources = { name: 'leave-request.bpmn', mimeType: 'application/xml', buffer };
  const headers = { 'x-countersign': 'web' };
  const answer = await page.request.post('/v2/deployments', { multipart: { resources }, headers });
  expect(answer.status()).toBe(200);
}

describe('a version of a process', () => {
  it.each(['light', 'dark'] as const)('is deleted once its number is typed (%s)', async (scheme) => {
    const { page, context, complaints } = await site.open({ user: 'demo', scheme });
    await deploySecond(page);
    await page.goto('/processes/leave-request');
    const version = page.getByLabel(/^Version/);
    const latest = await version.locator('option', { hasText: 'latest' }).textContent();
    const number = /v\d+/.exec(latest ?? '')?.[0] ?? '';
    expect(number).not.toBe('v1');
    await page.getByRole('button', { name: 'Delete this version' }).click();
    const dialog = page.getByRole('dialog');
    const confirm = dialog.getByRole('button', { name: 'Delete version' });
    expect(await confirm.isDisabled()).toBe(true);
    await dialog.getByRole('textbox').fill(number);
    await confirm.click();
    await page.getByText(`Version ${number.slice(1)} of`).waitFor();
    await version.locator('option', { hasText: `${number} · deleted` }).waitFor({ state: 'attached' });
    await version.locator('option', { hasText: 'v1 · latest' }).waitFor({ state: 'attached' });
    expect(complaints).toEqual([]);
    await context.close();
  });
});

describe('somebody without a role', () => {
  it('starts an instance, and sees which role the rest needs', async () => {
    const { page, context, complaints } = await site.open({ user: 'emil' });
    await page.goto('/processes/leave-request');
    const bin = page.getByRole('button', { name: 'Delete this version' });
    expect(await bin.isDisabled()).toBe(true);
    expect(await bin.getAttribute('title')).toContain('the role "deployer"');
    const headers = { 'x-countersign': 'web' };
    const data = { processDefinitionId: 'leave-request', variables: { days: 1 } };
    const started = await page.request.post('/v2/process-instances', { data, headers });
    const { processInstanceKey } = (await started.json()) as { processInstanceKey: string };
    await page.goto(`/instances/${processInstanceKey}`);
    const cancel = page.getByRole('button', { name: 'Cancel instance' });
    await cancel.waitFor();
    expect(await cancel.isDisabled()).toBe(true);
    expect(await cancel.getAttribute('title')).toContain('the role "operator"');
    await page.getByRole('button', { name: 'More actions' }).click();
    const suspend = page.getByRole('menuitem', { name: 'Suspend' });
    expect(await suspend.getAttribute('title')).toContain('the role "operator"');
    expect(await suspend.getAttribute('aria-disabled')).toBe('true');
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('is not offered what it may not do to the task of others, and is told whose it is', async () => {
    const { page, context, complaints } = await site.open({ user: 'emil' });
    const headers = { 'x-countersign': 'web' };
    const data = { processDefinitionId: 'leave-request', variables: { days: 2 } };
    const started = await page.request.post('/v2/process-instances', { data, headers });
    const { processInstanceKey } = (await started.json()) as { processInstanceKey: string };
    const found = await page.request.post('/v2/user-tasks/search', {
      data: { filter: { processInstanceKey } },
      headers,
    });
    const [{ userTaskKey }] = ((await found.json()) as { items: { userTaskKey: string }[] }).items;
    await page.goto(`/inbox/${userTaskKey}?view=open`);
    await page.getByText('This task is for others').waitFor();
    await page.getByText('The task is offered to the group managers').waitFor();
    for (const name of [/^Claim/, /^Assign/, /^Approve/, /^Refuse/]) {
      expect(await page.getByRole('button', { name }).isDisabled(), String(name)).toBe(true);
    }
    await page.keyboard.press('c');
    expect(complaints).toEqual([]);
    await context.close();
  });
});
