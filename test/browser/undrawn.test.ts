/** What a diagram says besides its drawing: files without one are laid out, and a start event names its form. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OpenPage } from '../support/chromium.js';
import { useSite } from '../support/site.js';

const site = useSite({ authentication: 'demo', samples: 'none', workers: 'none' });

const HEAD =
  '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="t">';

/** As a program writes it: no drawing, and no element says which flows lead to it. */
const SHIPPING = `${HEAD}<bpmn:process id="shipping" name="Shipping" isExecutable="true">
  <bpmn:startEvent id="ordered"/><bpmn:exclusiveGateway id="heavy" default="no"/>
  <bpmn:userTask id="lift" name="Lift with two"><bpmn:extensionElements><zeebe:userTask/></bpmn:extensionElements></bpmn:userTask>
  <bpmn:subProcess id="pack" name="Pack"><bpmn:startEvent id="box"/><bpmn:userTask id="wrap" name="Wrap"><bpmn:extensionElements><zeebe:userTask/></bpmn:extensionElements></bpmn:userTask><bpmn:sequenceFlow id="f9" sourceRef="box" targetRef="wrap"/></bpmn:subProcess>
  <bpmn:sequenceFlow id="f1" sourceRef="ordered" targetRef="heavy"/>
  <bpmn:sequenceFlow id="yes" sourceRef="heavy" targetRef="lift"><bpmn:conditionExpression>=weight &gt; 20</bpmn:conditionExpression></bpmn:sequenceFlow>
  <bpmn:sequenceFlow id="no" sourceRef="heavy" targetRef="pack"/>
  <bpmn:sequenceFlow id="f4" sourceRef="lift" targetRef="pack"/>
</bpmn:process></bpmn:definitions>`;

const TWO_POOLS = `${HEAD}<bpmn:collaboration id="deal">
  <bpmn:participant id="buyer" name="Buyer" processRef="buying"/><bpmn:participant id="seller" name="Seller" processRef="selling"/><bpmn:participant id="bank" name="Bank"/>
  <bpmn:messageFlow id="order" sourceRef="ask" targetRef="asked"/>
</bpmn:collaboration>
<bpmn:process id="buying" isExecutable="true"><bpmn:startEvent id="need"/><bpmn:task id="ask" name="Ask"/><bpmn:sequenceFlow id="b1" sourceRef="need" targetRef="ask"/></bpmn:process>
<bpmn:process id="selling"><bpmn:startEvent id="asked"/><bpmn:task id="offer" name="Offer"/><bpmn:sequenceFlow id="s1" sourceRef="asked" targetRef="offer"/></bpmn:process></bpmn:definitions>`;

const FORM = JSON.stringify({
  type: 'default',
  id: 'ask-to-ship',
  schemaVersion: 18,
  components: [{ type: 'textfield', key: 'what', label: 'What' }],
});

describe('a diagram', () => {
  let dana: OpenPage;
  beforeAll(async () => {
    dana = await site.open({ user: 'demo' });
  });
  afterAll(() => dana.context.close());

  /** Makes a draft as the web app does; answers its address. */
  async function draft(name: string, type: string, content: string): Promise<string> {
    const response = await dana.page.request.post('/api/models', {
      headers: { 'x-countersign': 'web' },
      data: { name, folder: '', type, content },
    });
    expect(response.status(), await response.text()).toBeLessThan(300);
    return `/design/${((await response.json()) as { modelKey: string }).modelKey}`;
  }

  const shape = (page: Page, id: string) => page.locator(`.djs-element[data-element-id="${id}"]`);

  it('that has no drawing is laid out, and says that it was', async () => {
    const { page } = dana;
    await page.goto(await draft('Shipping', 'bpmn', SHIPPING));
    await page.getByText('This file had no drawing').waitFor();
    for (const id of ['ordered', 'heavy', 'lift', 'pack', 'f1', 'yes', 'no', 'f4']) {
      await shape(page, id).first().waitFor({ state: 'attached' });
    }
    await page.getByText('Lift with two').waitFor();
  });

  it('with pools that has no drawing shows each pool and the messages between them', async () => {
    const { page } = dana;
    await page.goto(await draft('Deal', 'bpmn', TWO_POOLS));
    for (const id of ['buyer', 'seller', 'bank', 'ask', 'offer', 'order', 's1']) {
      await shape(page, id).first().waitFor({ state: 'attached' });
    }
    const boxes = await Promise.all(
      ['buyer', 'seller', 'bank'].map((id) => shape(page, id).first().boundingBox()),
    );
    const [buyer, seller, bank] = boxes.map((box) => box?.y ?? 0);
    expect(buyer).toBeLessThan(seller);
    expect(seller).toBeLessThan(bank);
  });

  it('is given the form that it starts with, which goes along when it is deployed', async () => {
    const { page } = dana;
    await draft('Ask to ship', 'form', FORM);
    await page.goto(await draft('Shipping with a form', 'bpmn', SHIPPING));
    await shape(page, 'ordered').first().click();
    await page
      .locator('[data-group-id="group-countersign-start-form"] .bio-properties-panel-group-header')
      .click();
    await page.getByLabel('Form that is filled in to start').selectOption({ label: 'Ask to ship' });
    await page.getByRole('button', { name: 'Deploy' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('used by this diagram').waitFor();
    expect(await dialog.getByRole('checkbox', { name: /Ask to ship/ }).isChecked()).toBe(true);
    await dialog.getByRole('button', { name: 'Deploy' }).click();
    await page.getByRole('link', { name: 'Open the process' }).click();
    await shape(page, 'lift').first().waitFor({ state: 'attached' });
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await page.getByRole('dialog').getByLabel('What').waitFor();
  });

  it('without a drawing, deployed by a program, is drawn on its page', async () => {
    const { page } = dana;
    const response = await page.request.post('/v2/deployments', {
      headers: { 'x-countersign': 'web' },
      multipart: {
        resources: {
          name: 'shipping-2.bpmn',
          mimeType: 'application/octet-stream',
          buffer: Buffer.from(SHIPPING.replaceAll('"shipping"', '"shipping-2"')),
        },
      },
    });
    expect(response.status(), await response.text()).toBe(200);
    await page.goto('/processes/shipping-2');
    await shape(page, 'lift').first().waitFor({ state: 'attached' });
  });
});
