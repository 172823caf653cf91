/**
 * Requests that break the reference's own description of `/v2`, made from what its client says each operation takes: names
 * that are too many, values of another type, outside of their range or of their list, and what is missing. Whatever the
 * reference's description refuses is refused here.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDescribed } from '../support/described.js';
import type { JsonSchema, PlacedOperation } from '../support/described.js';
import { referenceBodies } from '../support/reference.js';
import type { ReferenceBody } from '../support/reference.js';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { DECISION_FORM, ONE_JOB, ONE_TASK } from './models.js';
import { REFUSED } from './refused-by-reference.js';

type Json = Readonly<Record<string, unknown>>;
type Item = Readonly<Record<string, string>>;

/** An object schema: its properties, those of all its parts together. */
interface Shape {
  readonly properties: Readonly<Record<string, JsonSchema>>;
  readonly required: readonly string[];
}

/** Values of which a schema of the reference refuses some: other types, outside of ranges, lists, patterns and lengths. */
const CANDIDATES: readonly unknown[] = [
  123,
  true,
  'not-a-number',
  '',
  0,
  -99,
  0.5,
  'a'.repeat(300),
  ['x'],
  [123],
  [1, 1, 1],
  { a: 1 },
];

let server: TestServer;
/** What the places of addresses and of the list stand for. */
let places: Readonly<Record<string, string>>;
let operations: PlacedOperation[];
let bodyOf: (name: string) => ReferenceBody | undefined;

beforeAll(async () => {
  server = await startServer();
  operations = (await readDescribed(server.url)).operations.filter(
    ({ path }) => path.startsWith('/v2/') && path !== '/v2/deployments',
  );
  bodyOf = await referenceBodies();
  places = await setUp();
});
afterAll(() => server.close());

/** The choices of a schema, each without choices at its top. */
function choices(schema: JsonSchema): JsonSchema[] {
  const some = (schema.anyOf ?? schema.oneOf) as JsonSchema[] | undefined;
  return some ? some.flatMap(choices) : [schema];
}

/** The object that a schema allows first; null where it allows none. */
function objectOf(schema: JsonSchema): Shape | null {
  const parts = ((schema.allOf ?? []) as JsonSchema[]).map(objectOf);
  const own = choices(schema).find((one) => one.properties !== undefined);
  const all = [...parts, own && own !== schema ? objectOf(own) : null].filter((part) => part !== null);
  const properties = Object.assign(
    {},
    ...all.map((part) => part.properties),
    schema.properties,
  ) as Shape['properties'];
  const required = [...all.flatMap((part) => part.required), ...((schema.required ?? []) as string[])];
  return Object.keys(properties).length === 0 ? null : { properties, required: [...new Set(required)] };
}

/** The least value that a schema takes. */
function least(schema: JsonSchema): unknown {
  const [one] = choices(schema);
  const shape = objectOf(one);
  if (shape)
    return Object.fromEntries(shape.required.map((name) => [name, least(shape.properties[name])] as const));
  if ('const' in one) return one.const;
  if (Array.isArray(one.enum)) return one.enum[0];
  if (one.type === 'array') return [least(one.items as JsonSchema)];
  if (one.type === 'boolean') return true;
  if (one.type === 'integer' || one.type === 'number') return 1;
  if (one.type !== 'string') return {};
  const pattern = new RegExp(typeof one.pattern === 'string' ? one.pattern : '', 'u');
  return ['x', '1', '2030-01-01T00:00:00Z'].find((text) => pattern.test(text)) ?? '';
}

/** Bodies in which one place at any depth has one of the candidates, or lacks what is required, or has too much. */
function* variants(
  schema: JsonSchema,
  right: Json,
  takes: (value: Json) => boolean,
  levels = 4,
): Generator<Json> {
  const shape = objectOf(schema);
  if (!shape || levels === 0) return;
  for (const name of shape.required) {
    const { [name]: _left, ...rest } = right;
    if (!takes(rest)) yield rest;
  }
  for (const [name, property] of Object.entries(shape.properties)) {
    yield* CANDIDATES.map((value) => ({ ...right, [name]: value }))
      .filter((one) => !takes(one))
      .slice(0, OF_A_KIND);
    const items = (property.items ?? choices(property).find((one) => one.items)?.items) as
      JsonSchema | undefined;
    const inner = items ?? property;
    const given = right[name] ?? least(property);
    const [first] = items ? (given as unknown[]) : [given];
    if (typeof first !== 'object' || first === null) continue;
    const outer = (changed: Json): Json => ({ ...right, [name]: items ? [changed] : changed });
    for (const changed of variants(inner, first as Json, (value) => takes(outer(value)), levels - 1))
      yield outer(changed);
  }
}

interface Wrong {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly status: number;
}

/** The text with the places that are known; keys that nothing has stand for the others. */
function filled(text: string): string {
  return text.replaceAll(/\{(\w+)\}/g, (_all, name: string) => places[name] ?? '1');
}

/** How many values are tried in each place. */
const OF_A_KIND = Number(process.env.COUNTERSIGN_REFUSED_VALUES ?? '1');

const FILES = { 'one-job.bpmn': ONE_JOB, 'one-task.bpmn': ONE_TASK, 'decision.form': DECISION_FORM };

