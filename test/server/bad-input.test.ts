/** Bad input: each a clear answer with the place, nothing stored by halves, the server stays up. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { ADDING, DECISION_FORM, ONE_JOB, ONE_TASK, bpmn } from './models.js';

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: Record<string, unknown>;
}

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ uploadLimit: 1 });
});
afterAll(() => server.close());

async function send(
  method: string,
  path: string,
  body?: string,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(server.url + path, {
    method,
    body,
    headers: { 'Content-Type': 'application/json', ...headers },
  });
  return toAnswer(response);
}

async function toAnswer(response: Response): Promise<Answer> {
  const text = await response.text();
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? '',
    body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
  };
}

async function deploy(
  ...files: [name: string, content: string | Uint8Array<ArrayBuffer>][]
): Promise<Answer> {
  const form = new FormData();
  for (const [name, content] of files) form.append('resources', new File([content], name));
  return toAnswer(await fetch(`${server.url}/v2/deployments`, { method: 'POST', body: form }));
}

async function countDefinitions(): Promise<unknown> {
  const { body } = await send('POST', '/v2/process-definitions/search', '{}');
  return (body.page as { totalItems: number }).totalItems;
}

describe('a form that is nested too deep', () => {
  it('is not deployed', async () => {
    const deep = '['.repeat(501) + ']'.repeat(501);
    const answer = await deploy(['deep.form', `{"id":"deep","components":${deep}}`]);
    expect(answer.status).toBe(400);
    expect(answer.body.detail).toContain('deep.form: The form is nested deeper than 500 levels.');
  });
});

describe('requests', () => {
  it.each<[string, string, string, string | undefined, number, string]>([
    ['an unknown address', 'GET', '/v2/nothing', undefined, 404, 'nothing at GET /v2/nothing'],
    ['a wrong method', 'DELETE', '/v2/topology', undefined, 405, 'It takes GET, HEAD'],
    ['broken JSON', 'POST', '/v2/process-instances', '{"a": 1,\n  "b": }', 400, 'line 2, column 8'],
    [
      'a misspelt name beside the filter',
      'POST',
      '/v2/user-tasks/search',
      '{"fliter": {"assignee": "mia"}}',
      400,
      'The body: "fliter" is not known here; known are filter, sort, page',
    ],
    [
      'a misspelt name in a page',
      'POST',
      '/v2/jobs/search',
      '{"page": {"size": 3}}',
      400,
      'page: "size" is not known here; known are limit, from, after, before',
    ],
    [
      'both cursors',
      'POST',
      '/v2/incidents/search',
      '{"page": {"after": "a", "before": "b"}}',
      400,
      'both after',
    ],
    [
      'a misspelt name in a job that is failed',
      'POST',
      '/v2/jobs/1/failure',
      '{"retrys": 0}',
      400,
      '"retrys" is not known here; known are retries',
    ],
    [
      'U+0000 in a variable',
      'POST',
      '/v2/process-instances',
      '{"processDefinitionId":"x","variables":{"a":["b\\u0000"]}}',
      400,
      'variables.a.0: has the character U+0000',
    ],
    [
      'U+0000 in a filter',
      'POST',
      '/v2/process-instances/search',
      '{"filter":{"processDefinitionId":"\\u0000"}}',
      400,
      'filter.processDefinitionId: has the character U+0000',
    ],
    [
      'a day that no calendar has',
      'POST',
      '/v2/process-instances/search',
      '{"filter":{"startDate":{"$gt":"2026-02-30T00:00:00Z"}}}',
      400,
      'filter.startDate.$gt must be a time that exists',
    ],
    [
      'a time without its zone',
      'POST',
      '/v2/user-tasks/search',
      '{"filter":{"creationDate":"2026-02-28T12:00"}}',
      400,
      'with its zone',
    ],
    ['U+0000 in an address', 'GET', '/v2/process-definitions/a%00', undefined, 400, '%00'],
    ['JSON that is no object', 'POST', '/v2/process-instances', '[]', 400, 'The body'],
    [
      'an empty object',
      'POST',
      '/v2/process-instances',
      '{}',
      400,
      'processDefinitionKey or processDefinitionId',
    ],
    [
      'variables that are a list',
      'POST',
      '/v2/process-instances',
      '{"processDefinitionId":"x","variables":[1]}',
      400,
      'variables: must be an object',
    ],
    [
      'variables that are text',
      'POST',
      '/v2/process-instances',
      '{"processDefinitionId":"x","variables":"a"}',
      400,
      'variables: must be an object',
    ],
    [
      'an unknown process',
      'POST',
      '/v2/process-instances',
      '{"processDefinitionId":"nobody"}',
      404,
      'nobody',
    ],
    [
      'another tenant',
      'POST',
      '/v2/process-instances',
      '{"processDefinitionId":"x","tenantId":"acme"}',
      400,
      'tenantId',
    ],
    ['a key that is none', 'GET', '/v2/process-instances/abc', undefined, 400, 'not a key'],
    [
      'a key beyond what exists',
      'GET',
      '/v2/process-instances/9007199254740991',
      undefined,
      404,
      'no process instance',
    ],
    ['a job that is not there', 'POST', '/v2/jobs/42/completion', '{}', 404, '42'],
    ['a task that is not there', 'POST', '/v2/user-tasks/42/completion', '{}', 404, '42'],
    ['an incident that is not there', 'POST', '/v2/incidents/42/resolution', undefined, 404, '42'],
    ['incidents of nobody', 'POST', '/v2/process-instances/42/incident-resolution', undefined, 404, '42'],
    ['incidents of no element', 'POST', '/v2/element-instances/42/incidents/search', '{}', 404, '42'],
    ['a word in the place of a key', 'GET', '/v2/process-instances/search', undefined, 405, 'It takes POST'],
    ['a method for a door of the house', 'POST', '/health', '{}', 405, 'It takes GET, HEAD'],
    [
      'a name of an element that is none',
      'POST',
      '/v2/element-instances/search',
      '{"filter":{"elementName":{"$eq":"x"}}}',
      400,
      'filter.elementName must be text',
    ],
    [
      'an instruction for later',
      'POST',
      '/v2/process-instances',
      '{"processDefinitionId":"x","runtimeInstructions":[{"type":"TERMINATE_PROCESS_INSTANCE","afterElementId":"a"}]}',
      400,
      'runtimeInstructions: are not supported: an instance goes on to the end of its process',
    ],
    [
      'tenants that are not there',
      'POST',
      '/v2/jobs/activation',
      '{"type":"work","timeout":1,"maxJobsToActivate":1,"tenantIds":["<default>","acme"]}',
      400,
      'tenantIds.1',
    ],
    [
      'a date of a listener that does not exist',
      'POST',
      '/v2/jobs/42/completion',
      '{"result":{"type":"userTask","corrections":{"dueDate":"2030-02-30T09:00:00Z"}}}',
      400,
      'result.corrections.dueDate: must be a date and time that exist',
    ],
    ['no timeout', 'POST', '/v2/jobs/activation', '{"type":"a","maxJobsToActivate":1}', 400, 'timeout'],
    [
      'an unknown filter',
      'POST',
      '/v2/jobs/search',
      '{"filter":{"colour":"red"}}',
      400,
      'filter.colour is not known',
    ],
    ['a page too large', 'POST', '/v2/jobs/search', '{"page":{"limit":100000}}', 400, 'page.limit'],
    ['a message without a name', 'POST', '/v2/messages/publication', '{"correlationKey":"x"}', 400, 'name'],
    ['a time that is none', 'GET', '/api/audit?from=yesterday', undefined, 400, 'from'],
    ['a format that is none', 'GET', '/api/audit/exports?format=doc', undefined, 400, 'format'],
    ['a form sent as JSON', 'POST', '/v2/deployments', '{}', 400, 'multipart/form-data'],
  ])('with %s are refused', async (_, method, path, body, status, detail) => {
    const answer = await send(method, path, body);
    expect(answer.status).toBe(status);
    expect(answer.type).toContain('application/problem+json');
    expect(answer.body).toMatchObject({ status, instance: path.split('?')[0] });
    expect(answer.body.detail).toContain(detail);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded'])(
    'with a body of type %s are refused',
    async (type) => {
      const answer = await send('POST', '/v2/jobs/42/completion', '{}', { 'Content-Type': type });
      expect(answer.status).toBe(415);
      expect(answer.body.detail).toContain('application/json');
    },
  );

  it('with a body over the limit are refused', async () => {
    const answer = await send(
      'POST',
      '/v2/process-instances',
      JSON.stringify({ variables: { text: 'x'.repeat(1_100_000) } }),
    );
    expect(answer.status).toBe(413);
    expect(answer.body.detail).toContain('larger than 1 MB');
  });
});

const dmn = (text: string): string => `<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="file" name="File" namespace="x">
  <decision id="d" name="D"><literalExpression id="text"><text>${text}</text></literalExpression></decision>
</definitions>`;

describe('deployments', () => {
  const unknownElement = bpmn(`
    <bpmn:process id="p" isExecutable="true">
      <bpmn:startEvent id="start" /><bpmn:sequenceFlow id="f" sourceRef="start" targetRef="choose" />
      <bpmn:callChoreography id="choose" />
    </bpmn:process>`);

  it.each<[string, [string, string | Uint8Array<ArrayBuffer>], string | null]>([
    ['XML that is not', ['broken.bpmn', '<bpmn:definitions><oops>'], null],
    ['text that is no XML', ['text.bpmn', 'hello'], null],
    ['bytes that are no text', ['bytes.bpmn', new Uint8Array([0x3c, 0xff, 0xfe, 0xc3, 0x28])], null],
    [
      'nothing executable',
      ['plan.bpmn', ONE_JOB.replace('isExecutable="true"', 'isExecutable="false"')],
      null,
    ],
    ['an element it cannot run', ['choose.bpmn', unknownElement], 'choose'],
    ['bad FEEL', ['feel.bpmn', ADDING.replace('=a + b', '=a +')], 'add'],
    ['a job without a type', ['type.bpmn', ONE_JOB.replace('type="work"', '')], 'work'],
    ['a form that is no JSON', ['decision.form', '{"id": '], null],
    ['a form without an id', ['decision.form', '{"type":"default"}'], null],
    ['a DMN file that is none', ['decide.dmn', '<letter>Dear Sir</letter>'], null],
    ['a DMN file with bad FEEL', ['decide.dmn', dmn('1 +')], 'text'],
    ['an unknown kind of file', ['readme.txt', 'hello'], null],
  ])('with %s are refused, and nothing is stored', async (_, file, elementId) => {
    const before = await countDefinitions();
    const answer = await deploy(['good.bpmn', ONE_TASK], ['decision.form', DECISION_FORM], file);
    expect(answer.status).toBe(400);
    expect(String(answer.body.detail)).toContain(file[0]);
    if (elementId !== null) {
      expect(answer.body.problems).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ elementId, resource: file[0], severity: 'error' }),
        ]),
      );
    }
    expect(await countDefinitions()).toBe(before);
  });

  it('of 50 MB are refused with an answer, and the server stays up', async () => {
    const answer = await deploy(['huge.bpmn', new Uint8Array(50 * 1024 * 1024)]);
    expect(answer.status).toBe(413);
    expect(answer.body.detail).toContain('larger than 1 MB');
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
  });

  it('of many files that are too large together are refused', async () => {
    const answer = await deploy(
      ...Array.from({ length: 5 }, (_, index): [string, string] => [
        `${String(index)}.bpmn`,
        'x'.repeat(1_000_000),
      ]),
    );
    expect(answer.status).toBe(413);
    expect(answer.body.detail).toContain('together');
  });

  it('are checked without being stored', async () => {
    const form = new FormData();
    form.append('resources', new File([unknownElement], 'choose.bpmn'));
    form.append('resources', new File([ADDING.replaceAll('"adding"', '"checked"')], 'checked.bpmn'));
    const before = await countDefinitions();
    const { status, body } = await toAnswer(
      await fetch(`${server.url}/api/deployments/check`, { method: 'POST', body: form }),
    );
    expect(status).toBe(200);
    expect(body.problems).toEqual(
      expect.arrayContaining([expect.objectContaining({ elementId: 'choose', resource: 'choose.bpmn' })]),
    );
    expect(body.resources).toEqual(
      expect.arrayContaining([
        {
          name: 'checked.bpmn',
          forms: [],
          decisions: [],
          processes: [{ processDefinitionId: 'checked', currentVersion: null, nextVersion: 1 }],
        },
      ]),
    );
    expect(await countDefinitions()).toBe(before);
  });
});

describe('commands that come too late', () => {
  it('do not complete a job twice', async () => {
    await deploy(['one-job.bpmn', ONE_JOB]);
    await send('POST', '/v2/process-instances', '{"processDefinitionId":"one-job"}');
    const { body } = await send(
      'POST',
      '/v2/jobs/activation',
      '{"type":"work","timeout":60000,"maxJobsToActivate":1}',
    );
    const [{ jobKey }] = body.jobs as { jobKey: string }[];
    expect((await send('POST', `/v2/jobs/${jobKey}/completion`)).status).toBe(204);
    const again = await send('POST', `/v2/jobs/${jobKey}/completion`);
    expect([404, 409]).toContain(again.status);
    expect(again.body.detail).toContain(jobKey);
  });

  it('do not complete a user task twice, nor cancel an ended instance', async () => {
    await deploy(['one-task.bpmn', ONE_TASK], ['decision.form', DECISION_FORM]);
    const created = await send('POST', '/v2/process-instances', '{"processDefinitionId":"one-task"}');
    const processInstanceKey = String(created.body.processInstanceKey);
    const { body } = await send(
      'POST',
      '/v2/user-tasks/search',
      JSON.stringify({ filter: { processInstanceKey } }),
    );
    const [{ userTaskKey }] = body.items as { userTaskKey: string }[];
    expect((await send('POST', `/v2/user-tasks/${userTaskKey}/completion`)).status).toBe(204);
    for (const path of [
      `/v2/user-tasks/${userTaskKey}/completion`,
      `/v2/process-instances/${processInstanceKey}/cancellation`,
    ]) {
      const again = await send('POST', path);
      expect([404, 409]).toContain(again.status);
      expect(again.body.detail).not.toBe('');
    }
    const reassigned = await send('POST', `/v2/user-tasks/${userTaskKey}/assignment`, '{"assignee":"mary"}');
    expect([404, 409]).toContain(reassigned.status);
  });
});
