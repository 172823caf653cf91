/**
 * A made-up person, planted in every field that the product takes texts in: over HTTP, as her clients, her workers and
 * her browser would. One instance ends; another, about her too, runs and is suspended.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Key } from '@countersign/engine';
import type { Runtime } from '@countersign/server';
import { hashPassword } from '../../server/access/passwords.js';
import { saveAccount } from '../../server/store/queries/accounts.js';
import { bpmnXml, chain, serviceTask } from '../support/bpmn-xml.js';

/** Her user name. */
export const USERNAME = 'xq-marlene';

/** Her name, as her account has it. */
export const NAME = 'Marlene Quästner';

/** Where she lives. */
export const STREET = 'Elbchaussee 17';

/** Her address, as her account has it. */
const EMAIL = 'quaestner@example.org';

/** What JSON, XML and addresses write in ways of their own. */
const TRICKY = 'Möhre "Q\\u" <&> 😀';

/** A number in JSON. */
const PHONE = 4_915_799_900_123;

/** What her worker calls itself. */
const LAPTOP = 'xq-marlene-laptop';

/** What is asked to be erased. */
export const VALUES = [STREET, TRICKY, String(PHONE), LAPTOP];

/** Every text that must be nowhere afterwards. */
export const WORDS = [USERNAME, NAME, EMAIL, ...VALUES];

const DECISION = readFileSync(
  fileURLToPath(new URL('../cases/business-rule-task/required-decision/decision.dmn', import.meta.url)),
  'utf8',
);

const CLAIM = bpmnXml({
  id: 'claim',
  roots: [
    `<bpmn:message id="answered" name="answered"><bpmn:extensionElements>
       <zeebe:subscription correlationKey="=email" /></bpmn:extensionElements></bpmn:message>`,
  ],
  nodes: [
    { type: 'startEvent', id: 'start' },
    {
      type: 'userTask',
      id: 'decide',
      extensions: [
        '<zeebe:userTask />',
        '<zeebe:assignmentDefinition assignee="=clerk" candidateUsers="=[clerk]" />',
      ],
    },
    serviceTask('work'),
    {
      type: 'intermediateCatchEvent',
      id: 'wait',
      content: ['<bpmn:messageEventDefinition messageRef="answered" />'],
    },
    { type: 'endEvent', id: 'end' },
  ],
  flows: chain('start', 'decide', 'work', 'wait', 'end'),
});

/** Sends a request; throws where it is not answered with one of `statuses`. */
export type Call = (
  method: string,
  path: string,
  body?: object,
  statuses?: readonly number[],
) => Promise<Record<string, unknown>>;

/** What is planted with. */
export interface Ground {
  readonly runtime: Runtime;
  /** As the person herself, and as nobody. */
  readonly hers: Call;
  readonly anonymous: Call;
}

/** The text that is planted in a field: it tells where a leak comes from. */
function text(field: string): string {
  return `${NAME}, ${STREET} [${field}]`;
}

function variables(field: string): Record<string, unknown> {
  return {
    clerk: USERNAME,
    email: EMAIL,
    note: text(field),
    nested: { deep: [{ phone: PHONE }, TRICKY, { [STREET]: true }] },
    json: JSON.stringify({ name: NAME, tricky: TRICKY }),
  };
}

/** Gives her an account with her name and address, as administrator, so that no route is closed to her. */
export async function openAccount({ store }: Runtime): Promise<void> {
  const account = { username: USERNAME, name: NAME, email: EMAIL, groups: ['managers'], roles: ['admin'] };
  await saveAccount(store.knex, account, await hashPassword('secret'), 0);
}

/** Plants her. Answers the key of the instance that still runs. */
export async function plant(ground: Ground): Promise<string> {
  const { runtime, hers } = ground;
  await runtime.deploy({
    resources: [
      { name: 'claim.bpmn', content: CLAIM },
      { name: 'decision.dmn', content: DECISION },
    ],
    actor: `user:${USERNAME}`,
  });
  await endedInstance(ground);
  const running = await startInstance(hers, 'running');
  await hers('POST', `/api/process-instances/${running}/suspension`, undefined, [200, 204]);
  await besideInstances(ground);
  await administration(ground);
  await drafts(hers);
  await signIns(ground);
  return running;
}

async function startInstance(hers: Call, field: string): Promise<string> {
  const created = await hers('POST', '/v2/process-instances', {
    processDefinitionId: 'claim',
    variables: variables(field),
    businessId: `${EMAIL} ${field}`,
    tags: [`street:${STREET.replace(' ', '-')}`, USERNAME],
  });
  return String(created['processInstanceKey']);
}

