/** Tasks with forms for the browser tests: deployed, started, opened and decided. */
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { bpmn } from '../server/models.js';
import { openTasks, type CallAs } from './people.js';

/** A process with one user task. */
export interface TaskModel {
  readonly id: string;
  readonly name: string;
  /** Components of its form; without a form where absent. */
  readonly components?: readonly object[];
  /** Properties of the task, such as `approval`. */
  readonly properties?: Readonly<Record<string, string>>;
  /** What else stands in the task's extension elements. */
  readonly extensions?: string;
}

/** The process of a model, as XML. */
export function taskXml({ id, name, components, properties = {}, extensions = '' }: TaskModel): string {
  const written = Object.entries(properties)
    .map(([key, value]) => `<zeebe:property name="${key}" value="${value}" />`)
    .join('');
  return bpmn(`<bpmn:process id="${id}" name="${name}" isExecutable="true"><bpmn:startEvent id="start" />
    <bpmn:userTask id="task" name="${name}"><bpmn:extensionElements><zeebe:userTask />
    ${components ? `<zeebe:formDefinition formId="${id}" />` : ''}${extensions}
    <zeebe:properties>${written}</zeebe:properties></bpmn:extensionElements></bpmn:userTask>
    <bpmn:endEvent id="end" /><bpmn:sequenceFlow id="f" sourceRef="start" targetRef="task" />
    <bpmn:sequenceFlow id="g" sourceRef="task" targetRef="end" /></bpmn:process>`);
}

/** Deploys a model with its form. */
export async function deployTask(call: CallAs, model: TaskModel): Promise<void> {
  const form = new FormData();
  form.append('resources', new File([taskXml(model)], `${model.id}.bpmn`));
  if (model.components) {
    const schema = { id: model.id, type: 'default', schemaVersion: 18, components: model.components };
    form.append('resources', new File([JSON.stringify(schema)], `${model.id}.form`));
  }
  expect(await call('demo', 'POST', '/v2/deployments', form)).toMatchObject({ status: 200 });
}

/** Starts an instance of a model; answers with its key and that of its task. */
export async function startTask(
  call: CallAs,
  processDefinitionId: string,
  variables: object = {},
): Promise<{ instance: string; task: string }> {
  const started = await call('demo', 'POST', '/v2/process-instances', { processDefinitionId, variables });
  const instance = started.body.processInstanceKey as string;
  const [task] = await openTasks(call, instance);
  return { instance, task };
}

/** Opens a task and waits until it can be decided. */
export async function openTask(page: Page, task: string): Promise<void> {
  await page.goto(`/inbox/${task}?view=open`);
  await page.locator('article footer button:last-of-type:enabled').waitFor();
}

/** Sends the decision that waits, and waits until the server has it. */
export async function sendNow(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Send now' }).click();
  await page.getByRole('button', { name: 'Send now' }).waitFor({ state: 'detached' });
  await page.locator('.bar').waitFor({ state: 'detached' });
}

/** The state of a task. */
export async function stateOf(call: CallAs, task: string): Promise<unknown> {
  return (await call(null, 'GET', `/v2/user-tasks/${task}`)).body.state;
}

/** The variables of an instance by name. */
export async function variablesOf(
  call: CallAs,
  processInstanceKey: string,
): Promise<Record<string, unknown>> {
  const answer = await call('demo', 'POST', '/v2/variables/search', {
    filter: { processInstanceKey },
    page: { limit: 100 },
  });
  const items = answer.body.items as { name: string; value: string }[];
  return Object.fromEntries(items.map(({ name, value }) => [name, JSON.parse(value) as unknown]));
}
