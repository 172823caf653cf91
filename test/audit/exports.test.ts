/** Exports of the audit trail: each format has the same rows, says them as its standard wants, and is itself recorded. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import type { JsonObject } from '@countersign/engine';
import { compileSchema } from '../../server/agents/json-validation.js';
import { HOSTILE, basic, startExampleTrail } from './example-trail.js';
import type { ExampleTrail } from './example-trail.js';

type Json = Record<string, unknown>;
let trail: ExampleTrail;

beforeAll(async () => {
  trail = await startExampleTrail();
});
afterAll(() => trail.server.close());

async function exported(query: string): Promise<string> {
  const response = await trail.get(`/api/audit/exports?${query}`);
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer()).toString();
}

function linesOf(text: string): Json[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Json);
}

/** The rows of the journal as the list of the web app has them. */
async function listed(query: string): Promise<Json[]> {
  const { body } = await trail.call('GET', `/api/audit?limit=1000&${query}`);
  return body.items as Json[];
}

function schema(name: string): JsonObject {
  return JSON.parse(readFileSync(new URL(`schemas/${name}.json`, import.meta.url), 'utf8')) as JsonObject;
}

/** What is wrong with values by a JSON schema; empty texts where they fit. */
async function findings(name: string, ...values: unknown[]): Promise<string> {
  const compiled = await compileSchema(schema(name));
  if (!compiled.ok) throw new Error(compiled.reason);
  return values.map(compiled.validate).join('');
}

describe('the filter', () => {
  const types = (rows: Json[]): string[] => [...new Set(rows.map(({ type }) => String(type)))];

  it('finds rows by process and version, with the instances that were called', async () => {
    const rows = await listed('processDefinitionId=check-order');
    expect(rows.length).toBeGreaterThan(9);
    expect(new Set(rows.map(({ rootProcessInstanceKey }) => rootProcessInstanceKey))).toEqual(
      new Set([trail.approved, trail.refused, trail.waiting]),
    );
    expect(await listed('processDefinitionId=check-order&version=1')).toEqual(rows);
    expect(await listed('processDefinitionId=check-order&version=2')).toEqual([]);
  });

  it('finds what people decided', async () => {
    const approved = await listed('outcome=approved');
    expect(approved.map(({ processInstanceKey }) => processInstanceKey)).toEqual([trail.approved]);
    const refused = await listed('outcome=refused&doneBy=human');
    expect(refused.map(({ processInstanceKey }) => processInstanceKey)).toEqual([trail.refused]);
    expect(await listed('outcome=refused&type=flow%20taken')).toEqual([]);
  });

  it('tells people from systems', async () => {
    const human = await listed('doneBy=human&actor=user:mia');
    expect(types(human)).toContain('user task completed');
    const system = await listed('doneBy=system');
    expect(system.filter(({ actor }) => String(actor).startsWith('user:'))).toEqual([]);
    expect(await listed('doneBy=ai')).toEqual([]);
    const all = await listed('');
    expect((await listed('doneBy=human')).length + system.length).toBe(all.length);
  });

  it.each([
    ['format', 'format=doc'],
    ['from', 'from=yesterday'],
    ['outcome', 'outcome=maybe'],
    ['doneBy', 'doneBy=nobody'],
    ['version', 'version=latest'],
    ['processInstanceKey', 'processInstanceKey=abc'],
  ])('refuses a wrong %s and names it', async (name, query) => {
    const { status, body } = await trail.call('GET', `/api/audit/exports?${query}`);
    expect(status).toBe(400);
    expect(body.detail).toContain(name);
  });
});

describe('CSV', () => {
  it('has the rows of the list, by RFC 4180, with nothing that a spreadsheet would run', async () => {
    const rows = await listed(`processInstanceKey=${trail.refused}`);
    const text = await exported(`format=csv&processInstanceKey=${trail.refused}`);
    expect(text).toMatch(/^\u{FEFF}position,/u);
    const records = parse<Record<string, string>>(text, {
      bom: true,
      columns: true,
      record_delimiter: '\r\n',
    });
    expect(records.map(({ position }) => Number(position))).toEqual(rows.map(({ position }) => position));
    expect(records.map(({ data }) => JSON.parse(data) as unknown)).toEqual(rows.map(({ data }) => data));
    const cells = parse(text, { bom: true }).flat();
    expect(cells.filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
  });
});

describe('JSON lines', () => {
  it('are the rows of the list', async () => {
    const rows = await listed(`processInstanceKey=${trail.approved}`);
    const lines = linesOf(await exported(`format=jsonl&processInstanceKey=${trail.approved}`));
    expect(lines).toMatchObject(rows);
    expect(JSON.stringify(lines)).toContain(JSON.stringify(HOSTILE).slice(1, -1));
  });

  it('have the leaf hash of each row, which anybody can compute (RFC 8785, RFC 6962)', async () => {
    const lines = linesOf(
      await exported(`format=jsonl&processInstanceKey=${trail.approved}&type=flow taken`),
    );
    expect(lines.length).toBeGreaterThan(2);
    for (const { leafHash, erased, rootProcessInstanceKey, position, ...row } of lines) {
      // A system's row without personal values is stored as it is given out, its actor apart.
      const stored = trail.server.runtime?.store.connection
        .prepare('select actor, commitment from audit where position = ?')
        .get(Number(position)) as { actor: string; commitment: null };
      const leaf: Json = { ...row, ...stored, position: String(position), rootKey: rootProcessInstanceKey };
      const sorted = Object.fromEntries(
        Object.entries(leaf).sort(([one], [other]) => (one < other ? -1 : 1)),
      );
      const hash = createHash('sha256').update('\u0000').update(JSON.stringify(sorted)).digest('hex');
      expect(leafHash).toBe(hash);
      expect(erased).toBe(false);
    }
  });

  it('are read from a JSON body as well', async () => {
    const response = await fetch(`${trail.server.url}/api/audit/exports`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ format: 'jsonl', type: ['user task completed'], outcome: 'approved' }),
    });
    expect(linesOf(await response.text())).toHaveLength(1);
  });
});

