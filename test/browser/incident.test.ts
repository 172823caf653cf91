/** An incident in the browser: why the instance waits, what is put right, and that it goes on. */
import { describe, expect, it } from 'vitest';
import { useSite } from '../support/site.js';

/** A gateway that can choose only when it knows the amount. */
const PROCESS = `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="d" targetNamespace="test">
  <bpmn:process id="choose" name="Choose" isExecutable="true">
    <bpmn:startEvent id="start"><bpmn:outgoing>in</bpmn:outgoing></bpmn:startEvent>
    <bpmn:exclusiveGateway id="choice" name="How much?"><bpmn:incoming>in</bpmn:incoming><bpmn:outgoing>much</bpmn:outgoing><bpmn:outgoing>little</bpmn:outgoing></bpmn:exclusiveGateway>
    <bpmn:endEvent id="large"><bpmn:incoming>much</bpmn:incoming></bpmn:endEvent>
    <bpmn:endEvent id="small"><bpmn:incoming>little</bpmn:incoming></bpmn:endEvent>
    <bpmn:sequenceFlow id="in" sourceRef="start" targetRef="choice" />
    <bpmn:sequenceFlow id="much" sourceRef="choice" targetRef="large"><bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">=amount &gt; 100</bpmn:conditionExpression></bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="little" sourceRef="choice" targetRef="small"><bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">=amount &lt;= 100</bpmn:conditionExpression></bpmn:sequenceFlow>
  </bpmn:process>
  <bpmndi:BPMNDiagram id="p"><bpmndi:BPMNPlane id="pl" bpmnElement="choose">
    <bpmndi:BPMNShape id="s1" bpmnElement="start"><dc:Bounds x="160" y="102" width="36" height="36" /></bpmndi:BPMNShape>
    <bpmndi:BPMNShape id="s2" bpmnElement="choice"><dc:Bounds x="255" y="95" width="50" height="50" /></bpmndi:BPMNShape>
    <bpmndi:BPMNShape id="s3" bpmnElement="large"><dc:Bounds x="372" y="102" width="36" height="36" /></bpmndi:BPMNShape>
    <bpmndi:BPMNShape id="s4" bpmnElement="small"><dc:Bounds x="372" y="202" width="36" height="36" /></bpmndi:BPMNShape>
    <bpmndi:BPMNEdge id="e1" bpmnElement="in"><di:waypoint x="196" y="120" /><di:waypoint x="255" y="120" /></bpmndi:BPMNEdge>
    <bpmndi:BPMNEdge id="e2" bpmnElement="much"><di:waypoint x="305" y="120" /><di:waypoint x="372" y="120" /></bpmndi:BPMNEdge>
    <bpmndi:BPMNEdge id="e3" bpmnElement="little"><di:waypoint x="280" y="145" /><di:waypoint x="280" y="220" /><di:waypoint x="372" y="220" /></bpmndi:BPMNEdge>
  </bpmndi:BPMNPlane></bpmndi:BPMNDiagram>
</bpmn:definitions>`;

const site = useSite({ authentication: 'none' });

describe('an incident', () => {
  it('says why it waits, takes a variable, and goes on after a retry', async () => {
    const { page, complaints } = await site.open();
    const deployed = await page.request.post('/v2/deployments', {
      multipart: {
        resources: { name: 'choose.bpmn', mimeType: 'application/xml', buffer: Buffer.from(PROCESS) },
      },
    });
    expect(deployed.status()).toBe(200);

    await page.goto('/processes');
    await page.getByRole('button', { name: 'Start Choose' }).click();
    await page.getByLabel('Variables').fill('{"customer": "Ana"');
    await page.getByRole('button', { name: 'Start instance' }).click();
    await page.locator('[aria-invalid="true"]').waitFor();
    await page.getByLabel('Variables').fill('{"customer": "Ana"}');
    await page.getByRole('button', { name: 'Start instance' }).click();

    await page.locator('.djs-element[data-element-id="choice"].has-incident').waitFor();
    await page.locator('header .badge', { hasText: 'Incident' }).waitFor();
    await page
      .getByText(/^How much\?: /)
      .first()
      .waitFor();

    await page.getByRole('tab', { name: /Variables/ }).click();
    await page.getByRole('button', { name: 'Add a variable' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('amount');
    await dialog.getByLabel('Value').fill('250');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('rowheader', { name: 'amount' }).waitFor();

    await page.getByRole('tab', { name: /Incidents/ }).click();
    await page.getByRole('button', { name: 'Retry' }).click();
    await page.locator('header .badge', { hasText: 'Completed' }).waitFor();
    await page.locator('.djs-element[data-element-id="much"].is-taken').waitFor({ state: 'attached' });
    expect(await page.locator('.djs-element[data-element-id="small"].is-ahead').count()).toBe(1);
    expect(complaints).toEqual([]);
  });
});
