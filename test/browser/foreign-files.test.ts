/** Files that other tools wrote, in the browser: each process its own diagram, what cannot be read told before it is gone. */
import { join } from 'node:path';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OpenPage } from '../support/chromium.js';
import { useSite } from '../support/site.js';

const site = useSite({ authentication: 'demo' });
let dana: OpenPage;
beforeEach(async () => {
  dana = await site.open({ user: 'demo' });
});
afterEach(async () => {
  await dana.context.close();
});

const NAMESPACES =
  'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:own="urn:own" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" id="D" targetNamespace="urn:own"';
const shape = (id: string, x: number) =>
  `<bpmndi:BPMNShape bpmnElement="${id}"><dc:Bounds x="${x}" y="100" width="80" height="60"/></bpmndi:BPMNShape>`;
const diagram = (id: string, element: string, shapes: string) =>
  `<bpmndi:BPMNDiagram id="${id}"><bpmndi:BPMNPlane bpmnElement="${element}">${shapes}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>`;
const task = (id: string) =>
  `<userTask id="${id}"><extensionElements><zeebe:userTask/><zeebe:assignmentDefinition assignee="demo"/></extensionElements></userTask>`;

/** The second process is shown by a collaboration; its ids are not all ASCII. */
const TWO = `<definitions ${NAMESPACES}>
<collaboration id="c"><participant id="pool" name="Lager" processRef="zweiter"/></collaboration>
<process id="erster" name="Erster" isExecutable="true"><startEvent id="s"/>${task('a')}<sequenceFlow id="f" sourceRef="s" targetRef="a"/></process>
<process id="zweiter" name="Zweiter" isExecutable="true"><startEvent id="s2"/>${task('Prüfen')}<sequenceFlow id="f2" sourceRef="s2" targetRef="own:Prüfen"/></process>
${diagram('d1', 'erster', shape('s', 100) + shape('a', 250))}
${diagram('d2', 'c', `<bpmndi:BPMNShape bpmnElement="pool"><dc:Bounds x="50" y="50" width="500" height="200"/></bpmndi:BPMNShape>${shape('s2', 100)}${shape('Prüfen', 250)}`)}
</definitions>`;

const BROKEN = `<definitions ${NAMESPACES}>
<process id="p" isExecutable="true"><startEvent id="s"/><task id="t"/><sequenceFlow id="f" sourceRef="s" targetRef="t"/>
<boundaryEvent id="b" attachedToRef="t"><escalationEventDefinition escalationRef="not_there"/></boundaryEvent><nonsense/></process>
${diagram('d', 'p', shape('s', 100) + shape('t', 250) + shape('b', 300))}</definitions>`;

async function start(processDefinitionId: string): Promise<string> {
  const form = new FormData();
  form.append('resources', new File([TWO], 'two.bpmn'));
  const headers = { Authorization: `Basic ${btoa('demo:demo')}` };
  await fetch(`${site.server.url}/v2/deployments`, { method: 'POST', body: form, headers });
  const answer = await fetch(`${site.server.url}/v2/process-instances`, {
    method: 'POST',
    headers: { ...headers, 'Content-Type': 'application/json' },
    body: JSON.stringify({ processDefinitionId }),
  });
  return ((await answer.json()) as { processInstanceKey: string }).processInstanceKey;
}

async function importFile(page: Page, name: string, content: string): Promise<void> {
  const path = join(await mkdtemp(join(tmpdir(), 'countersign-')), name);
  await writeFile(path, content);
  await page.goto('/design');
  await page.locator('input[type=file]').setInputFiles(path);
  await page.waitForURL(/\/design\/\d+/);
}

const element = (page: Page, id: string) => page.locator(`.djs-element[data-element-id="${id}"]`);

describe('a file with two diagrams', () => {
  it('shows the diagram of the process: at its instance, on its page, beside its task', async () => {
    const { page } = dana;
    const key = await start('zweiter');
    await page.goto(`/instances/${key}`);
    await element(page, 'Prüfen').waitFor();
    await page.goto('/processes/zweiter');
    await element(page, 'Prüfen').waitFor();
    await page.goto('/processes/erster');
    await element(page, 'a').waitFor();
    expect(await element(page, 'Prüfen').count()).toBe(0);
    await page.goto('/inbox');
    await page.getByText('Zweiter').first().click();
    await element(page, 'Prüfen').waitFor();
    expect(dana.complaints).toEqual([]);
  });

  it('lets one choose in Design, and keeps both', async () => {
    const { page } = dana;
    await importFile(page, 'two.bpmn', TWO);
    await element(page, 'a').waitFor();
    await page.getByLabel('Diagram', { exact: true }).selectOption({ label: 'Lager' });
    await element(page, 'Prüfen').waitFor();
    expect(await element(page, 'a').count()).toBe(0);
    await page.getByLabel('Diagram', { exact: true }).selectOption({ label: 'Erster' });
    await element(page, 'a').waitFor();
    expect(await page.getByText('can’t be read').count()).toBe(0);
  });
});

it('what the editor cannot take is told before the first save', async () => {
  const { page } = dana;
  await importFile(page, 'broken.bpmn', BROKEN);
  await page.getByText('2 parts of this file can’t be read').waitFor();
  await page.getByText('b: escalationRef “not_there”').waitFor();
  await page.getByText('nonsense').first().waitFor();
});