describe('a question that is not understood', () => {
  const WRONG = [
    [
      'processInstancekey=1',
      { processInstancekey: '1' },
      '"processInstancekey" is not known here; known are',
    ],
    ['version=1', { version: 1 }, 'is one of a process'],
    ['from=2026-02-30', { from: '2026-02-30' }, '2026-02-30 does not'],
    ['processInstanceKey=', { processInstanceKey: null }, 'must not be empty'],
    ['filter={}', { filter: {} }, '"filter" is not known here'],
    ['type=flow takn', { type: ['flow takn'] }, '"flow takn" is no kind of row'],
    ['type=,', { type: [] }, 'must not be empty'],
    ['from=2026-01-01T10:00:00%2B14:75', { from: '2026-01-01T10:00:00+14:75' }, 'with its zone'],
    ['version=1e1&processDefinitionId=a', { version: true, processDefinitionId: 'a' }, 'in digits'],
  ] as const;

  it.each(WRONG)('%s is refused by lists, exports, reports and bundles', async (query, body, words) => {
    const paths = [
      '/api/audit?',
      '/api/audit/exports?',
      '/api/audit/exports?report=approvals&',
      '/api/audit/bundle?',
    ];
    for (const path of paths) {
      const answer = await trail.get(`${path}${query}`, 'carlos');
      expect(answer.status, path).toBe(400);
      expect(await answer.text()).toContain(JSON.stringify(words).slice(1, -1));
    }
    const posted = await trail.call('POST', '/api/audit/exports', { format: 'csv', ...body }, 'carlos');
    expect(posted.status).toBe(400);
    expect(posted.body['detail']).toContain(words);
    const schedule = { name: 'x', cycle: 'R/P1D', filter: body };
    expect((await trail.call('POST', '/api/audit/schedules', schedule, 'carlos')).status).toBe(400);
  });

  it('is refused where its body is null, or a list', async () => {
    for (const body of ['null', '[]', '""']) {
      const headers = { 'Content-Type': 'application/json' };
      const path = `${trail.server.url}/api/audit/exports`;
      expect((await fetch(path, { method: 'POST', headers, body })).status, body).toBe(400);
    }
  });
});

describe('CloudEvents', () => {
  it('are valid one by one, in a batch and in lines', async () => {
    const batch = JSON.parse(await exported('format=cloudevents&elementId=approve')) as Json[];
    const rows = await listed('elementId=approve');
    expect(batch.map(({ id }) => Number(id))).toEqual(rows.map(({ position }) => position));
    expect(await findings('cloudevents', ...batch)).toBe('');
    expect(new Set(batch.map(({ type }) => type))).toContain('io.countersign.audit.user.task.completed');
    expect(linesOf(await exported('format=cloudevents-lines&elementId=approve'))).toEqual(batch);
  });

  it('and reports name the log, whatever host the caller asked for', async () => {
    const { body } = await trail.call('GET', '/api/audit/sequencer');
    const origin = String(body['origin']);
    const { hostname, port } = new URL(trail.server.url);
    const ask = async (query: string): Promise<string> => {
      const path = `/api/audit/exports?${query}`;
      const headers = { Host: `localhost:${port}`, Authorization: basic('carlos') };
      const answer = await new Promise<IncomingMessage>((resolve, reject) => {
        get({ hostname, port, path, headers }, resolve).on('error', reject);
      });
      return Buffer.concat((await answer.toArray()) as Buffer[]).toString('latin1');
    };
    const events = JSON.parse(await ask('format=cloudevents&elementId=approve')) as Json[];
    const source = `urn:countersign:audit:${origin.split('/')[1]}`;
    expect(new Set(events.map((event) => event['source']))).toEqual(new Set([source]));
    for (const query of ['format=xes', 'report=open-incidents&format=json']) {
      const text = await ask(query);
      expect(text).toContain(origin);
      expect(text).not.toContain(`localhost:${port}`);
    }
  });

  it('are an empty batch where nothing is found', async () => {
    expect(JSON.parse(await exported('format=cloudevents&actor=user:nobody'))).toEqual([]);
  });
});

