/** `POST /api/models/convert`: what the import in Design asks before it saves a file of Camunda 7. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { camunda7Process, readCamunda7 } from '../camunda7/files.js';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

async function post(path: string, body: object): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(server.url + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

async function deploy(name: string, content: string): Promise<{ status: number; text: string }> {
  const form = new FormData();
  form.append('resources', new File([content], name));
  const response = await fetch(`${server.url}/v2/deployments`, { method: 'POST', body: form });
  return { status: response.status, text: await response.text() };
}

describe('converting a file of Camunda 7', () => {
  it('gives a file that deploys where nothing is left to decide', async () => {
    const { status, body } = await post('/api/models/convert', { content: readCamunda7('claim') });
    expect(status).toBe(200);
    expect(body.counts).toMatchObject({ decide: 0 });
    expect((await deploy('claim.bpmn', String(body.content))).status).toBe(200);
  });

  it('names the element of everything that is left', async () => {
    const { body } = await post('/api/models/convert', {
      content: camunda7Process('<bpmn:startEvent id="s" camunda:initiator="x" />'),
    });
    expect(body.report).toMatchObject([
      { outcome: 'decide', elementId: 's', found: 'camunda:initiator', value: 'x' },
    ]);
  });

  it('refuses what is no BPMN', async () => {
    const { status, body } = await post('/api/models/convert', { content: 'hello' });
    expect(status).toBe(400);
    expect(body.detail).toContain('not a BPMN document');
    expect((await post('/api/models/convert', {})).status).toBe(400);
  });

  it('is told by a deployment that was not converted', async () => {
    const { status, text } = await deploy('claim.bpmn', readCamunda7('claim'));
    expect(status).toBe(400);
    expect(text).toContain('CAMUNDA_7_FILE');
    expect(text).toContain('countersign convert FILE');
  });
});
