/** The job workers of the documentation work as they stand there: each is written to a file, started, and does a job. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../architecture/sources.js';
import { createClient, startServer, type TestServer } from '../support/server.js';
import { codeBlocks, readPage, section } from './pages.js';

const MODEL = `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="greeting" targetNamespace="http://bpmn.io/schema/bpmn">
  <bpmn:process id="greeting-process" isExecutable="true">
    <bpmn:startEvent id="asked"><bpmn:outgoing>a</bpmn:outgoing></bpmn:startEvent>
    <bpmn:serviceTask id="greet">
      <bpmn:extensionElements><zeebe:taskDefinition type="greet" /></bpmn:extensionElements>
      <bpmn:incoming>a</bpmn:incoming><bpmn:outgoing>b</bpmn:outgoing>
    </bpmn:serviceTask>
    <bpmn:endEvent id="greeted"><bpmn:incoming>b</bpmn:incoming></bpmn:endEvent>
    <bpmn:sequenceFlow id="a" sourceRef="asked" targetRef="greet" />
    <bpmn:sequenceFlow id="b" sourceRef="greet" targetRef="greeted" />
  </bpmn:process>
</bpmn:definitions>`;

/** Inside the project, so that the worker finds the client as a program of the reader would. */
const folder = join(root, '.cache', 'worker-example');

const EXAMPLES = [
  ['README.md', '## Write a job worker'],
  ['docs/jobs.md', '## Pushed to a worker'],
] as const;

describe.each(EXAMPLES)('the worker in %s', (page, heading) => {
  let server: TestServer;
  let worker: ChildProcess | undefined;

  beforeAll(async () => {
    server = await startServer();
  });

  afterAll(async () => {
    worker?.kill();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('completes a job with what it computed', async () => {
    const [code] = codeBlocks(section(readPage(page), heading), 'js');
    expect(code).toContain('http://localhost:8080');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'worker.mjs'), code.replace('http://localhost:8080', server.url));
    worker = spawn(process.execPath, [join(folder, 'worker.mjs')], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });

    const client = createClient(server.url);
    await client.createDeployment({
      resources: [new File([MODEL], 'greeting.bpmn', { type: 'application/xml' })],
    });
    const request: unknown = {
      processDefinitionId: 'greeting-process',
      variables: { name: 'Ada' },
      awaitCompletion: true,
      requestTimeout: 20_000,
    };
    const { variables } = await client.createProcessInstance(
      request as Parameters<typeof client.createProcessInstance>[0],
    );
    expect(variables).toMatchObject({ greeting: 'Hello Ada' });
  });
});
