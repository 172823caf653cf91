/**
 * Requests that break the description of the API, made from the description itself and sent to what is there: each is
 * refused with the status that it must have and with words that name the place. `npm run outside -- requests` makes many
 * times as many.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDescribed } from '../support/described.js';
import type { JsonSchema, PlacedOperation } from '../support/described.js';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { least, without, wrongValues } from '../support/wrong-values.js';
import { ADDING, DECISION_FORM, ONE_JOB, ONE_TASK, bpmn } from './models.js';

/** How many values are tried for each property, beside null. */
const VALUES = Number(process.env.COUNTERSIGN_REFUSED_VALUES ?? '2');

const AD_HOC = bpmn(`<bpmn:process id="open" isExecutable="true"><bpmn:startEvent id="start" />
  <bpmn:sequenceFlow id="f" sourceRef="start" targetRef="room" /><bpmn:adHocSubProcess id="room">
  <bpmn:userTask id="talk"><bpmn:extensionElements><zeebe:userTask /></bpmn:extensionElements></bpmn:userTask>
  </bpmn:adHocSubProcess></bpmn:process>`);
const DMN = readFileSync(
  new URL('../cases/business-rule-task/required-decision/decision.dmn', import.meta.url),
  'utf8',
);

const GRANT = {
  ownerType: 'USER',
  ownerId: 'sales',
  resourceType: 'USER_TASK',
  resourceId: '*',
  permissionTypes: ['READ'],
};

/** A request, and what its refusal must be. */
interface Wrong {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly status: number;
  readonly names?: string;
  readonly allow?: readonly string[];
}

type Item = Readonly<Record<string, string>>;
let server: TestServer;
let operations: PlacedOperation[];
let shared: Readonly<Record<string, JsonSchema>>;
/** What is there, by the names that addresses have for it. */
const places: Record<string, string> = {
  revision: '1',
  level: '0',
  index: '000',
  processDefinitionId: 'one-job',
};