async function endedInstance({ runtime, hers }: Ground): Promise<void> {
  const key = await startInstance(hers, 'ended');
  const { items } = await hers('POST', '/v2/user-tasks/search', { filter: { processInstanceKey: key } });
  const task = `/v2/user-tasks/${(items as { userTaskKey: string }[])[0].userTaskKey}`;
  await hers('PATCH', task, {
    changeset: { candidateUsers: [USERNAME, 'otto', NAME] },
    action: text('update'),
  });
  await hers('DELETE', `${task}/assignee`);
  await hers('POST', `${task}/assignment`, { assignee: USERNAME, action: text('assign') });
  await hers('POST', `${task}/completion`, {
    variables: { by: USERNAME, comment: text('comment') },
    action: text('complete'),
  });
  const lease = { type: 'work', worker: LAPTOP, timeout: 60_000, maxJobsToActivate: 1 };
  const take = async (): Promise<string> => {
    const { jobs } = await hers('POST', '/v2/jobs/activation', lease);
    return (jobs as { jobKey: string }[])[0].jobKey;
  };
  const jobKey = await take();
  const called = { type: 'record model call', jobKey: Number(jobKey) as Key } as const;
  const prompts = { system: 'You help.', user: text('prompt') };
  const answer = { outcome: 'answered', text: text('answer'), result: { name: NAME } };
  await runtime.execute({ ...called, event: 'model call started', data: { prompts } }, 'agent:work');
  await runtime.execute({ ...called, event: 'model call finished', data: answer }, 'agent:work');
  const failed = { retries: 0, errorMessage: text('job-failure'), variables: { cause: TRICKY } };
  await hers('POST', `/v2/jobs/${jobKey}/failure`, failed);
  const { items: incidents } = await hers('POST', '/v2/incidents/search', {
    filter: { processInstanceKey: key, state: 'ACTIVE' },
  });
  await hers('PATCH', `/v2/jobs/${jobKey}`, { changeset: { retries: 1 } });
  const { incidentKey } = (incidents as { incidentKey: string }[])[0];
  await hers('POST', `/v2/incidents/${incidentKey}/resolution`, {});
  await hers('POST', `/v2/jobs/${await take()}/completion`, { variables: { done: text('job') } });
  await hers('PUT', `/v2/element-instances/${key}/variables`, { variables: { set: text('set') } });
  await hers('POST', '/v2/messages/publication', message('answered', 'message'));
}

function message(name: string, field: string): object {
  return { name, correlationKey: EMAIL, messageId: `${USERNAME}:${field}`, variables: variables(field) };
}

async function besideInstances({ hers }: Ground): Promise<void> {
  await hers('POST', '/v2/messages/publication', { ...message('kept', 'kept'), timeToLive: 3_600_000 });
  await hers(
    'POST',
    '/v2/messages/correlation',
    { ...message('nobody', 'correlation'), messageId: undefined },
    [404],
  );
  await hers('POST', '/v2/signals/broadcast', { signalName: 'all', variables: variables('signal') });
  await hers('POST', '/v2/conditionals/evaluation', { variables: variables('condition') });
  const { items } = await hers('POST', '/v2/decision-definitions/search', {});
  const { decisionDefinitionKey } = (items as { decisionDefinitionKey: string }[])[0];
  await hers('POST', '/v2/decision-definitions/evaluation', {
    decisionDefinitionKey,
    variables: variables('decision'),
  });
  await hers('POST', '/v2/expression/evaluation', { expression: `= "${NAME}"` });
}

async function administration({ runtime, hers }: Ground): Promise<void> {
  const filter = { processDefinitionId: 'claim', businessId: `${EMAIL} nobody` };
  await hers('POST', '/v2/process-instances/cancellation', { filter });
  await hers('POST', '/v2/process-instances/deletion', { filter });
  await hers('POST', '/api/batch-operations', {
    batchOperationType: 'UPDATE_VARIABLE',
    filter: { processDefinitionId: 'claim', state: 'ACTIVE' },
    variables: { set: text('batch') },
  });
  await runtime.batchOperations.idle();
  await hers('PUT', '/api/retention/claim', { days: 30 });
  const set = await hers('POST', '/api/legal-holds', { processId: 'other', reason: text('hold') });
  await hers('DELETE', `/api/legal-holds/${String(set['key'])}`);
  await hers('POST', '/api/legal-holds', { processId: 'another', reason: text('standing-hold') });
  for (const format of ['csv', 'jsonl']) {
    await hers('GET', `/api/audit/exports?format=${format}&actor=user:${USERNAME}`);
  }
  await hers('GET', `/api/audit/bundle?actor=user:${USERNAME}`);
  await hers('POST', '/api/audit/keys', {});
}

async function drafts(hers: Call): Promise<void> {
  const content = CLAIM.replace('id="work"', `id="work" name="Ask ${NAME}"`).replace(
    '=clerk',
    `=&#34;${USERNAME}&#34;`,
  );
  const draft = await hers('POST', '/api/models', {
    name: `Claims of ${NAME}`,
    folder: `Drafts/${STREET}`,
    type: 'bpmn',
    content,
    message: text('draft'),
  });
  await hers('PUT', `/api/models/${String(draft['modelKey'])}`, {
    content: content.replace('Ask', 'Ask again'),
    baseRevision: 1,
    message: text('revision'),
  });
}

/** She signs in, fails to, and is refused: now, and again within the minute in which refusals are only counted. */
async function signIns({ hers, anonymous }: Ground): Promise<void> {
  for (let time = 0; time < 3; time += 1) {
    await anonymous('POST', '/api/session', { username: USERNAME, password: 'wrong' }, [401]);
    await hers('POST', '/v2/process-instances', { processDefinitionId: text('refused') }, [404]);
    await hers('PUT', `/v2/element-instances/1/variables`, { variables: { [text('field')]: 1 } }, [404]);
  }
  await anonymous('POST', '/api/session', { username: NAME, password: 'wrong' }, [401]);
  await anonymous('POST', '/api/session', { username: USERNAME, password: 'secret' }, [200, 204]);
}
