/**
 * SIGTERM with everything in hand that can be: open streams, waiting polls, a caller that waits for an
 * instance, idle connections, and starts on their way. The server answers what it has taken, exits by itself
 * and in time, and what it answered is there at the next start.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkJournal } from '../../server/store/check-journal.js';
import { openJobStream } from '../support/job-stream.js';
import { startServer } from '../support/server.js';
import { ONE_JOB } from '../server/models.js';

const built = existsSync(fileURLToPath(new URL('../../server/dist/cli/main.js', import.meta.url)));
if (!built) console.log('The server has not been built (npm run build): the test of its end is skipped.');

/** Milliseconds an operator gives a program before it is killed: what a shutdown must not need. */
const PATIENCE = 10_000;

let folder: string;
let database: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-shutdown-'));
  database = join(folder, 'test.db');
});

afterEach(() => rm(folder, { recursive: true }));

const agent = new Agent({ keepAlive: true, maxSockets: 100 });

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** A request as a client with kept connections sends it; null where the server was gone before it answered. */
function post(url: string, path: string, body: object): Promise<Answer | null> {
  return new Promise((resolve) => {
    const sent = request(`${url}${path}`, {
      method: 'POST',
      agent,
      headers: { 'Content-Type': 'application/json' },
    });
    sent.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => (text += part));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
      response.on('error', () => resolve(null));
    });
    sent.on('error', () => resolve(null));
    sent.end(JSON.stringify(body));
  });
}

describe.skipIf(!built)('SIGTERM', () => {
  it('is followed by every answer, an end in time, and nothing lost', async () => {
    const server = await startServer({ process: true, database });
    const { url } = server;
    const form = new FormData();
    form.append('resources', new Blob([ONE_JOB]), 'one-job.bpmn');
    expect((await fetch(`${url}/v2/deployments`, { method: 'POST', body: form })).status).toBe(200);

    const streams = await Promise.all([1, 2, 3].map(() => fetch(`${url}/api/live`)));
    const demand = { type: 'nothing', worker: 'w', timeout: 60_000, capacity: 5 };
    const jobs = await openJobStream(url, demand);
    const polls = [1, 2, 3].map((number) =>
      post(url, '/v2/jobs/activation', {
        type: `nothing-${String(number)}`,
        worker: 'w',
        timeout: 60_000,
        maxJobsToActivate: 1,
        requestTimeout: 120_000,
      }),
    );
    const awaited = post(url, '/v2/process-instances', {
      processDefinitionId: 'one-job',
      awaitCompletion: true,
      requestTimeout: 120_000,
    });
    // Somebody who connected and never says anything.
    const silent = connect(Number(new URL(url).port), '127.0.0.1');
    await new Promise((resolve) => silent.once('connect', resolve));

    const started: string[] = [];
    let answered = 0;
    const caller = async (): Promise<void> => {
      for (;;) {
        const answer = await post(url, '/v2/process-instances', { processDefinitionId: 'one-job' });
        if (answer?.status !== 200) return;
        answered += 1;
        started.push((JSON.parse(answer.body) as { processInstanceKey: string }).processInstanceKey);
        if (answered === 50) server.child?.kill('SIGTERM');
      }
    };
    const exited = new Promise<number | null>((resolve) => server.child?.once('exit', resolve));
    const load = Promise.all(Array.from({ length: 20 }, caller));
    await new Promise<void>((resolve) => {
      server.child?.stdout?.on('data', (text: Buffer) => {
        if (text.toString().includes('SIGTERM')) resolve();
      });
    });
    const told = performance.now();
    expect(await exited).toBe(0);
    expect(performance.now() - told).toBeLessThan(PATIENCE);
    await load;
    silent.destroy();

    for (const stream of streams) expect(await stream.text()).toContain(': listening');
    expect(await jobs.ended).toBe('clean');
    for (const poll of polls) expect(await poll).toEqual({ status: 200, body: '{"jobs":[]}' });
    const waited = await awaited;
    expect([503, 504]).toContain(waited?.status);

    expect((await checkJournal(database)).differences).toEqual([]);
    const next = await startServer({ database });
    for (const key of started) {
      expect((await fetch(`${next.url}/v2/process-instances/${key}`)).status, key).toBe(200);
    }
    await next.close();
  });

  it('twice ends at once', async () => {
    const server = await startServer({ process: true, database });
    const exited = new Promise<number | null>((resolve) => server.child?.once('exit', resolve));
    const stream = await fetch(`${server.url}/api/live`);
    await new Promise<void>((resolve) => {
      server.child?.stdout?.on('data', (text: Buffer) => {
        if (text.toString().includes('SIGTERM')) resolve();
      });
      server.child?.kill('SIGTERM');
    });
    server.child?.kill('SIGTERM');
    expect([0, 1]).toContain(await exited);
    await stream.text().catch(() => undefined);
  });
});