beforeAll(async () => {
  server = await startServer();
  const all = (await readDescribed(server.url)).operations;
  operations = all.filter(({ path }) => /^\/(?:v2|api)\//.test(path) && !path.startsWith('/api/docs'));
  const document = (await call('GET', '/api/openapi.json')) as {
    components: { schemas: Readonly<Record<string, JsonSchema>> };
  };
  shared = document.components.schemas;
  await makeThings();
});
afterAll(() => server.close());

async function call(method: string, path: string, body?: unknown): Promise<unknown> {
  const isForm = body instanceof FormData;
  const response = await fetch(server.url + path, {
    method,
    ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
    ...(!isForm && { headers: { 'Content-Type': 'application/json' } }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

function files(contents: Readonly<Record<string, string>>, fields: Item = {}): FormData {
  const form = new FormData();
  for (const [name, text] of Object.entries(contents)) form.append('resources', new File([text], name));
  for (const [name, text] of Object.entries(fields)) form.append(name, text);
  return form;
}

/** Makes one of everything that an address can name. */
async function makeThings(): Promise<void> {
  const contents = {
    'job.bpmn': ONE_JOB,
    'task.bpmn': ONE_TASK,
    'open.bpmn': AD_HOC,
    'adding.bpmn': ADDING,
  };
  await call('POST', '/v2/deployments', files({ ...contents, 'decision.form': DECISION_FORM, 'd.dmn': DMN }));
  for (const processDefinitionId of ['one-task', 'open', 'adding', 'one-job'])
    await call('POST', '/v2/process-instances', { processDefinitionId, variables: { order: 1 } });
  const first = async (path: string, filter: object, ...names: string[]): Promise<void> => {
    const { items } = (await call('POST', `/v2/${path}/search`, { filter })) as { items: Item[] };
    for (const name of names) places[name] = items[0][name];
  };
  const oneJob = { processDefinitionId: 'one-job' };
  await first('process-definitions', oneJob, 'processDefinitionKey');
  await first('process-instances', oneJob, 'processInstanceKey');
  await first('jobs', oneJob, 'jobKey', 'elementInstanceKey');
  await first('variables', {}, 'variableKey');
  await first('user-tasks', { processDefinitionId: 'one-task' }, 'userTaskKey');
  await first('incidents', {}, 'incidentKey');
  await first('decision-definitions', {}, 'decisionDefinitionKey', 'decisionRequirementsKey');
  places.resourceKey = places.processDefinitionKey;
  const evaluated = { decisionDefinitionKey: places.decisionDefinitionKey, variables: {} };
  await call('POST', '/v2/decision-definitions/evaluation', evaluated);
  await first('decision-instances', {}, 'decisionEvaluationInstanceKey');
  const room = (await call('POST', '/v2/element-instances/search', { filter: { elementId: 'room' } })) as {
    items: Item[];
  };
  places.adHocSubProcessInstanceKey = room.items[0].elementInstanceKey;
  const filter = { processDefinitionId: 'nobody' };
  Object.assign(places, await call('POST', '/v2/process-instances/cancellation', { filter }));
  Object.assign(
    places,
    await call('POST', '/api/models', { name: 'a.bpmn', type: 'bpmn', content: ONE_JOB }),
  );
  for (const name of ['erasureKey', 'holdKey', 'scheduleKey']) places[name] = '1';
  const claim = { claimName: 'group', claimValue: 'sales' };
  for (const [path, id, more] of [
    ['users', 'username', { password: 'secret' }],
    ['groups', 'groupId', {}],
    ['roles', 'roleId', {}],
    ['tenants', 'tenantId', {}],
    ['mapping-rules', 'mappingRuleId', claim],
  ] as const) {
    await call('POST', `/v2/${path}`, { [id]: 'sales', name: 'Sales', ...more });
    places[id] = 'sales';
  }
  places.clientId = 'sales';
  Object.assign(places, await call('POST', '/v2/authorizations', GRANT));
}

/** The schema with what it refers to written in its place. */
function resolved(schema: JsonSchema): JsonSchema {
  return JSON.parse(JSON.stringify(schema), (_name, value: unknown) => {
    const to = (value as { $ref?: unknown } | null)?.$ref;
    return typeof to === 'string' ? resolved(shared[to.split('/').at(-1) ?? '']) : value;
  }) as JsonSchema;
}

function bodyOf({ requestBody }: PlacedOperation): JsonSchema | null {
  const schema = requestBody?.content['application/json']?.schema;
  return schema === undefined ? null : resolved(schema);
}

const takesFiles = ({ requestBody }: PlacedOperation): boolean =>
  'multipart/form-data' in (requestBody?.content ?? {});
const addressOf = (path: string): string => path.replaceAll(/\{(\w+)\}/g, (_, name: string) => places[name]);

function wrongBodies(operation: PlacedOperation): Wrong[] {
  const schema = bodyOf(operation);
  if (!schema) return [];
  const at = { method: operation.method, path: addressOf(operation.path), status: 400 };
  const branches = (schema.oneOf ?? schema.anyOf ?? [schema]) as JsonSchema[];
  return [
    ...['x', 5, true, [least(schema)], [], 'null'].map((body) => ({ ...at, body })),
    ...branches.flatMap((branch) => {
      const right = least(branch) as Readonly<Record<string, unknown>>;
      const required = (branch.required ?? []) as string[];
      return [
        { ...at, body: { ...right, nobodyKnows: 1 }, names: 'nobodyKnows' },
        ...required.map((name) => ({ ...at, body: without(right, name), names: name })),
        ...wrongValues(branch, VALUES)
          .filter(({ value, name }) => !isAbsent(operation, value, name))
          .map(({ value, name }) => ({ ...at, body: value, names: name })),
      ];
    }),
  ];
}

/** Some of a list, others for each place, so that each of them is tried somewhere. */
function turned<Entry>(list: readonly Entry[], index: number): Entry[] {
  const most = Math.min(VALUES, list.length);
  return Array.from({ length: most }, (_, more) => list[(index * most + more) % list.length]);
}

/** Fields of a form, which are absent where they are empty. */
const FORMS: ReadonlySet<string> = new Set(['/api/audit/exports', '/api/audit/schedules']);

function isAbsent({ path }: PlacedOperation, body: unknown, name = ''): boolean {
  if (!FORMS.has(path) || !['format', 'report', 'period', 'folder'].includes(name)) return false;
  return [null, ''].includes((body as Readonly<Record<string, string | null>>)[name]);
}

/** Bodies of which the description does not tell everything. */
const RIGHT: Readonly<Record<string, object>> = {
  'PATCH /v2/jobs/{jobKey}': { changeset: { retries: 1 } },
  'PUT /v2/authorizations/{authorizationKey}': GRANT,
};

/** Figures of what is not there: there are none, as in the reference. */
const NOTHING_IS_FINE: ReadonlySet<string> = new Set([
  '/v2/process-definitions/{processDefinitionKey}/statistics/element-instances',
]);

/** An address with something else in the place of one of its keys, all others being there. */
function wrongPaths({ method, path, requestBody }: PlacedOperation, index: number): Wrong[] {
  const body = bodyOf({ requestBody } as PlacedOperation);
  const keys = [...path.matchAll(/\{(\w*Key)\}/g)].map(([, name]) => name);
  return keys.flatMap((name) => {
    const to = (text: string) => ({
      method,
      path: addressOf(path.replace(`{${name}}`, text)),
      body: RIGHT[`${method} ${path}`] ?? (body ? least(body) : {}),
    });
    const malformed = ['abc', '1.5', '1e3', '9'.repeat(30), '%20', '0x10', '1-', '٣'];
    const foreign =
      name === 'decisionEvaluationInstanceKey' ? ['1-1'] : ['-1', '0', '4503599627370496', '9'.repeat(19)];
    return [
      ...turned(malformed, index).map((text) => ({ ...to(text), status: 400, names: 'key' })),
      ...turned(NOTHING_IS_FINE.has(path) ? [] : foreign, index).map((text) => ({
        ...to(text),
        status: 404,
      })),
    ];
  });
}

/** What an operation takes nothing of: names in the address, a body, files. */
function besides(operation: PlacedOperation): Wrong[] {
  const { method, path, parameters, requestBody } = operation;
  const at = { method, path: addressOf(path), status: 400 };
  const query = parameters.filter((one) => one.in === 'query').map(({ name }) => name);
  // One letter too many is how a filter is misspelt.
  const misspelt = ['nobodyKnows', ...query.map((name) => `${name}s`)].filter(
    (name) => !query.includes(name),
  );
  const isSilent = method === 'GET' || requestBody !== undefined;
  return [
    ...misspelt.map((name) => ({ ...at, path: `${at.path}?${name}=1`, body: {}, names: name })),
    ...(isSilent ? [] : [{ nobodyKnows: 1 }, ['x']].map((body) => ({ ...at, body }))),
    ...(method === 'GET' || takesFiles(operation)
      ? []
      : [{ ...at, body: files({ 'a.txt': 'a' }), status: 415 }]),
    ...(takesFiles(operation)
      ? [
          { ...at, body: files({ 'a.bpmn': ONE_JOB }, { nobodyKnows: '1' }), names: 'nobodyKnows' },
          { ...at, body: files({}), names: 'no file' },
          { ...at, body: {} },
        ]
      : []),
  ];
}

/** Parameters of the address with a value that they do not have. */
function wrongQueries({ method, path, parameters }: PlacedOperation): Wrong[] {
  const known = parameters.filter(
    (one) => one.in === 'query' && JSON.stringify(one.schema) !== '{"type":"string"}',
  );
  return known
    .filter(
      ({ schema }) => 'enum' in schema || JSON.stringify(schema).includes('integer') || 'pattern' in schema,
    )
    .map(({ name }) => ({
      method,
      path: `${addressOf(path)}?${name}=nobody`,
      body: {},
      status: 400,
      names: name,
    }));
}

/** Every method that an address does not take. */
function wrongMethods({ path }: PlacedOperation, index: number): Wrong[] {
  const taken = operations.filter((one) => one.path === path).map(({ method }) => method);
  const allow = [...taken, ...(taken.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].sort();
  const others = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND'].filter(
    (method) => !taken.includes(method),
  );
  return turned(others, index).map((method) => ({
    method,
    path: addressOf(path),
    body: {},
    status: 405,
    allow,
  }));
}

/** What is wrong with the answer to a wrong request; null where it is refused as it should be. */
async function complaint({ method, path, body, status, names, allow }: Wrong): Promise<string | null> {
  const isForm = body instanceof FormData;
  const ask = () =>
    fetch(server.url + path, {
      method,
      ...(method !== 'GET' && { body: isForm ? body : JSON.stringify(body) }),
      ...(!isForm && { headers: { 'Content-Type': 'application/json' } }),
    });
  let response = await ask();
  // A machine with other work turns some away unread: they come back, as they are told to.
  for (let attempt = 0; response.status === 503 && attempt < 100; attempt += 1) {
    await pause(50);
    response = await ask();
  }
  const text = await response.text();
  const { headers } = response;
  const call = `${String(response.status)} for ${String(status)}: ${method} ${path} ${JSON.stringify(body)}: ${text}`;
  if (response.status !== status) return call;
  if (headers.get('content-type')?.split(';')[0] !== 'application/problem+json') return call;
  const allowed = headers.get('allow')?.split(', ').sort().join();
  if (allow && allowed !== allow.join()) return `${String(allowed)} are allowed: ${call}`;
  return names !== undefined && !text.includes(names) ? `${names} is not named: ${call}` : null;
}

async function complaints(wrong: readonly Wrong[]): Promise<string[]> {
  const found: string[] = [];
  for (let at = 0; at < wrong.length; at += 16) {
    const texts = await Promise.all(wrong.slice(at, at + 16).map(complaint));
    found.push(...texts.flatMap((text) => (text === null ? [] : [text.slice(0, 400)])));
  }
  return found;
}

describe('a request that breaks the description', () => {
  it('is refused where its body is none, lacks something, has too much, or has the wrong value', async () => {
    const wrong = operations.flatMap(wrongBodies);
    expect(wrong.length).toBeGreaterThan(600);
    expect(await complaints(wrong)).toEqual([]);
  }, 600_000);

  it('is refused where a key in its address is none, or that of nothing', async () => {
    const wrong = operations.flatMap(wrongPaths);
    expect(wrong.length).toBeGreaterThan(150);
    expect(await complaints(wrong)).toEqual([]);
  });

  it('is refused where it has a name, a body or files that its operation does not take', async () => {
    const wrong = operations.flatMap(besides);
    expect(wrong.length).toBeGreaterThan(200);
    expect(await complaints(wrong)).toEqual([]);
  });

  it('is refused where a parameter of its address has a value that it cannot have', async () => {
    const wrong = operations.flatMap(wrongQueries);
    expect(wrong.length).toBeGreaterThan(20);
    expect(await complaints(wrong)).toEqual([]);
  });

  it('is refused where its address does not take the method, with those that it takes', async () => {
    const wrong = operations.flatMap(wrongMethods);
    expect(wrong.length).toBeGreaterThan(150);
    expect(await complaints(wrong)).toEqual([]);
  });
});
