/** Signatures over HTTP: their meaning, the record they are bound to, and the password that is asked for again. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonicalJson } from '@countersign/engine';
import type { JsonValue } from '@countersign/engine';
import { pdfText } from '../audit/pdf-text.js';
import { callsTo, openTasks, type CallAs } from '../support/people.js';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { bpmn } from './models.js';

const process = (id: string, properties: Record<string, string>, more = '') =>
  bpmn(`<bpmn:process id="${id}" isExecutable="true"><bpmn:startEvent id="s" />
    <bpmn:userTask id="approve"><bpmn:extensionElements><zeebe:userTask />${more}<zeebe:properties>${Object.entries(
      properties,
    )
      .map(([name, value]) => `<zeebe:property name="${name}" value="${value}" />`)
      .join('')}</zeebe:properties></bpmn:extensionElements></bpmn:userTask>
    <bpmn:sequenceFlow id="f" sourceRef="s" targetRef="approve" /></bpmn:process>`);

const MEANING = 'I checked the invoice against the order';

let server: TestServer;
let call: CallAs;

interface Shown {
  readonly record: string;
  readonly variables: Record<string, string>;
}

async function begin(processDefinitionId: string, variables: object = {}) {
  const started = await call('demo', 'POST', '/v2/process-instances', { processDefinitionId, variables });
  const instance = started.body.processInstanceKey as string;
  const [key] = await openTasks(call, instance);
  const { body } = await call('mary', 'GET', `/api/user-tasks/${key}/record`);
  return { instance, key, record: body, shown: body.shown as Shown };
}

const complete = (username: string, key: string, body: object) =>
  call(username, 'POST', `/v2/user-tasks/${key}/completion`, body);
const proofOf = (username: string, key: string, password: string) =>
  call(username, 'POST', `/api/user-tasks/${key}/signing-proofs`, { password });

async function completionRow(instance: string) {
  const { body } = await call(
    null,
    'GET',
    `/api/audit?processInstanceKey=${instance}&type=user%20task%20completed`,
  );
  return (body.items as { data: { signature?: object }; actor: string }[])[0];
}

beforeAll(async () => {
  server = await startServer({ authentication: 'demo' });
  call = callsTo(server.url);
  const form = new FormData();
  const models = [
    process('signed', { approval: 'true', signatureMeaning: MEANING, refusalMeaning: 'I found it wrong' }),
    process('careful', { reauthenticate: 'true' }),
    process('plain', { approval: 'true' }),
  ];
  models.forEach((xml, index) => form.append('resources', new File([xml], `m${index}.bpmn`)));
  expect(await call('demo', 'POST', '/v2/deployments', form)).toMatchObject({ status: 200 });
});
afterAll(() => server.close());

describe('a signature', () => {
  it('is asked for, with the record that was shown', async () => {
    const { key } = await begin('signed');
    const answer = await complete('mary', key, { variables: { approved: true } });
    expect(answer).toMatchObject({ status: 400, body: { title: 'SIGNATURE_REQUIRED' } });
  });

  it('has a name, a meaning and the hash of the record, which anybody can compute', async () => {
    const { key, instance, record, shown } = await begin('signed', {
      amount: 12,
      vendor: { name: 'Alpine' },
    });
    expect(record.asks).toMatchObject({ signature: true, meaning: MEANING, reauthenticate: false });
    expect(record.variables).toEqual({ amount: 12, vendor: { name: 'Alpine' } });
    const { userTaskKey, processDefinitionKey, elementId, form, variables, evidence } = record;
    const bound = { userTaskKey, processDefinitionKey, elementId, form, variables, evidence };
    const text = canonicalJson(bound as unknown as JsonValue);
    expect(createHash('sha256').update(text).digest('hex')).toBe(shown.record);

    const body = { variables: { approved: true }, signature: { shown } };
    expect(await complete('mary', key, body)).toMatchObject({ status: 204 });
    const signature = {
      username: 'mary',
      name: 'Mary Adler',
      meaning: MEANING,
      record: shown.record,
      reauthenticated: false,
    };
    expect(await completionRow(instance)).toMatchObject({ actor: 'user:mary', data: { signature } });
    expect((await call('carlos', 'GET', `/api/user-tasks/${key}/signature`)).body).toMatchObject({
      actor: 'user:mary',
      signature,
      matches: true,
      record: { variables },
    });
  });

  it('stands in the register of approvals and in the PDF with name, time, meaning and record', async () => {
    const { key, instance, shown } = await begin('signed');
    const body = { variables: { approved: true }, signature: { shown } };
    expect(await complete('mary', key, body)).toMatchObject({ status: 204 });
    const query = `processInstanceKey=${instance}`;
    const register = await call('carlos', 'GET', `/api/audit/exports?report=approvals&format=json&${query}`);
    expect(register.body.lines).toMatchObject([
      { who: 'Mary Adler (mary)', outcome: 'approved', meaning: MEANING },
    ]);
    expect(register.body.totals).toMatchObject({ Signed: 1 });
    const pdf = await fetch(`${server.url}/api/audit/exports?format=pdf&${query}`);
    const text = pdfText(Buffer.from(await pdf.arrayBuffer())).replaceAll(/\s+/g, ' ');
    expect(text).toContain('Mary Adler (mary)');
    expect(text).toContain(MEANING);
    expect(text.replaceAll(' ', '')).toContain(shown.record);
  });

  it('of a refusal has a meaning of its own', async () => {
    const { key, instance, shown } = await begin('signed');
    const body = { variables: { approved: false, reason: 'no' }, signature: { shown } };
    expect(await complete('mary', key, body)).toMatchObject({ status: 204 });
    expect((await completionRow(instance)).data.signature).toMatchObject({ meaning: 'I found it wrong' });
  });

  it('says what it is asked: an answer that is neither yes nor no is refused', async () => {
    const { key, shown } = await begin('signed');
    const answer = await complete('mary', key, { variables: { approved: 'perhaps' }, signature: { shown } });
    expect(answer).toMatchObject({ status: 400, body: { title: 'INVALID_ARGUMENT' } });
  });

  it('under a stale view is refused, with words that say what changed and none that the caller sent', async () => {
    const { key, instance, shown } = await begin('signed', { amount: 12, vendor: 'Alpine' });
    await call('demo', 'PUT', `/v2/element-instances/${instance}/variables`, {
      variables: { amount: 12_000 },
    });
    const sent = {
      ...shown,
      variables: { ...shown.variables, 'Mary lives in 12 Harbour Road': '0'.repeat(64) },
    };
    const body = { variables: { approved: true }, signature: { shown: sent } };
    const answer = await complete('mary', key, body);
    expect(answer).toMatchObject({
      status: 409,
      body: {
        title: 'STALE_VIEW',
        detail:
          'The task is not any more what you were shown. Changed since: variables ("amount"), variables that are gone (1). Look at it again, then decide.',
        changes: { form: false, variables: ['amount'], evidence: false },
      },
    });
    const trail = await call(null, 'GET', '/api/audit?limit=1000');
    expect(JSON.stringify(trail.body)).not.toContain('Harbour Road');
    const again = await call('mary', 'GET', `/api/user-tasks/${key}/record`);
    const fresh = { variables: { approved: true }, signature: { shown: again.body.shown } };
    expect(await complete('mary', key, fresh)).toMatchObject({ status: 204 });
  });

  it('is refused under a form that nobody can have been shown', async () => {
    const form = new FormData();
    const xml = process('unseen', { approval: 'true' }, '<zeebe:formDefinition formId="unseen" />');
    form.append('resources', new File([xml], 'unseen.bpmn'));
    form.append('resources', new File(['{"id":"unseen","components":[]}'], 'unseen.form'));
    expect(await call('demo', 'POST', '/v2/deployments', form)).toMatchObject({ status: 200 });
    // As an older server took it in, which asked nothing of the fields.
    const content = '{"id":"unseen","components":[{"type":"documentPreview","label":"Contract"}]}';
    await server.runtime?.store.knex('resource').where({ name: 'unseen.form' }).update({ content });
    const { key, instance, shown } = await begin('unseen');
    const body = { variables: { approved: true }, signature: { shown } };
    const answer = await complete('mary', key, body);
    expect(answer).toMatchObject({ status: 409, body: { title: 'NOT_SHOWN' } });
    expect(answer.body.detail).toContain('The field "Contract" is of the type "documentPreview"');
    expect(await completionRow(instance)).toBeUndefined();
  });

  it('takes hashes alone', async () => {
    const { key, shown } = await begin('signed');
    const body = {
      variables: { approved: true },
      signature: { shown: { ...shown, record: 'I did not do it' } },
    };
    expect(await complete('mary', key, body)).toMatchObject({ status: 400 });
  });

  it('is bound where a task does not ask for it as well, and plain clients go on without', async () => {
    const one = await begin('plain');
    const body = { variables: { approved: true }, signature: { shown: one.shown } };
    expect(await complete('mary', one.key, body)).toMatchObject({ status: 204 });
    expect((await completionRow(one.instance)).data.signature).toMatchObject({ meaning: 'Approval' });
    const other = await begin('plain');
    expect(await complete('mary', other.key, { variables: { approved: true } })).toMatchObject({
      status: 204,
    });
    expect((await completionRow(other.instance)).data.signature).toBeUndefined();
    expect(await call(null, 'GET', `/api/user-tasks/${other.key}/signature`)).toMatchObject({ status: 404 });
  });

  it('is erased with its record, of which nothing can be told any more', async () => {
    const { key, instance, shown } = await begin('signed', { amount: 12 });
    const body = { variables: { approved: true }, signature: { shown } };
    expect(await complete('mary', key, body)).toMatchObject({ status: 204 });
    const erased = await call('demo', 'POST', '/api/erasures', {
      persons: [],
      values: [],
      processInstanceKeys: [instance],
      legalGround: 'GDPR article 17 (1) b',
      reason: 'test',
      includeRunning: true,
    });
    expect(erased.status, JSON.stringify(erased.body)).toBeLessThan(300);
    const row = await completionRow(instance);
    expect(row.data.signature).toEqual({
      username: '(erased)',
      name: '(erased)',
      meaning: MEANING,
      reauthenticated: false,
    });
    const verified = await call(null, 'GET', `/api/user-tasks/${key}/signature`);
    expect(verified.body.matches).toBeNull();
    expect(JSON.stringify(verified.body)).not.toContain(shown.record);
  });
});

describe('with task listeners', () => {
  it('the signature is that of the person, though the last row is of the worker', async () => {
    const listened = `<zeebe:taskListeners><zeebe:taskListener eventType="completing" type="ask" /></zeebe:taskListeners>`;
    const xml = process('listened', { signatureMeaning: MEANING, fourEyes: 'approve' }).replace(
      '<zeebe:userTask />',
      `<zeebe:userTask />${listened}`,
    );
    const form = new FormData();
    form.append('resources', new File([xml], 'listened.bpmn'));
    expect(await call('demo', 'POST', '/v2/deployments', form)).toMatchObject({ status: 200 });
    const { key, instance, shown } = await begin('listened');
    const done = complete('mary', key, { signature: { shown } });
    const activated = await call(null, 'POST', '/v2/jobs/activation', {
      type: 'ask',
      worker: 'listener',
      timeout: 60_000,
      maxJobsToActivate: 1,
      requestTimeout: 10_000,
    });
    const [{ jobKey }] = activated.body.jobs as { jobKey: string }[];
    await call(null, 'POST', `/v2/jobs/${jobKey}/completion`, {});
    expect(await done).toMatchObject({ status: 204 });
    expect(await completionRow(instance)).toMatchObject({
      actor: 'client:anonymous',
      data: { signature: { username: 'mary', meaning: MEANING, record: shown.record } },
    });
    const verified = await call(null, 'GET', `/api/user-tasks/${key}/signature`);
    expect(verified.body).toMatchObject({ actor: 'user:mary', matches: true });
  });
});

describe('the password', () => {
  it('is asked for again, and its proof is good once, for one person and one task', async () => {
    const { key, instance, shown } = await begin('careful');
    const missing = await complete('mary', key, { signature: { shown } });
    expect(missing).toMatchObject({ status: 403, body: { title: 'REAUTHENTICATION_REQUIRED' } });

    const given = await proofOf('mary', key, 'mary');
    expect(given.status).toBe(201);
    const { proof } = given.body;
    const other = await begin('careful');
    const elsewhere = await complete('mary', other.key, { signature: { shown: other.shown, proof } });
    expect(elsewhere).toMatchObject({ status: 403, body: { title: 'REAUTHENTICATION_REQUIRED' } });
    const body = { signature: { shown, proof } };
    expect(await complete('emil', key, body)).toMatchObject({
      status: 403,
      body: { title: 'REAUTHENTICATION_REQUIRED' },
    });
    expect(await complete('mary', key, body)).toMatchObject({ status: 204 });
    expect((await completionRow(instance)).data.signature).toMatchObject({
      meaning: 'Completion',
      reauthenticated: true,
    });
  });

  it('stored as a hash, its proof is nothing to whoever reads the database', async () => {
    const { key } = await begin('careful');
    const { body } = await proofOf('mary', key, 'mary');
    const rows = await server.runtime?.store.knex('signing_proof').select();
    expect(JSON.stringify(rows)).not.toContain(body.proof);
  });

  it('when wrong is a row of the audit trail, and guessing ends soon', async () => {
    const { key } = await begin('careful');
    const wrong = await proofOf('mia', key, 'guess');
    expect(wrong).toMatchObject({ status: 403, body: { title: 'WRONG_PASSWORD' } });
    const trail = await call(null, 'GET', '/api/audit?type=request%20refused&actor=user:mia');
    expect(trail.body.items).toMatchObject([
      {
        actor: 'user:mia',
        data: {
          title: 'WRONG_PASSWORD',
          route: '/api/user-tasks/:userTaskKey/signing-proofs',
          detail: `The password is wrong, so that user task ${key} is not signed.`,
        },
      },
    ]);
    for (let attempt = 1; attempt < 5; attempt += 1) await proofOf('mia', key, 'guess');
    expect(await proofOf('mia', key, 'mia')).toMatchObject({
      status: 429,
      body: { title: 'TOO_MANY_ATTEMPTS' },
    });
  });

  it('is nothing that a client without an account has', async () => {
    const { key } = await begin('careful');
    const answer = await call(null, 'POST', `/api/user-tasks/${key}/signing-proofs`, { password: 'x' });
    expect(answer).toMatchObject({ status: 403, body: { title: 'FORBIDDEN' } });
  });
});
