/** Operating in the browser: one instance suspended, moved, migrated, looked back on; many retried, cancelled, deleted. */
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible } from '../support/axe.js';
import type { OpenPage } from '../support/chromium.js';
import { useSite } from '../support/site.js';

/** A person, then a gateway that can choose only when it knows the amount; `approve` is how the person's task is called. */
function processWith(approve: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d" targetNamespace="test">
  <bpmn:process id="order" name="Order" isExecutable="true">
    <bpmn:startEvent id="start"><bpmn:outgoing>in</bpmn:outgoing></bpmn:startEvent>
    <bpmn:userTask id="${approve}" name="Approve order"><bpmn:extensionElements><zeebe:userTask /></bpmn:extensionElements><bpmn:incoming>in</bpmn:incoming><bpmn:outgoing>on</bpmn:outgoing></bpmn:userTask>
    <bpmn:exclusiveGateway id="choice" name="How much?"><bpmn:incoming>on</bpmn:incoming><bpmn:outgoing>much</bpmn:outgoing></bpmn:exclusiveGateway>
    <bpmn:userTask id="ship" name="Ship order"><bpmn:extensionElements><zeebe:userTask /></bpmn:extensionElements><bpmn:incoming>much</bpmn:incoming><bpmn:outgoing>out</bpmn:outgoing></bpmn:userTask>
    <bpmn:endEvent id="end"><bpmn:incoming>out</bpmn:incoming></bpmn:endEvent>
    <bpmn:sequenceFlow id="in" sourceRef="start" targetRef="${approve}" />
    <bpmn:sequenceFlow id="on" sourceRef="${approve}" targetRef="choice" />
    <bpmn:sequenceFlow id="much" sourceRef="choice" targetRef="ship"><bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">=amount &gt; 100</bpmn:conditionExpression></bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="out" sourceRef="ship" targetRef="end" />
  </bpmn:process>
  <bpmndi:BPMNDiagram id="p"><bpmndi:BPMNPlane id="pl" bpmnElement="order">
    <bpmndi:BPMNShape id="s1" bpmnElement="start"><dc:Bounds x="160" y="102" width="36" height="36" /></bpmndi:BPMNShape>
    <bpmndi:BPMNShape id="s2" bpmnElement="${approve}"><dc:Bounds x="250" y="80" width="100" height="80" /></bpmndi:BPMNShape>
    <bpmndi:BPMNShape id="s3" bpmnElement="choice"><dc:Bounds x="405" y="95" width="50" height="50" /></bpmndi:BPMNShape>
    <bpmndi:BPMNShape id="s4" bpmnElement="ship"><dc:Bounds x="510" y="80" width="100" height="80" /></bpmndi:BPMNShape>
    <bpmndi:BPMNShape id="s5" bpmnElement="end"><dc:Bounds x="672" y="102" width="36" height="36" /></bpmndi:BPMNShape>
    <bpmndi:BPMNEdge id="e1" bpmnElement="in"><di:waypoint x="196" y="120" /><di:waypoint x="250" y="120" /></bpmndi:BPMNEdge>
    <bpmndi:BPMNEdge id="e2" bpmnElement="on"><di:waypoint x="350" y="120" /><di:waypoint x="405" y="120" /></bpmndi:BPMNEdge>
    <bpmndi:BPMNEdge id="e3" bpmnElement="much"><di:waypoint x="455" y="120" /><di:waypoint x="510" y="120" /></bpmndi:BPMNEdge>
    <bpmndi:BPMNEdge id="e4" bpmnElement="out"><di:waypoint x="610" y="120" /><di:waypoint x="672" y="120" /></bpmndi:BPMNEdge>
  </bpmndi:BPMNPlane></bpmndi:BPMNDiagram>
</bpmn:definitions>`;
}

const site = useSite({ authentication: 'none' });
let operator: OpenPage;
let page: Page;

async function deploy(xml: string): Promise<void> {
  const resources = { name: 'order.bpmn', mimeType: 'application/xml', buffer: Buffer.from(xml) };
  const answer = await page.request.post('/v2/deployments', { multipart: { resources } });
  expect(answer.status()).toBe(200);
}

async function start(version: number, startAt?: string): Promise<string> {
  const data = {
    processDefinitionId: 'order',
    processDefinitionVersion: version,
    ...(startAt && { startInstructions: [{ elementId: startAt }] }),
  };
  const answer = await page.request.post('/v2/process-instances', { data });
  return ((await answer.json()) as { processInstanceKey: string }).processInstanceKey;
}

function menuItem(name: string): Promise<void> {
  return page
    .getByRole('button', { name: 'More actions' })
    .click()
    .then(() => page.getByRole('menuitem', { name }).click());
}

function active(id: string): string {
  return `.djs-element[data-element-id="${id}"].is-active`;
}

beforeAll(async () => {
  operator = await site.open();
  page = operator.page;
  await deploy(processWith('approve'));
  await deploy(processWith('sign'));
});

describe('one instance', () => {
  let key = '';

  it('is suspended, says so, and goes on', async () => {
    key = await start(1);
    await page.goto(`/instances/${key}`);
    await page.locator(active('approve')).waitFor();
    await menuItem('Suspend');
    await page.locator('header .badge', { hasText: 'Suspended' }).waitFor();
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.locator('header .badge', { hasText: 'Suspended' }).waitFor({ state: 'detached' });
  });

  it('has its token moved on the diagram, and shows the change before it is applied', async () => {
    await menuItem('Move tokens');
    await page.locator('.djs-element[data-element-id="approve"]').click();
    await page.getByRole('button', { name: 'Move the tokens from here to …' }).click();
    await page.getByLabel('Element').selectOption('ship');
    await page.getByText('Move 1 token from Approve order to Ship order').waitFor();
    await page.locator(active('ship')).waitFor();
    await expectAccessible(operator);
    await page.getByRole('button', { name: 'Apply 1 change' }).click();
    await page.getByRole('tab', { name: 'Timeline', selected: true }).waitFor();
    await page.locator(active('ship')).waitFor();
    expect(await page.locator(active('approve')).count()).toBe(0);
  });

  it('is looked back on, with the token where it was', async () => {
    await page.getByRole('tab', { name: 'Look back' }).click();
    const slider = page.getByRole('slider', { name: 'Row of the audit trail' });
    await slider.focus();
    await page.keyboard.press('Home');
    for (;;) {
      await page.getByRole('button', { name: 'One row on' }).click();
      if (/Approve order began/.test((await slider.getAttribute('aria-valuetext')) ?? '')) break;
    }
    await page.locator(active('approve')).waitFor();
    expect(await page.locator(active('ship')).count()).toBe(0);
    await expectAccessible(operator);
  });

  it('goes on in another version with the mapping that is left to choose', async () => {
    key = await start(1);
    await page.goto(`/instances/${key}`);
    await page.locator(active('approve')).waitFor();
    await menuItem('Migrate to another version');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('stands in the way').waitFor();
    expect(await dialog.getByRole('button', { name: 'Migrate' }).isDisabled()).toBe(true);
    await expectAccessible(operator);
    await dialog.getByLabel('Becomes: Approve order').selectOption('sign');
    await dialog.getByText('Nothing stands in the way.').waitFor();
    await dialog.getByRole('button', { name: 'Migrate' }).click();
    await page.locator(active('sign')).waitFor();
    await page.locator('header', { hasText: 'v2' }).first().waitFor();
  });
});

describe('many instances', () => {
  it('with the same incident are retried at once', async () => {
    for (const version of [1, 2, 2]) await start(version, 'choice');
    await page.goto('/incidents');
    const row = page.locator('tbody tr', { hasText: 'amount' });
    await row.getByText('3').first().waitFor();
    await expectAccessible(operator);
    await row.getByRole('button', { name: /^Retry all/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('This will be done to 3 instances.').waitFor();
    await dialog.getByRole('button', { name: 'Retry the incidents of 3 instances' }).click();
    await page.getByRole('link', { name: 'Show it' }).click();
    await page.locator('header .badge', { hasText: 'Completed' }).waitFor();
    await page.locator('.facts').getByText('3 of 3').waitFor();
    await expectAccessible(operator);
  });

  it('go on in another version, with what the ids do not say filled in', async () => {
    await page.goto('/instances?process=order');
    await page.getByLabel('Select all on this page').check();
    await page.getByRole('group', { name: 'Do with them' }).getByRole('button', { name: 'Migrate' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Approve order becomes').selectOption('sign');
    await dialog.getByText('This will be done to 2 instances.').waitFor();
    await expectAccessible(operator);
    await dialog.getByRole('button', { name: 'Migrate 2 instances' }).click();
    await page.getByRole('link', { name: 'Show it' }).click();
    await page.locator('.facts').getByText('2 of 2').waitFor();
    await page.locator('header .badge', { hasText: 'Completed' }).waitFor();
  });

  it('are cancelled after a dry run that counts, and then deleted', async () => {
    await page.goto('/instances?process=order&state=ACTIVE');
    await page.getByLabel('Select all on this page').check();
    await page.getByRole('group', { name: 'Do with them' }).getByRole('button', { name: 'Cancel' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('This will be done to 5 instances.').waitFor();
    const confirm = dialog.getByRole('button', { name: 'Cancel 5 instances' });
    expect(await confirm.isDisabled()).toBe(true);
    await expectAccessible(operator);
    await dialog.getByLabel(/^Type 5/).fill('5');
    await confirm.click();
    await page.getByText('No instance fits these filters').waitFor();
    await page.goto('/instances?process=order&state=TERMINATED');
    await page.locator('tbody tr a').first().click();
    await menuItem('Delete instance');
    const word = (new URL(page.url()).pathname.split('/').pop() ?? '').slice(-4);
    await page.getByRole('dialog').getByRole('textbox').fill(word);
    await page.getByRole('dialog').getByRole('button', { name: 'Delete instance' }).click();
    await page.waitForURL('**/instances');
    await page.getByText('4 of 4').waitFor();
    await page.getByRole('link', { name: 'Batch operations' }).click();
    await page.locator('tbody tr', { hasText: 'Cancel' }).getByText('5 of 5').waitFor();
    await expectAccessible(operator);
  });
});
