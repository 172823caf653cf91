/** Whole numbers of 64 bits in the browser: shown, typed and sent back digit by digit. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OpenPage } from '../support/chromium.js';
import { useSite } from '../support/site.js';
import { bpmn } from '../server/models.js';

const site = useSite({ authentication: 'none' });

const FORM = `{"id":"order","type":"default","schemaVersion":18,"components":[
  {"key":"orderId","type":"number","label":"Order"},
  {"key":"typed","type":"number","label":"Typed"},
  {"key":"small","type":"number","label":"Small"},
  {"key":"asText","type":"textfield","label":"Text"},
  {"key":"customer","type":"select","label":"Customer","valuesKey":"customers"},
  {"type":"group","path":"inner","label":"Group","components":[{"key":"id","type":"number","label":"Inner"}]},
  {"type":"dynamiclist","path":"deep.items","label":"Items","defaultRepetitions":1,
    "components":[{"key":"id","type":"number","label":"Item"},{"key":"note","type":"textfield","label":"Note"}]},
  {"key":"rate","type":"number","label":"Rate","decimalDigits":2}]}`;
const MODEL = bpmn(`<bpmn:process id="order" isExecutable="true">
  <bpmn:startEvent id="start" />
  <bpmn:userTask id="look" name="Look"><bpmn:extensionElements><zeebe:userTask />
    <zeebe:formDefinition formId="order" /></bpmn:extensionElements></bpmn:userTask>
  <bpmn:endEvent id="end" />
  <bpmn:sequenceFlow id="f" sourceRef="start" targetRef="look" />
  <bpmn:sequenceFlow id="g" sourceRef="look" targetRef="end" /></bpmn:process>`);
const VARIABLES = `{"orderId":9007199254740993,"small":7,"asText":-9223372036854775808,"rate":1.25,
  "customers":[{"label":"Ann","value":1152921504606846977},{"label":"Ben","value":1152921504606846979}],
  "customer":1152921504606846977,"inner":{"id":9223372036854775807},
  "deep":{"items":[{"id":9007199254741001,"note":"9007199254741003"},{"id":9007199254741003,"note":"b"}]},"unseen":[9007199254740995]}`;

let open: OpenPage;
let page: Page;
let instance: string;

async function call(path: string, body: string | FormData): Promise<string> {
  const headers: Record<string, string> =
    typeof body === 'string' ? { 'Content-Type': 'application/json' } : {};
  const response = await fetch(site.server.url + path, { method: 'POST', body, headers });
  const text = await response.text();
  expect(response.ok, text).toBe(true);
  return text;
}

async function valuesOf(processInstanceKey: string): Promise<Record<string, string>> {
  const found = await call('/v2/variables/search', JSON.stringify({ filter: { processInstanceKey } }));
  const { items } = JSON.parse(found) as { items: { name: string; value: string }[] };
  return Object.fromEntries(items.map(({ name, value }) => [name, value]));
}

beforeAll(async () => {
  const form = new FormData();
  form.append('resources', new File([MODEL], 'order.bpmn'));
  form.append('resources', new File([FORM], 'order.form'));
  await call('/v2/deployments', form);
  const created = await call(
    '/v2/process-instances',
    `{"processDefinitionId":"order","variables":${VARIABLES}}`,
  );
  instance = (JSON.parse(created) as { processInstanceKey: string }).processInstanceKey;
  open = await site.open();
  page = open.page;
});
afterAll(() => open.context.close());

describe('whole numbers of 64 bits', () => {
  it('stand in a list of variables', async () => {
    await page.goto(`/instances/${instance}?tab=variables`);
    await page.getByText('9007199254740993').first().waitFor();
    await page.getByText('-9223372036854775808').first().waitFor();
  });

  it('are shown in a form, typed, chosen and sent back', async () => {
    const tasks = await call('/v2/user-tasks/search', `{"filter":{"processInstanceKey":"${instance}"}}`);
    const { items } = JSON.parse(tasks) as { items: { userTaskKey: string }[] };
    await page.goto(`/inbox/${items[0].userTaskKey}?view=open`);
    const field = (label: string) => page.getByLabel(label, { exact: true });
    await field('Order').waitFor();
    expect(await field('Order').inputValue()).toBe('9007199254740993');
    expect(await field('Text').inputValue()).toBe('-9223372036854775808');
    expect(await field('Inner').inputValue()).toBe('9223372036854775807');
    expect(await field('Small').inputValue()).toBe('7');
    await field('Typed').fill('9007199254740997');
    await field('Small').fill('8');
    await field('Item').nth(1).fill('9007199254741005');
    await page.locator('.fjs-form-field-select .fjs-input-group').click();
    await page.getByText('Ben', { exact: true }).click();
    await page.getByRole('button', { name: /^Complete/ }).click();
    await page.getByText('Completed: Look').waitFor();
    expect(await valuesOf(instance)).toEqual({
      orderId: '9007199254740993',
      typed: '9007199254740997',
      small: '8',
      rate: '1.25',
      asText: '-9223372036854775808',
      customer: '1152921504606846979',
      customers: '[{"label":"Ann","value":1152921504606846977},{"label":"Ben","value":1152921504606846979}]',
      inner: '{"id":9223372036854775807}',
      deep: '{"items":[{"id":9007199254741001,"note":"9007199254741003"},{"id":9007199254741005,"note":"b"}]}',
      unseen: '[9007199254740995]',
    });
  });
});
