/** Files of any size and content are read beside everything else, and answered in few words. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createReaders } from '../../server/reading/readers.js';
import { startServer, type TestServer } from '../support/server.js';
import { definitions, inProcess } from '../rules/xml.js';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

async function deploy(content: string, name = 'file.bpmn') {
  const form = new FormData();
  form.append('resources', new File([content], name));
  const response = await fetch(`${server.url}/v2/deployments`, { method: 'POST', body: form });
  const text = await response.text();
  return {
    status: response.status,
    text,
    problem: JSON.parse(text) as { detail?: string; problems?: unknown[] },
  };
}

const many = (count: number, make: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => make(index)).join('');

describe('a deployment', () => {
  test('of 50,000 tasks is answered', async () => {
    const { status, text } = await deploy(
      inProcess('<bpmn:startEvent id="s" />' + many(50_000, (index) => `<bpmn:task id="t${index}" />`)),
    );
    expect([status, text.length < 200_000]).toEqual([200, true]);
  });

  test.each([
    ['100 kB of unknown elements', definitions('<a/>'.repeat(25_000)), 'more than 1000'],
    [
      '10,000 attributes',
      definitions(`<bpmn:process ${many(10_000, (index) => `a${index}="1" `)}/>`),
      'more than 1000 attributes',
    ],
    ['9 MB of signs', '<'.repeat(9_000_000), 'no valid name'],
    [
      'a name of 5 MB',
      inProcess(`<bpmn:startEvent id="s" /><bpmn:${'x'.repeat(5_000_000)} />`),
      'unknown type',
    ],
    [
      '20,000 faults',
      inProcess(
        `<bpmn:startEvent id="s" />${many(20_000, (index) => `<bpmn:callActivity id="c${index}" />`)}`,
      ),
      'Nothing was deployed',
    ],
  ])('of %s is refused in few words', async (_, content, sentence) => {
    const { status, text, problem } = await deploy(content);
    expect([status, problem.detail]).toEqual([400, expect.stringContaining(sentence)]);
    expect(text.length).toBeLessThan(200_000);
  });

  test('with more findings than are told says how many there are', async () => {
    const { problem } = await deploy(
      inProcess(`<bpmn:startEvent id="s" />${many(900, (index) => `<bpmn:callActivity id="c${index}" />`)}`),
    );
    expect(problem.problems).toHaveLength(201);
    expect(problem.problems?.at(-1)).toMatchObject({
      message: expect.stringMatching(/^There are \d+ more findings\.$/) as string,
    });
  });
});

test('a file of Camunda 7 is converted in a thread, and refused as it is without one', async () => {
  const send = (content: string) =>
    fetch(`${server.url}/api/models/convert`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ content }),
    });
  const tasks = many(1_500, (index) => `<bpmn:userTask id="t${index}" camunda:assignee="\${a}" />`);
  const file = inProcess(`<bpmn:startEvent id="s" />${tasks}`).replace(
    '<bpmn:definitions',
    '<bpmn:definitions xmlns:camunda="http://camunda.org/schema/1.0/bpmn"',
  );
  const answer = (await (await send(file)).json()) as { counts: { mapped: number } };
  expect(answer.counts.mapped).toBe(1_500);
  expect((await send('<a/>'.repeat(20_000))).status).toBe(400);
});

describe('the threads that read', () => {
  const limits = { threads: 1, waiting: 2, seconds: 60, megabytes: 256, small: 10 };
  const file = inProcess(
    '<bpmn:startEvent id="s" />' + many(20_000, (index) => `<bpmn:task id="t${index}" />`),
  );
  const check = { name: 'a.bpmn', content: file };

  test('end a file that takes too long, and read the next', async () => {
    const readers = createReaders({ ...limits, seconds: 0 });
    expect(await readers.check([check], 0)).toMatchObject({
      beyond: expect.stringContaining('longer than 0 seconds') as string,
    });
    await readers.close();
  });

  test('end a file that needs too much memory, and read the next', async () => {
    const readers = createReaders({ ...limits, megabytes: 16 });
    const heavy = {
      name: 'a.bpmn',
      content: inProcess(many(150_000, (index) => `<bpmn:task id="t${index}" />`)),
    };
    expect(await readers.check([heavy], 0)).toMatchObject({
      beyond: expect.stringContaining('16 MB') as string,
    });
    expect(await readers.check([{ name: 'a.bpmn', content: '<not-bpmn-at-all/>' }], 0)).toMatchObject([
      { code: 'XML_INVALID' },
    ]);
    await readers.close();
  });

  test('take no more than can wait', async () => {
    const readers = createReaders(limits);
    const asked = [1, 2, 3, 4].map(() =>
      readers.check([check], 0).then(
        () => 'read',
        (error: unknown) => (error as Error).name,
      ),
    );
    expect(await Promise.all(asked)).toEqual(['read', 'read', 'read', 'Unavailable']);
    await readers.close();
  });
});
