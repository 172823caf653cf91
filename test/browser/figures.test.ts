/** Figures of an instance are the server's: exact beyond what a page reads, and of what it called, too. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { OpenPage } from '../support/chromium.js';
import { callsTo, type CallAs } from '../support/people.js';
import { useSite } from '../support/site.js';
import { bpmn } from '../server/models.js';

const site = useSite({ authentication: 'demo' });
const RUNS = 1_200;

const MANY = bpmn(`<bpmn:process id="many" name="Many letters" isExecutable="true"><bpmn:startEvent id="s" />
  <bpmn:serviceTask id="letter" name="Write letter"><bpmn:extensionElements><zeebe:taskDefinition type="letter" /></bpmn:extensionElements>
    <bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements><zeebe:loopCharacteristics inputCollection="=for i in 1..${RUNS} return i" inputElement="number" /></bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>
  </bpmn:serviceTask><bpmn:sequenceFlow id="f" sourceRef="s" targetRef="letter" /></bpmn:process>`);
const CALLING =
  bpmn(`<bpmn:process id="calling" name="Send out" isExecutable="true"><bpmn:startEvent id="s" />
  <bpmn:callActivity id="call" name="Print"><bpmn:extensionElements><zeebe:calledElement processId="printing" /></bpmn:extensionElements></bpmn:callActivity>
  <bpmn:sequenceFlow id="f" sourceRef="s" targetRef="call" /></bpmn:process>`);
const CALLED =
  bpmn(`<bpmn:process id="printing" name="Printing" isExecutable="true"><bpmn:startEvent id="s" />
  <bpmn:serviceTask id="print" name="Press"><bpmn:extensionElements><zeebe:taskDefinition type="print" /></bpmn:extensionElements></bpmn:serviceTask>
  <bpmn:sequenceFlow id="f" sourceRef="s" targetRef="print" /></bpmn:process>`);

let dana: OpenPage;
let call: CallAs;

beforeAll(async () => {
  call = callsTo(site.server.url);
  const form = new FormData();
  for (const [name, xml] of Object.entries({ many: MANY, calling: CALLING, printing: CALLED })) {
    form.append('resources', new File([xml], `${name}.bpmn`));
  }
  expect(await call('demo', 'POST', '/v2/deployments', form)).toMatchObject({ status: 200 });
  dana = await site.open({ user: 'demo' });
});
afterAll(() => dana.context.close());

async function start(processDefinitionId: string): Promise<string> {
  const started = await call('demo', 'POST', '/v2/process-instances', { processDefinitionId });
  return started.body.processInstanceKey as string;
}

/** Takes all jobs of a type, and fails the last of them for good. */
async function failLast(type: string, count: number): Promise<void> {
  const wanted = { type, worker: 'w', timeout: 60_000, maxJobsToActivate: count };
  const { jobs } = (await call('demo', 'POST', '/v2/jobs/activation', wanted)).body as {
    jobs: { jobKey: string }[];
  };
  expect(jobs).toHaveLength(count);
  const failure = { retries: 0, errorMessage: 'out of paper' };
  await call('demo', 'POST', `/v2/jobs/${jobs[count - 1].jobKey}/failure`, failure);
}

it('more element instances than a page reads are counted, and the last of them is seen to be stuck', async () => {
  const { page } = dana;
  const key = await start('many');
  await failLast('letter', RUNS);
  await page.goto(`/instances/${key}?tab=variables`);
  await page.locator('.djs-element[data-element-id="letter"].has-incident').waitFor();
  const tab = page.getByRole('tab', { name: /Variables/ });
  await expect.poll(() => tab.textContent()).toMatch(/2,400$/);
  await page.getByText('The first 1,000 of 2,400 are shown').waitFor();
  await expect.poll(() => page.getByRole('tab', { name: /Jobs/ }).textContent()).toContain('1,200');
  await page.getByRole('button', { name: 'Cancel instance' }).click();
  await page.getByRole('dialog').getByText('1,200 active elements').waitFor();
});

it('what is stuck below a call activity is seen, named and tried again from above', async () => {
  const { page } = dana;
  const key = await start('calling');
  await failLast('print', 1);
  await page.goto(`/instances/${key}?tab=incidents`);
  await page.getByText('out of paper').waitFor();
  await page.locator('.djs-element[data-element-id="call"].has-incident').waitFor();
  await page.getByRole('link', { name: 'in printing, which it called' }).waitFor();
  await page.getByRole('button', { name: 'Retry' }).click();
  await page.locator('.djs-element[data-element-id="call"].has-incident').waitFor({ state: 'detached' });
});
