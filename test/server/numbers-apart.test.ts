/** Whole numbers that differ in their last digit alone are two numbers: to messages, searches, decisions and refusals. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pdfText } from '../audit/pdf-text.js';
import { openJobStream } from '../support/job-stream.js';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { bpmn, ONE_JOB } from './models.js';

const ORDER = bpmn(`
  <bpmn:message id="paid" name="paid"><bpmn:extensionElements>
    <zeebe:subscription correlationKey="=orderId" /></bpmn:extensionElements></bpmn:message>
  <bpmn:process id="order" isExecutable="true">
    <bpmn:startEvent id="start" /><bpmn:receiveTask id="payment" messageRef="paid" /><bpmn:endEvent id="end" />
    <bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="payment" />
    <bpmn:sequenceFlow id="f2" sourceRef="payment" targetRef="end" />
  </bpmn:process>
  <bpmn:process id="next" isExecutable="true">
    <bpmn:startEvent id="begin" />
    <bpmn:scriptTask id="count"><bpmn:extensionElements>
      <zeebe:script expression="=last + 1" resultVariable="next" /></bpmn:extensionElements></bpmn:scriptTask>
    <bpmn:userTask id="look"><bpmn:extensionElements><zeebe:userTask />
      <zeebe:assignmentDefinition assignee="=string(next)" /></bpmn:extensionElements></bpmn:userTask>
    <bpmn:sequenceFlow id="g1" sourceRef="begin" targetRef="count" />
    <bpmn:sequenceFlow id="g2" sourceRef="count" targetRef="look" />
  </bpmn:process>`);

const RATES = `<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="rates" name="Rates" namespace="http://example.com">
  <decision id="rate" name="rate"><variable name="rate" />
    <decisionTable id="table" hitPolicy="COLLECT">
      <input id="in"><inputExpression id="expression" typeRef="number"><text>orderId</text></inputExpression></input>
      <output id="out" name="rate" />
      <rule id="r1"><inputEntry id="i1"><text>9007199254740993</text></inputEntry>
        <outputEntry id="o1"><text>"same"</text></outputEntry></rule>
      <rule id="r2"><inputEntry id="i2"><text>&gt; 9007199254740993</text></inputEntry>
        <outputEntry id="o2"><text>"above"</text></outputEntry></rule>
      <rule id="r3"><inputEntry id="i3"><text>[9007199254740990..9007199254740993)</text></inputEntry>
        <outputEntry id="o3"><text>"below"</text></outputEntry></rule>
      <rule id="r4"><inputEntry id="i4"><text>not(9007199254740993, 9007199254740995)</text></inputEntry>
        <outputEntry id="o4"><text>orderId + 1</text></outputEntry></rule>
    </decisionTable></decision>
</definitions>`;

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
  const form = new FormData();
  form.append('resources', new File([ORDER], 'order.bpmn'));
  form.append('resources', new File([RATES], 'rates.dmn'));
  const response = await fetch(`${server.url}/v2/deployments`, { method: 'POST', body: form });
  expect(response.status, await response.text()).toBe(200);
});
afterAll(() => server.close());

async function send(
  path: string,
  body: string,
  type = 'application/json',
): Promise<{ status: number; text: string }> {
  const headers = { 'Content-Type': type };
  const response = await fetch(server.url + path, { method: 'POST', body, headers });
  return { status: response.status, text: await response.text() };
}

async function create(id: string, variables: string): Promise<string> {
  const { text } = await send(
    '/v2/process-instances',
    `{"processDefinitionId":"${id}","variables":${variables}}`,
  );
  return (JSON.parse(text) as { processInstanceKey: string }).processInstanceKey;
}

async function search<Item>(what: string, body: object): Promise<Item[]> {
  const { text, status } = await send(`/v2/${what}/search`, JSON.stringify(body));
  expect(status, text).toBe(200);
  return (JSON.parse(text) as { items: Item[] }).items;
}

async function stateOf(processInstanceKey: string): Promise<string> {
  const [{ state }] = await search<{ state: string }>('process-instances', {
    filter: { processInstanceKey },
  });
  return state;
}

describe.each([
  ['9007199254740992', '9007199254740993'],
  ['-9007199254740993', '-9007199254740994'],
  ['9223372036854775806', '9223372036854775807'],
  ['-9223372036854775808', '-9223372036854775807'],
  ['1234567890123456788', '1234567890123456789'],
])('orders %s and %s', (one, other) => {
  it('get each its own payment', async () => {
    const [first, second] = [
      await create('order', `{"orderId":${one}}`),
      await create('order', `{"orderId":${other}}`),
    ];
    const pay = (key: string) =>
      send('/v2/messages/publication', `{"name":"paid","correlationKey":"${key}","timeToLive":0}`);
    await pay(other);
    expect([await stateOf(first), await stateOf(second)]).toEqual(['ACTIVE', 'COMPLETED']);
    await pay(one);
    expect(await stateOf(first)).toBe('COMPLETED');
  });

  it('are found each by itself, and sorted', async () => {
    const find = async (value: unknown): Promise<string[]> => {
      const filter = { name: 'orderId', value };
      const sort = [{ field: 'value', order: 'DESC' }];
      const items = await search<{ value: string }>('variables', { filter, sort });
      return items.map((item) => item.value);
    };
    expect(await find(one)).toEqual([one]);
    expect(await find({ $in: [other] })).toEqual([other]);
    const both = [one, other].sort().reverse();
    expect(await find({ $in: [one, other] })).toEqual(both);
    expect(await find({ $in: [one, other], $gt: both[1] })).toEqual([both[0]]);
    expect(await find({ $in: [one, other], $lte: both[1] })).toEqual([both[1]]);
    const instances = (value: string) =>
      search('process-instances', { filter: { variables: [{ name: 'orderId', value }] } });
    expect(await instances(one)).toHaveLength(1);
    expect(await instances(other)).toHaveLength(1);
  });
});

describe('what waits in the database', () => {
  it('is a message that comes before its order, with its variables', async () => {
    const order = '9007199254740999';
    const publish = (key: string, paid: string) =>
      send(
        '/v2/messages/publication',
        `{"name":"paid","correlationKey":"${key}","timeToLive":600000,"variables":{"paid":${paid}}}`,
      );
    await publish('9007199254741000', '1');
    await publish(order, '{"by":[9223372036854775801]}');
    const processInstanceKey = await create('order', `{"orderId":${order}}`);
    expect(await stateOf(processInstanceKey)).toBe('COMPLETED');
    const filter = { processInstanceKey, name: 'paid' };
    expect(await search('variables', { filter })).toMatchObject([{ value: '{"by":[9223372036854775801]}' }]);
  });

  it('is what a batch operation sets', async () => {
    const processInstanceKey = await create('order', '{"orderId":9007199254741001}');
    const body = `{"batchOperationType":"UPDATE_VARIABLE","filter":{"processInstanceKey":"${processInstanceKey}"},
      "variables":{"set":[-9007199254740997]}}`;
    expect(await send('/api/batch-operations', body)).toMatchObject({ status: 200 });
    await server.runtime?.batchOperations.idle();
    const filter = { processInstanceKey, name: 'set' };
    expect(await search('variables', { filter })).toMatchObject([{ value: '[-9007199254740997]' }]);
  });
});

it('are pushed to a worker on a stream', async () => {
  const form = new FormData();
  form.append('resources', new File([ONE_JOB], 'one-job.bpmn'));
  await fetch(`${server.url}/v2/deployments`, { method: 'POST', body: form });
  const stream = await openJobStream(server.url, { type: 'work', worker: 'w', timeout: 60_000, capacity: 1 });
  await create('one-job', '{"orderId":9007199254741007,"list":[-9223372036854775807]}');
  const { variables } = await stream.next();
  expect(variables).toEqual({ orderId: 9007199254741007n, list: [-9223372036854775807n] });
  stream.hangUp();
});

it('stand in the report of an instance', async () => {
  const processInstanceKey = await create('order', '{"orderId":9007199254741003,"of":[9223372036854775805]}');
  const path = `/api/audit/exports?format=pdf&processInstanceKey=${processInstanceKey}`;
  const text = pdfText(Buffer.from(await (await fetch(server.url + path)).arrayBuffer()));
  expect(text).toContain('9007199254741003');
  expect(text).toContain('9223372036854775805');
});

describe('decisions', () => {
  it.each([
    ['9007199254740992', '["below",9007199254740993]'],
    ['9007199254740993', '["same"]'],
    ['9007199254740994', '["above",9007199254740995]'],
    ['9223372036854775806', '["above",9223372036854775807]'],
  ])('%s gives %s', async (orderId, output) => {
    const body = `{"decisionDefinitionId":"rate","variables":{"orderId":${orderId}}}`;
    const { text } = await send('/v2/decision-definitions/evaluation', body);
    const answer = JSON.parse(text) as {
      output: string;
      evaluatedDecisions: { evaluatedInputs: { inputValue: string }[] }[];
    };
    expect(answer.output).toBe(output);
    expect(answer.evaluatedDecisions[0].evaluatedInputs[0].inputValue).toBe(orderId);
  });
});

describe('what cannot be kept', () => {
  it.each([
    '9223372036854775808',
    '-9223372036854775809',
    '18446744073709551615',
    '18446744073709551616',
    '123456789012345678901234567890',
    '9223372036854775808.0',
  ])('%s is refused with words, on both ways in', async (number) => {
    for (const type of ['application/json', 'application/json;charset=utf-8']) {
      const body = `{"processDefinitionId":"order","variables":{"a":{"orderId":[${number}]}}}`;
      const { status, text } = await send('/v2/process-instances', body, type);
      expect(status).toBe(400);
      expect(JSON.parse(text)).toMatchObject({
        detail:
          'variables.a.orderId.0: is a whole number beyond 64 bits, from -9223372036854775808 to 9223372036854775807. Send it as a text.',
      });
    }
  });

  it.each(['100000000000000000000', '9223372036854776000', '-10000000000000000000'])(
    '%s, which a double shows, is taken in and comes out as it is',
    async (number) => {
      const processInstanceKey = await create('order', `{"orderId":${number}}`);
      const found = await search<{ value: string }>('variables', { filter: { processInstanceKey } });
      expect(found.map(({ value }) => value)).toEqual([number]);
    },
  );

  it.each([
    ['jobs/activation', '{"type":"t","timeout":9007199254740993,"maxJobsToActivate":1}', 'timeout'],
    ['process-instances/search', '{"page":{"limit":9007199254740993}}', 'page.limit'],
    [
      'process-instances/search',
      '{"filter":{"processDefinitionVersion":9007199254740993}}',
      'filter.processDefinitionVersion',
    ],
  ])('is told of a field of %s', async (path, body, field) => {
    const { status, text } = await send(`/v2/${path}`, body);
    expect(status).toBe(400);
    const { detail } = JSON.parse(text) as { detail: string };
    expect(detail).toContain(field);
    expect(detail).toMatch(/number below 2\^53|whole number from 1 to \d/);
  });

  it('makes an incident where FEEL comes to it, with what to do', async () => {
    const processInstanceKey = await create('next', '{"last":9223372036854775807}');
    const [incident] = await search<{ errorMessage: string }>('incidents', {
      filter: { processInstanceKey },
    });
    expect(incident.errorMessage).toContain(
      'gave the whole number 9223372036854775808, which is beyond 64 bits. Make it smaller, or a text.',
    );
  });

  it('is counted on up to its end', async () => {
    const processInstanceKey = await create('next', '{"last":9223372036854775806}');
    const tasks = await search<{ assignee: string }>('user-tasks', { filter: { processInstanceKey } });
    expect(tasks.map(({ assignee }) => assignee)).toEqual(['9223372036854775807']);
  });
});
