/** Signing in the browser: four eyes are told before one tries, the password is asked for, a stale view is shown anew. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible } from '../support/axe.js';
import type { OpenPage } from '../support/chromium.js';
import { callsTo, openTasks, type CallAs } from '../support/people.js';
import { useSite } from '../support/site.js';
import { bpmn } from '../server/models.js';

const site = useSite({ authentication: 'demo' });

const MEANING = 'I have checked the batch record and release the batch';
const REFUSAL = 'I have checked the batch record and found it wanting';
const FORM = JSON.stringify({
  id: 'release',
  type: 'default',
  schemaVersion: 18,
  components: [
    { key: 'batch', type: 'textfield', label: 'Batch', disabled: true },
    { key: 'yield', type: 'number', label: 'Yield' },
    { key: 'remark', type: 'textfield', label: 'Remark' },
  ],
});
const MODEL = bpmn(`<bpmn:process id="release" name="Batch release" isExecutable="true">
  <bpmn:startEvent id="start" />
  <bpmn:userTask id="release-batch" name="Release batch"><bpmn:extensionElements><zeebe:userTask />
    <zeebe:formDefinition formId="release" /><zeebe:properties>
    <zeebe:property name="approval" value="true" /><zeebe:property name="signatureMeaning" value="${MEANING}" />
    <zeebe:property name="refusalMeaning" value="${REFUSAL}" /><zeebe:property name="reauthenticate" value="true" />
    <zeebe:property name="fourEyes" value="starter" /></zeebe:properties></bpmn:extensionElements></bpmn:userTask>
  <bpmn:sequenceFlow id="f" sourceRef="start" targetRef="release-batch" /></bpmn:process>`);

let call: CallAs;
let mary: OpenPage;

async function begin(by: string): Promise<{ instance: string; task: string }> {
  const started = await call(by, 'POST', '/v2/process-instances', {
    processDefinitionId: 'release',
    variables: { batch: 'B-2031', yield: 96 },
  });
  const instance = started.body.processInstanceKey as string;
  const [task] = await openTasks(call, instance);
  return { instance, task };
}

async function signatures(instance: string): Promise<unknown[]> {
  const { body } = await call(
    null,
    'GET',
    `/api/audit?processInstanceKey=${instance}&type=user%20task%20completed`,
  );
  return (body.items as { data: { signature?: unknown } }[]).map(({ data }) => data.signature);
}

const open = (page: Page, task: string) => page.goto(`/inbox/${task}?view=open`);

beforeAll(async () => {
  call = callsTo(site.server.url);
  const form = new FormData();
  form.append('resources', new File([MODEL], 'release.bpmn'));
  form.append('resources', new File([FORM], 'release.form'));
  expect(await call('demo', 'POST', '/v2/deployments', form)).toMatchObject({ status: 200 });
  mary = await site.open({ user: 'mary' });
});
afterAll(() => mary.context.close());

describe('signing', () => {
  it('tells who started the case that somebody else decides, before they try', async () => {
    const { page } = mary;
    const { task } = await begin('mary');
    await open(page, task);
    await page.getByText('You started this case').waitFor();
    expect(await page.getByRole('button', { name: /^Claim/ }).count()).toBe(0);
    for (const name of [/^Approve/, /^Refuse/])
      expect(await page.getByRole('button', { name }).isDisabled()).toBe(true);
  });

  it('asks for the password in a dialog, and says when it is wrong', async () => {
    const { page } = mary;
    const { instance, task } = await begin('demo');
    await open(page, task);
    await page.getByText(MEANING).waitFor();
    await page.getByRole('button', { name: /^Approve/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Mary Adler').waitFor();
    await dialog.getByText(MEANING).waitFor();
    await expectAccessible(mary);
    await page.keyboard.type('guess');
    await page.keyboard.press('Enter');
    await dialog.getByText('The password is wrong', { exact: true }).waitFor();
    expect(await signatures(instance)).toEqual([]);
    await dialog.getByLabel('Password').fill('mary');
    await page.keyboard.press('Enter');
    await page.getByText('Approved: Release batch').waitFor();
    expect(await signatures(instance)).toMatchObject([
      { name: 'Mary Adler', meaning: MEANING, reauthenticated: true },
    ]);
  });

  it('signs a refusal with its reason and its own meaning', async () => {
    const { page } = mary;
    const { instance, task } = await begin('demo');
    await open(page, task);
    await page.getByRole('button', { name: /^Refuse/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(REFUSAL).waitFor();
    await dialog.getByLabel('Reason').fill('Two pages are missing.');
    await dialog.getByRole('button', { name: 'Refuse' }).click();
    await dialog.getByLabel('Password').fill('mary');
    await dialog.getByRole('button', { name: 'Sign' }).click();
    await page.getByText('Refused: Release batch').waitFor();
    expect(await signatures(instance)).toMatchObject([{ meaning: REFUSAL }]);
  });

  it('shows a task anew that changed meanwhile, and keeps what was typed', async () => {
    const { page } = mary;
    const { instance, task } = await begin('demo');
    await open(page, task);
    await page.getByLabel('Remark').fill('Looks good');
    await call('demo', 'PUT', `/v2/element-instances/${instance}/variables`, { variables: { yield: 61 } });
    const sign = async (): Promise<void> => {
      await page.getByRole('button', { name: /^Approve/ }).click();
      await page.getByRole('dialog').getByLabel('Password').fill('mary');
      await page.keyboard.press('Enter');
    };
    await sign();
    await page.getByText('Changed since: variables ("yield")').waitFor();
    await page.getByRole('button', { name: 'Show it as it is now' }).click();
    await expect.poll(() => page.getByLabel('Yield').inputValue()).toBe('61');
    expect(await page.getByLabel('Remark').inputValue()).toBe('Looks good');
    await sign();
    await page.getByText('Approved: Release batch').waitFor();
    expect(await signatures(instance)).toHaveLength(1);
  });
});
