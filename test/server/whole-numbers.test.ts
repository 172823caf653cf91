/** Whole numbers of 64 bits through every door: what goes in comes out, digit by digit, also after a restart. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { INTEGERS, parseVerifierKey, verifyBundle } from '@countersign/engine';
import { openBundle } from '../../server/audit/bundle/open-bundle.js';
import { nodeJournalPort as port } from '../../server/audit/journal-port.js';
import { checkJournal } from '../../server/store/check-journal.js';
import { createTestDatabase, ON_POSTGRES } from '../support/databases.js';
import type { TestDatabase } from '../support/databases.js';
import { hasPython, judgeIndependently } from '../support/independent-verifier.js';
import { jsonText } from '../support/json-texts.js';
import { fc, SEED } from '../support/property.js';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { entriesOf } from '../support/zip-entries.js';
import { bpmn } from './models.js';

const WALK = bpmn(`
  <bpmn:message id="news" name="news"><bpmn:extensionElements>
    <zeebe:subscription correlationKey="=name" /></bpmn:extensionElements></bpmn:message>
  <bpmn:process id="walk" isExecutable="true">
    <bpmn:startEvent id="start" />
    <bpmn:serviceTask id="work"><bpmn:extensionElements>
      <zeebe:taskDefinition type="work" />
      <zeebe:ioMapping><zeebe:input source="=value" target="inner.copy" />
        <zeebe:output source="=[answer, {again: inner.copy}]" target="answers" /></zeebe:ioMapping>
    </bpmn:extensionElements></bpmn:serviceTask>
    <bpmn:serviceTask id="each"><bpmn:extensionElements>
      <zeebe:taskDefinition type="each" />
    </bpmn:extensionElements><bpmn:multiInstanceLoopCharacteristics isSequential="true"><bpmn:extensionElements>
      <zeebe:loopCharacteristics inputCollection="=[value, answer]" inputElement="item"
        outputCollection="items" outputElement="=item" />
    </bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics></bpmn:serviceTask>
    <bpmn:intermediateCatchEvent id="wait"><bpmn:messageEventDefinition messageRef="news" /></bpmn:intermediateCatchEvent>
    <bpmn:userTask id="look"><bpmn:extensionElements><zeebe:userTask /></bpmn:extensionElements></bpmn:userTask>
    <bpmn:endEvent id="end" />
    <bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="work" />
    <bpmn:sequenceFlow id="f2" sourceRef="work" targetRef="each" />
    <bpmn:sequenceFlow id="f3" sourceRef="each" targetRef="wait" />
    <bpmn:sequenceFlow id="f4" sourceRef="wait" targetRef="look" />
    <bpmn:sequenceFlow id="f5" sourceRef="look" targetRef="end" />
  </bpmn:process>
  <bpmn:process id="through" isExecutable="true">
    <bpmn:startEvent id="begin" /><bpmn:endEvent id="over" />
    <bpmn:sequenceFlow id="f" sourceRef="begin" targetRef="over" />
  </bpmn:process>`);

/** Values with at least one whole number that no double shows. */
const VALUES = fc.sample(
  jsonText.filter((text) => /[[:,]-?\d{17,}/.test(text) && text.startsWith('{')),
  { numRuns: 6, seed: SEED },
);

let database: TestDatabase;
let folder: string;
let server: TestServer;

async function start(): Promise<void> {
  const files = {
    COUNTERSIGN_AUDIT_KEY_FILE: join(folder, 'audit.key'),
    COUNTERSIGN_AUDIT_CHECKPOINT_FILE: join(folder, 'checkpoints'),
    COUNTERSIGN_DATABASE_URL: ON_POSTGRES ? database.address : `sqlite:${database.address}`,
  };
  server = await startServer({ database: database.address, settings: files });
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-whole-'));
  database = await createTestDatabase();
  await start();
  const form = new FormData();
  form.append('resources', new File([WALK], 'walk.bpmn'));
  const response = await fetch(`${server.url}/v2/deployments`, { method: 'POST', body: form });
  expect(response.status, await response.text()).toBe(200);
});
afterAll(async () => {
  await server.close();
  await database.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** Answers the text of a request's answer; the request is as text too, so that nothing here reads a number. */
async function call(request: string, body?: string, type = 'application/json'): Promise<string> {
  const [method, path] = request.split(' ');
  const response = await fetch(server.url + path, {
    method,
    body,
    headers: body === undefined ? {} : { 'Content-Type': type },
  });
  const text = await response.text();
  expect(response.ok, `${request}: ${text}`).toBe(true);
  return text;
}

/** The first text of that name in an answer. */
function named(name: string, answer: string): string {
  const found = new RegExp(`"${name}":"([^"]+)"`).exec(answer)?.[1];
  if (found === undefined) throw new Error(`There is no ${name} in ${answer}`);
  return found;
}

async function jobOf(type: string): Promise<string> {
  return call(
    'POST /v2/jobs/activation',
    `{"type":"${type}","timeout":60000,"maxJobsToActivate":1,"requestTimeout":-1}`,
  );
}

async function valueOf(instance: string, name: string): Promise<string> {
  const filter = JSON.stringify({ filter: { processInstanceKey: instance, scopeKey: instance, name } });
  const { items } = JSON.parse(await call('POST /v2/variables/search?truncateValues=false', filter)) as {
    items: { value: string }[];
  };
  expect(items).toHaveLength(1);
  return items[0].value;
}

describe.each(VALUES.map((value, index) => [index, value] as const))('value %i', (index, value) => {
  const name = `case ${index}`;
  let instance: string;

  it.each(['', ';charset=utf-8'])('goes in and out at once%s', async (charset) => {
    const body = `{"processDefinitionId":"through","variables":{"value":${value}},"awaitCompletion":true}`;
    const answer = await call('POST /v2/process-instances', body, `application/json${charset}`);
    expect(answer).toContain(`"variables":{"value":${value}}`);
  });

  it('reaches a worker through an input mapping, and comes back through an output mapping', async () => {
    const body = `{"processDefinitionId":"walk","variables":{"name":"${name}","value":${value}}}`;
    const type = index % 2 === 0 ? 'application/json' : 'application/json;charset=utf-8';
    instance = named('processInstanceKey', await call('POST /v2/process-instances', body, type));
    const job = await jobOf('work');
    expect(job).toContain(`"value":${value}`);
    expect(job).toContain(`"inner":{"copy":${value}}`);
    const answer = `{"variables":{"answer":[${value}]}}`;
    await call(`POST /v2/jobs/${named('jobKey', job)}/completion`, answer, type);
    expect(await valueOf(instance, 'answers')).toBe(`[[${value}],{"again":${value}}]`);
  });

  it('is an item of a loop, and is collected', async () => {
    await call(
      `PUT /v2/element-instances/${instance}/variables`,
      `{"variables":{"answer":{"a":${value}}},"local":true}`,
    );
    for (const item of [value, `[${value}]`]) {
      const job = await jobOf('each');
      if (item === value) expect(job).toContain(`"item":${value}`);
      await call(`POST /v2/jobs/${named('jobKey', job)}/completion`, '{}');
    }
    expect(await valueOf(instance, 'items')).toContain(value);
  });

  it('comes with a message', async () => {
    const body = `{"name":"news","correlationKey":"${name}","timeToLive":60000,"variables":{"news":${value}}}`;
    await call('POST /v2/messages/publication', body);
    expect(await valueOf(instance, 'news')).toBe(value);
  });

  it('is found by its text', async () => {
    const filter = { processInstanceKey: instance, name: 'news' };
    const search = async (condition: unknown): Promise<number> => {
      const body = JSON.stringify({ filter: { ...filter, value: condition } });
      return (JSON.parse(await call('POST /v2/variables/search', body)) as { items: unknown[] }).items.length;
    };
    expect(await search(value)).toBe(1);
    expect(await search({ $in: [value] })).toBe(1);
    expect(await search({ $neq: value })).toBe(0);
  });

  it('is shown of a user task, and comes with its completion', async () => {
    const tasks = await call('POST /v2/user-tasks/search', `{"filter":{"processInstanceKey":"${instance}"}}`);
    const task = named('userTaskKey', tasks);
    expect(await call(`GET /api/user-tasks/${task}/record`)).toContain(`"value":${value}`);
    if (index % 2 === 0) await restart();
    await call(`POST /v2/user-tasks/${task}/completion`, `{"variables":{"decided":${value}}}`);
    expect(await valueOf(instance, 'decided')).toBe(value);
  });

  it('stands in the trail and in its exports', async () => {
    const of = `processInstanceKey=${instance}`;
    for (const path of [`/api/audit?${of}&limit=100`, `/api/audit/exports?format=jsonl&${of}`])
      expect(await call(`GET ${path}`)).toContain(`"value":${value}`);
    expect(await call(`GET /api/audit/exports?format=cloudevents&${of}`)).toContain(`"value":${value}`);
    const csv = await call(`GET /api/audit/exports?format=csv&${of}`);
    expect(csv.replaceAll('""', '"')).toContain(`"value":${value}`);
  });

  it('is what FEEL is given and gives', async () => {
    const evaluated = async (expression: string): Promise<string> =>
      call(
        'POST /v2/expression/evaluation',
        `{"expression":${JSON.stringify(expression)},"variables":{"x":${value}}}`,
      );
    expect(await evaluated('=x')).toContain(`"result":${value},"warnings":[]`);
    expect(await evaluated('=from json(to json(x))')).toContain(`"result":${value},"warnings":[]`);
    expect(await evaluated('=to json(x)')).toContain(`"result":${JSON.stringify(value)}`);
    expect(await evaluated('=x = from json(to json(x))')).toContain('"result":true');
  });
});

async function restart(): Promise<void> {
  await server.close();
  await start();
}

describe('the trail of them', () => {
  it('is replayed to the same state', async () => {
    await server.close();
    expect((await checkJournal(database.address)).differences).toEqual([]);
    await start();
  });

  it('is proven, to us and to a stranger, with every number as text in its plain form', async () => {
    const path = join(folder, 'bundle.zip');
    const response = await fetch(`${server.url}/api/audit/bundle`);
    writeFileSync(path, Buffer.from(await response.arrayBuffer()));
    const written = named('key', await call('GET /api/audit/keys'));
    const key = parseVerifierKey(port, written);
    if (key === undefined) throw new Error('The log has no key.');
    const opened = await openBundle(path);
    try {
      const { checks } = await verifyBundle(port, opened, { key });
      expect(checks.filter(({ result }) => result === 'failed')).toEqual([]);
    } finally {
      opened.close();
    }
    if (hasPython) expect(judgeIndependently(path, written)).toMatchObject({ code: 0, failed: [] });
    const contents = (await entriesOf(readFileSync(path))).get('contents.jsonl')?.toString('utf8') ?? '';
    expect(contents).toContain(`"${INTEGERS}":["/`);
    for (const line of contents.trim().split('\n')) expect(JSON.stringify(JSON.parse(line))).toBe(line);
  });
});
