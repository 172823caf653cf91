/** Health, figures and log of a real server. */
import { DatabaseSync } from '@photostructure/sqlite';
import { afterEach, describe, expect, it } from 'vitest';
import { ProcessDefinitionId } from '@camunda8/orchestration-cluster-api';
import { codeWords, readPage, section, tableRows } from '../docs/pages.js';
import { createClient, startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { ONE_JOB } from './models.js';

let server: TestServer;

afterEach(() => server.close());

async function scrape(): Promise<string> {
  const response = await fetch(`${server.url}/metrics`);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4');
  return response.text();
}

/** The value of one line, by its name with labels. */
function valueOf(text: string, line: string): number {
  const found = text.split('\n').find((candidate) => candidate.startsWith(`${line} `));
  return Number(found?.slice(line.length + 1) ?? NaN);
}

/** Runs one instance to its end and leaves another waiting for a worker. */
async function runSome(): Promise<void> {
  const client = createClient(server.url);
  await client.createDeployment({ resources: [new File([ONE_JOB], 'one-job.bpmn')] });
  const start = () =>
    client.createProcessInstance({
      processDefinitionId: ProcessDefinitionId.assumeExists('one-job'),
      variables: { iban: 'DE02120300000000202051' },
    });
  await start();
  const { jobs } = await client.activateJobs({
    type: 'work',
    worker: 'w',
    timeout: 60_000,
    maxJobsToActivate: 1,
  });
  await client.completeJob({ jobKey: jobs[0].jobKey });
  await client.completeJob({ jobKey: jobs[0].jobKey }).catch(() => undefined);
  await start();
}

describe('/metrics', () => {
  it('prints the figures that the page lists, and no other of ours', async () => {
    server = await startServer();
    await runSome();
    const printed = [...(await scrape()).matchAll(/^# TYPE (countersign_\w+) (\w+)$/gm)].map(
      ([, name, kind]) => [name, kind],
    );
    const listed = tableRows(section(readPage('docs/observability.md'), '## Figures')).map(([name, kind]) => [
      codeWords(name)[0],
      kind,
    ]);
    expect(printed.sort()).toEqual(listed.sort());
  });

  it('gives the names of counters to counters alone, as promtool asks for', async () => {
    server = await startServer();
    const text = await scrape();
    const kinds = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, kind]) => ({ name, kind }));
    expect(kinds.length).toBeGreaterThan(30);
    expect(kinds.filter(({ name, kind }) => name.endsWith('_total') !== (kind === 'counter'))).toEqual([]);
  });

  it('has the labels that the page lists', async () => {
    server = await startServer();
    await runSome();
    const text = await scrape();
    for (const [cell, , labels] of tableRows(section(readPage('docs/observability.md'), '## Figures'))) {
      const name = codeWords(cell)[0];
      const line = text.split('\n').find((candidate) => new RegExp(`^${name}(_bucket)?\\{`).test(candidate));
      const found = [...(line ?? '').matchAll(/(\w+)="/g)]
        .map(([, label]) => label)
        .filter((label) => label !== 'le');
      if (line !== undefined) expect(found.sort(), name).toEqual(codeWords(labels).sort());
    }
  });

  it('counts what happened and what waits', async () => {
    server = await startServer();
    await scrape();
    await runSome();
    const text = await scrape();
    expect(valueOf(text, 'countersign_commands_total{command="create instance",outcome="ok"}')).toBe(2);
    expect(valueOf(text, 'countersign_commands_total{command="complete job",outcome="ok"}')).toBe(1);
    expect(valueOf(text, 'countersign_jobs{type="work",state="available"}')).toBe(1);
    expect(valueOf(text, 'countersign_jobs{type="work",state="held"}')).toBe(0);
    expect(valueOf(text, 'countersign_incidents')).toBe(0);
    expect(valueOf(text, 'countersign_commit_duration_seconds_count')).toBeGreaterThanOrEqual(4);
    expect(valueOf(text, 'countersign_database_bytes')).toBeGreaterThan(100_000);
    const completion = 'method="POST",route="/v2/jobs/:jobKey/completion"';
    expect(valueOf(text, `countersign_http_request_duration_seconds_count{${completion},status="204"}`)).toBe(
      1,
    );
    expect(text).not.toContain('DE02120300000000202051');
  });

  it('does not grow with addresses that nobody serves, or methods that nobody knows', async () => {
    server = await startServer();
    await scrape();
    for (const path of ['/a', '/b', '/v2/none/1', '/api/none/2']) await fetch(`${server.url}${path}`);
    await fetch(`${server.url}/v2/x`, { method: 'BREW' }).catch(() => undefined);
    const routes = new Set([...(await scrape()).matchAll(/route="([^"]*)"/g)].map(([, route]) => route));
    // The web app answers addresses that look like its pages, where it is built.
    expect([...routes].filter((route) => route !== 'page').sort()).toEqual(['/metrics', 'none']);
  });
});

describe('health', () => {
  it('is live and ready', async () => {
    server = await startServer();
    expect(await (await fetch(`${server.url}/health/live`)).json()).toMatchObject({ status: 'up' });
    const ready = await fetch(`${server.url}/health/ready`);
    expect([ready.status, await ready.json()]).toEqual([200, { ready: true }]);
  });

  it('says that the tree of the audit trail does not grow, until it does', { timeout: 40_000 }, async () => {
    server = await startServer();
    const { url, database } = server;
    const ready = async (): Promise<unknown> => (await fetch(`${url}/health/ready`)).json();
    const put = (path: string, body: object, method = 'POST') =>
      fetch(url + path, {
        method,
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      });
    const other = new DatabaseSync(database);
    other.exec(
      `create trigger standing before insert on audit_checkpoint begin select raise(abort, 'no more'); end`,
    );
    await put('/v2/messages/publication', { name: 'm', correlationKey: 'k', timeToLive: 3_600_000 });
    await put('/v2/clock', { timestamp: Date.now() + 60_000 }, 'PUT');
    const standing = { ready: true, degraded: expect.stringContaining('audit trail') as unknown };
    await expect.poll(ready, { timeout: 10_000 }).toEqual(standing);
    other.exec('drop trigger standing');
    await expect.poll(ready, { timeout: 30_000 }).toEqual({ ready: true });
    other.close();
  });

  it('is not ready while the database cannot be written, and says why', async () => {
    server = await startServer();
    const other = new DatabaseSync(server.database);
    other.exec('begin immediate');
    const ready = await fetch(`${server.url}/health/ready`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toEqual({
      ready: false,
      reason: expect.stringContaining('database is locked') as unknown,
    });
    expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
    other.exec('rollback');
    other.close();
  });
});