describe('XES', () => {
  it('is valid by its schema and has a trace for each case', async () => {
    const contents = await exported('format=xes');
    const xsd = readFileSync(new URL('schemas/xes.xsd', import.meta.url), 'utf8');
    const { valid, errors } = await validateXML({
      xml: [{ fileName: 'log.xes', contents }],
      schema: [xsd],
    });
    expect(errors).toEqual([]);
    expect(valid).toBe(true);
    const traces = [...contents.matchAll(/<trace>\s*<string key="concept:name" value="(\d+)"/g)];
    expect(traces.map(([, key]) => key)).toEqual([trail.approved, trail.refused, trail.waiting]);
    const steps = [
      ...contents.matchAll(/concept:name" value="([^"]+)"\/>\s*<string key="concept:instance"/g),
    ];
    expect(new Set(steps.map(([, name]) => name))).toEqual(
      new Set([
        'Order came in',
        'Check it',
        'start',
        'Look at it',
        'end',
        'Approve order',
        'Shipped',
        'Declined',
      ]),
    );
  });

  it('is a valid empty log where nothing is found', async () => {
    const contents = await exported('format=xes&actor=user:nobody');
    const xsd = readFileSync(new URL('schemas/xes.xsd', import.meta.url), 'utf8');
    expect((await validateXML({ xml: [{ fileName: 'log.xes', contents }], schema: [xsd] })).errors).toEqual(
      [],
    );
  });
});

describe('OCEL', () => {
  interface Log {
    objects: { id: string; type: string; relationships: { objectId: string }[] }[];
    events: { id: string; type: string; relationships: { objectId: string }[] }[];
    objectTypes: { name: string }[];
    eventTypes: { name: string }[];
  }

  it.each(['', '&processDefinitionId=check-order', '&actor=user:mia', '&actor=user:nobody'])(
    'is valid by its schema and relates to what is in it (%s)',
    async (query) => {
      const log = JSON.parse(await exported(`format=ocel${query}`)) as Log;
      expect(await findings('ocel', log)).toBe('');
      const ids = log.objects.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      const related = [...log.objects, ...log.events].flatMap(({ relationships }) => relationships);
      expect(related.filter(({ objectId }) => !ids.includes(objectId))).toEqual([]);
      const named = (types: { name: string }[]): Set<string> => new Set(types.map(({ name }) => name));
      expect(log.objects.filter(({ type }) => !named(log.objectTypes).has(type))).toEqual([]);
      expect(log.events.filter(({ type }) => !named(log.eventTypes).has(type))).toEqual([]);
    },
  );

  it('has the events that the XES log has', async () => {
    const log = JSON.parse(await exported('format=ocel')) as Log;
    const xes = await exported('format=xes');
    expect(log.events).toHaveLength([...xes.matchAll(/<event>/g)].length);
    const types = new Set(log.events.map(({ type }) => type));
    expect([...types]).toEqual(expect.arrayContaining(['Approve order (complete)', 'Check it (start)']));
    expect(new Set(log.eventTypes.map(({ name }) => name))).toEqual(types);
  });
});

describe('an export', () => {
  it('is recorded: who took what, how many rows, and the hash of the file', async () => {
    const text = await exported(`format=csv&processInstanceKey=${trail.approved}&from=2020-01-01`);
    const rows = await listed('type=audit exported');
    expect(rows.at(-1)).toMatchObject({
      actor: 'user:demo',
      data: {
        format: 'csv',
        report: null,
        query: { processInstanceKey: trail.approved, from: '2020-01-01T00:00:00.000Z' },
        rows: parse(text).length - 1,
        bytes: Buffer.byteLength(text),
        sha256: createHash('sha256').update(text).digest('hex'),
        outcome: 'complete',
        schedule: null,
      },
    });
  });

  it('that the caller breaks off is recorded as such', async () => {
    // Longer than what the sockets between the two can hold, so that the server has to notice.
    const variables = Object.fromEntries(
      Array.from({ length: 400 }, (_, place) => [`v${place}`, 'x'.repeat(20_000)]),
    );
    for (let instances = 0; instances < 4; instances += 1) {
      await trail.call('POST', '/v2/process-instances', { processDefinitionId: 'order', variables });
    }
    const stop = new AbortController();
    const address = `${trail.server.url}/api/audit/exports?format=jsonl&processDefinitionId=order`;
    const response = await fetch(address, { signal: stop.signal });
    await response.body?.getReader().read();
    stop.abort();
    const recorded = async (): Promise<Json | undefined> => (await listed('type=audit exported')).at(-1);
    await expect.poll(recorded, { timeout: 10_000 }).toMatchObject({
      data: { outcome: 'interrupted', sha256: null, query: { processDefinitionId: 'order' } },
    });
  });

  it.each([
    ['carlos', 200],
    ['demo', 200],
    ['mary', 403],
  ])('is for auditors and administrators: %s gets %i', async (user, status) => {
    const response = await trail.get('/api/audit/exports?format=csv&actor=user:nobody', user);
    expect(response.status).toBe(status);
    if (status === 403) expect(await response.text()).toContain('auditor');
  });
});