function wrongBodies({ method, path, operationId }: PlacedOperation): Wrong[] {
  const body = bodyOf(operationId);
  if (!body) return [];
  const at = { method, path: filled(path) };
  const right = least(body.schema) as Json;
  if (!body.takes(right)) throw new Error(`${operationId} takes no ${JSON.stringify(right)}`);
  const extra = { ...right, __extraField: 'unexpected' };
  const broken = variants(body.schema, right, body.takes);
  return [[], 42, 'x', true, extra, ...broken].map((value) => ({ ...at, body: value, status: 400 }));
}

async function complaint({ method, path, body, status }: Wrong): Promise<string | null> {
  const response = await fetch(server.url + path, {
    method,
    ...(body !== undefined && {
      body: JSON.stringify(body),
      headers: { 'Content-Type': 'application/json' },
    }),
  });
  const text = await response.text();
  // Shed, because other tests have the machine: asked again, as it says.
  if (response.status === 503 && response.headers.has('retry-after'))
    return complaint({ method, path, body, status });
  if (response.status === status) return null;
  return `${method} ${path} ${(JSON.stringify(body) as string | undefined)?.slice(0, 200) ?? ''}: ${response.status}, not ${status}: ${text.slice(0, 150)}`;
}

async function complaints(wrong: readonly Wrong[]): Promise<string[]> {
  const found: string[] = [];
  for (let at = 0; at < wrong.length; at += 16) {
    const texts = await Promise.all(wrong.slice(at, at + 16).map(complaint));
    found.push(...texts.filter((text) => text !== null));
  }
  return found;
}

const post = async (path: string, body: unknown = {}): Promise<Item> => {
  const headers = { 'Content-Type': 'application/json' };
  const response = await fetch(`${server.url}/v2${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path}: ${text}`);
  return (text === '' ? {} : JSON.parse(text)) as Item;
};
const create = (processDefinitionId: string) => post('/process-instances', { processDefinitionId });
const first = async (path: string, filter: Json): Promise<Item> => {
  const { items } = (await post(`${path}/search`, { filter })) as unknown as { items: Item[] };
  return items[0];
};

/** What the places in the list stand for. */
async function setUp(): Promise<Readonly<Record<string, string>>> {
  const form = new FormData();
  for (const [name, xml] of Object.entries(FILES)) form.append('resources', new File([xml], name));
  await fetch(`${server.url}/v2/deployments`, { method: 'POST', body: form });
  const lease = async () => {
    await create('one-job');
    const asked = { type: 'work', timeout: 600_000, maxJobsToActivate: 1 };
    return ((await post('/jobs/activation', asked)) as unknown as { jobs: Item[] }).jobs[0].jobKey;
  };
  const [failed, thrown] = [await lease(), await lease()];
  await post(`/jobs/${failed}/failure`, { retries: 0, errorMessage: 'no' });
  await post(`/jobs/${thrown}/error`, { errorCode: 'E' });
  const [running, ended] = [await create('one-job'), await create('one-job')];
  const { batchOperationKey } = await post('/process-instances/cancellation', {
    filter: { processInstanceKey: ended.processInstanceKey },
  });
  await server.runtime?.batchOperations.idle();
  const taskOf = async () =>
    first('/user-tasks', { processInstanceKey: (await create('one-task')).processInstanceKey });
  const [task, done] = [await taskOf(), await taskOf()];
  await post(`/user-tasks/${done.userTaskKey}/completion`);
  for (const name of ['group', 'role', 'tenant'])
    await post(`/${name}s`, { [`${name}Id`]: 'some', name: 'Some' });
  return {
    groupId: 'some',
    roleId: 'some',
    tenantId: 'some',
    failed,
    thrown,
    incident: (await first('/incidents', { jobKey: failed })).incidentKey,
    running: running.processInstanceKey,
    definition: running.processDefinitionKey,
    ended: ended.processInstanceKey,
    over: batchOperationKey,
    task: task.userTaskKey,
    done: done.userTaskKey,
    userTaskKey: task.userTaskKey,
    processInstanceKey: running.processInstanceKey,
    elementInstanceKey: task.elementInstanceKey,
  };
}

describe('a request that breaks the description of the reference', () => {
  it('is refused with 400', async () => {
    const wrong = operations.flatMap(wrongBodies);
    const found = await complaints(wrong);
    expect(wrong.length).toBeGreaterThan(1_000);
    expect(found).toEqual([]);
  });
});

describe('a request that the reference refuses', () => {
  it('is refused with the same status', async () => {
    const wrong = REFUSED.map(({ request, body, status }) => {
      const [method, path] = filled(request).split(' ');
      const given: unknown = body === undefined ? undefined : JSON.parse(filled(JSON.stringify(body)));
      return { method, path: `/v2${path}`, body: given, status };
    });
    expect(wrong.length).toBeGreaterThan(500);
    expect(await complaints(wrong)).toEqual([]);
  });

  it('is refused where its body is no JSON', async () => {
    const send = async (type: string, body: string) => {
      const headers = { 'Content-Type': type };
      return (await fetch(`${server.url}/v2/conditionals/evaluation`, { method: 'POST', headers, body }))
        .status;
    };
    expect(await send('application/json', '{invalid json')).toBe(400);
    expect(await send('text/plain', 'plain text')).toBe(415);
  });
});
