/** The command line against a real server, over HTTP as somebody's terminal would. */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../../server/cli/program.js';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { ONE_JOB, ONE_TASK, DECISION_FORM } from './models.js';

let server: TestServer;
let folder: string;

beforeAll(async () => {
  server = await startServer();
  folder = await mkdtemp(join(tmpdir(), 'countersign-cli-'));
});

afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

/** Runs a command line; the server is named by the environment. */
async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return runWith({ COUNTERSIGN_SERVER: server.url }, ...args);
}

async function runWith(environment: Record<string, string>, ...args: string[]) {
  let out = '';
  let err = '';
  const code = await runProgram(args, {
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    environment,
    isWatched: false,
    readInput: () => Promise.resolve('{"from": "input"}'),
  });
  return { code, out, err };
}

async function runJson<Answer>(...args: string[]): Promise<Answer> {
  const { code, out, err } = await run(...args, '--json');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return JSON.parse(out) as Answer;
}

describe('countersign', () => {
  it('deploys, runs, works a job off and waits for the end', async () => {
    const file = join(folder, 'one-job.bpmn');
    await writeFile(file, ONE_JOB);
    const deployed = await run('deploy', file);
    expect(deployed.code).toBe(0);
    expect(deployed.out).toMatch(/process +one-job +1 +\d+ +one-job\.bpmn/);

    const { processInstanceKey } = await runJson<{ processInstanceKey: string }>(
      'run',
      'one-job',
      '--variables',
      '-',
      '--business-id',
      'order-7',
    );
    const listed = await run('instances', '--business-id', 'order-7');
    expect(listed.out).toMatch(new RegExp(`${processInstanceKey} +one-job +1 +ACTIVE`));
    const shown = await run('instances', 'show', processInstanceKey);
    expect(shown.out).toContain('work (SERVICE_TASK)');
    expect(shown.out).toContain('from = "input"');

    const { items } = await runJson<{ items: { jobKey: string }[] }>(
      'jobs',
      '--instance',
      processInstanceKey,
    );
    const failed = await run('jobs', 'fail', items[0].jobKey, '--message', 'out of paper');
    expect(failed.out).toContain('has 0 retries');
    const incidents = await runJson<{ items: { incidentKey: string }[] }>(
      'incidents',
      '--instance',
      processInstanceKey,
    );
    expect((await run('incidents')).out).toContain('out of paper');
    expect((await run('jobs', 'retry', items[0].jobKey, '--retries', '2')).code).toBe(0);
    expect((await run('incidents', 'resolve', incidents.items[0].incidentKey)).code).toBe(0);
    expect((await run('jobs', 'complete', items[0].jobKey, '--variables', '{"done": true}')).code).toBe(0);
    expect((await run('instances', '--state', 'completed')).out).toContain(processInstanceKey);
  });

  it('keeps whole numbers of 64 bits in what is typed and shown', async () => {
    const file = join(folder, 'one-job.bpmn');
    await writeFile(file, ONE_JOB);
    expect((await run('deploy', file)).code).toBe(0);
    const order = '{"orderId":9007199254740993,"list":[{"id":-9223372036854775808}]}';
    const { processInstanceKey } = await runJson<{ processInstanceKey: string }>(
      'run',
      'one-job',
      '--variables',
      order,
    );
    const { items } = await runJson<{ items: { jobKey: string }[] }>(
      'jobs',
      '--instance',
      processInstanceKey,
    );
    const answer = join(folder, 'answer.json');
    await writeFile(answer, '{"answer": 9223372036854775807}');
    expect((await run('jobs', 'complete', items[0].jobKey, '--variables', `@${answer}`)).code).toBe(0);
    const shown = (await run('instances', 'show', processInstanceKey)).out;
    expect(shown).toContain('orderId = 9007199254740993');
    expect(shown).toContain('answer = 9223372036854775807');
    expect(shown).toContain('-9223372036854775808');
    const trail = await run('audit', '--instance', processInstanceKey, '--json');
    expect(trail.out).toContain('"value": 9007199254740993');
    const waiting = run('run', 'one-job', '--variables', order, '--wait', '--json');
    const worker = { type: 'work', worker: 'w', timeoutMs: 60_000, maxJobs: 1 };
    const [{ jobKey }] = (await server.runtime?.activateJobs(worker)) ?? [];
    await server.runtime?.execute({ type: 'complete job', jobKey, variables: {} }, 'worker:w');
    expect((await waiting).out).toContain('"orderId": 9007199254740993');
    const refused = await run('run', 'one-job', '--variables', '{"orderId":9223372036854775808}');
    expect(refused.code).toBe(1);
    expect(refused.err).toContain('orderId: is a whole number beyond 64 bits');
  });

  it('waits for an instance, and says by its exit code how it went', async () => {
    const waiting = run('run', 'one-job', '--wait', '--json');
    await server.runtime
      ?.activateJobs({ type: 'work', worker: 'w', timeoutMs: 60_000, maxJobs: 1 })
      .then(([{ jobKey }]) =>
        server.runtime?.execute({ type: 'complete job', jobKey, variables: { answer: 42 } }, 'worker:w'),
      );
    const { code, out } = await waiting;
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ state: 'COMPLETED', variables: { answer: 42 } });

    const stuck = run('run', 'one-job', '--wait', '--json');
    await server.runtime
      ?.activateJobs({ type: 'work', worker: 'w', timeoutMs: 60_000, maxJobs: 1 })
      .then(([{ jobKey }]) =>
        server.runtime?.execute(
          { type: 'fail job', jobKey, retries: 0, errorMessage: 'no', retryBackOff: 0, variables: {} },
          'worker:w',
        ),
      );
    expect((await stuck).code).toBe(5);
    expect((await run('run', 'one-job', '--wait', '--timeout', '1')).code).toBe(4);
  });

  it('assigns and completes a user task', async () => {
    const model = join(folder, 'one-task.bpmn');
    const form = join(folder, 'decision.form');
    await writeFile(model, ONE_TASK);
    await writeFile(form, DECISION_FORM);
    expect((await run('deploy', model, form)).code).toBe(0);
    const { processInstanceKey } = await runJson<{ processInstanceKey: string }>('run', 'one-task');
    const { items } = await runJson<{ items: { userTaskKey: string }[] }>(
      'tasks',
      '--instance',
      processInstanceKey,
    );
    const key = items[0].userTaskKey;
    expect((await run('tasks', '--group', 'accounting')).out).toContain(key);
    expect((await run('tasks', 'assign', key, 'mary')).code).toBe(0);
    expect((await run('tasks', 'show', key)).out).toMatch(/assignee +mary/);
    expect((await run('tasks', 'complete', key)).code).toBe(0);
    expect((await run('tasks', 'complete', key)).code).toBe(1);
  });

  it('lists and exports the audit trail, and never over a file that is there', async () => {
    expect((await run('audit', '--type', 'job created', '--limit', '1')).out).toContain('job created');
    expect((await run('audit', '--process', 'one-job', '--by', 'human', '--limit', '5')).code).toBe(0);
    expect((await run('audit', '--by', 'nobody')).err).toContain('doneBy');
    const out = join(folder, 'audit.jsonl');
    const { bytes } = await runJson<{ bytes: number }>('audit', 'export', '--format', 'jsonl', '--out', out);
    const content = await readFile(out, 'utf8');
    expect(Buffer.byteLength(content)).toBe(bytes);
    expect(content).toContain('"element completed"');
    for (const wrong of [
      ['--version', '1'],
      ['--from', '2026-02-30'],
      ['--actor', ''],
    ]) {
      for (const command of ['export', 'bundle']) {
        const refused = await run('audit', command, '--out', join(folder, 'refused'), ...wrong);
        expect([command, refused.code, refused.err]).toEqual([
          command,
          1,
          expect.stringMatching(/give processDefinitionId|does not|must not be empty/),
        ]);
        expect(existsSync(join(folder, 'refused'))).toBe(false);
      }
      expect((await run('audit', 'list', ...wrong)).code).toBe(1);
    }
    const again = await run('audit', 'export', '--out', out);
    expect(again.code).toBe(1);
    expect(await readFile(out, 'utf8')).toBe(content);
  });

  it("takes a bundle that verifies by the log's key, also after the key was changed", async () => {
    const rotated = await runJson<{ key: string }>('audit', 'rotate-key');
    await run('run', 'one-job');
    const out = join(folder, 'trail.zip');
    expect(await run('audit', 'bundle', '--out', out)).toMatchObject({ code: 0 });
    const verified = await run('verify', out, '--key', rotated.key);
    expect(verified.out).toContain('is genuine');
    expect(verified.code).toBe(0);
    const bytes = await readFile(out);
    bytes[Math.floor(bytes.length / 2)] ^= 1;
    await writeFile(out, bytes);
    expect((await run('verify', out, '--key', rotated.key)).code).not.toBe(0);
  });

  it('replays an instance up to a position', async () => {
    const { items } = await runJson<{ items: { processInstanceKey: string }[] }>(
      'instances',
      '--business-id',
      'order-7',
    );
    const { processInstanceKey } = items[0];
    const rows = await runJson<{ items: { position: number; type: string }[] }>(
      'audit',
      '--instance',
      processInstanceKey,
    );
    const created = rows.items.find(({ type }) => type === 'job created');
    const past = await run('replay', processInstanceKey, '--at', String(created?.position));
    expect(past.code).toBe(0);
    expect(past.out).toMatch(/state +ACTIVE/);
    expect(past.out).toMatch(/^work +\d+/m);
    expect((await run('replay', processInstanceKey)).out).toMatch(/state +ENDED/);
    expect((await run('replay', '999999999')).code).toBe(1);
  });

  it('says what is wrong with a file without deploying it', async () => {
    const file = join(folder, 'broken.bpmn');
    await writeFile(file, ONE_JOB.replace('targetRef="work"', 'targetRef="nowhere"'));
    const { code, out } = await run('deploy', '--check', file);
    expect(code).toBe(1);
    expect(out).toContain('nowhere');
  });

  it('ends with 2 when it is used wrongly, and suggests the nearest', async () => {
    const unknown = await run('instancs');
    expect(unknown.code).toBe(2);
    expect(unknown.err).toContain("unknown command 'instancs'");
    expect(unknown.err).toContain('Did you mean instances?');
    expect((await run('jobs', '--stat', 'x')).err).toContain('Did you mean --state?');
    expect((await run('run')).code).toBe(2);
    expect((await run('run', 'one-job', '--variables', '[1]')).err).toContain('must be a JSON object');
    expect((await run('instances', 'show', '../../api')).err).toContain('is no key');
    expect((await run('instances', '--limit', '0')).code).toBe(2);
    expect((await run('instances', '--server', 'ftp://x')).code).toBe(2);
    expect((await run('help')).code).toBe(0);
  });

  it('ends with 3 when no server answers, and with 1 when it refuses', async () => {
    const away = await runWith({ COUNTERSIGN_SERVER: 'http://127.0.0.1:9' }, 'jobs');
    expect(away.code).toBe(3);
    expect(away.err).toContain('No server answers at http://127.0.0.1:9');
    const refused = await run('run', 'no-such-process');
    expect(refused.code).toBe(1);
    expect(refused.err).toContain('no-such-process');
  });
});

describe('countersign erase and holds', () => {
  const ground = ['--ground', 'GDPR article 17 (1) b', '--reason', 'asked for'];

  async function answering(answer: string, ...args: string[]) {
    let out = '';
    let err = '';
    const code = await runProgram(args, {
      out: (text) => void (out += text),
      err: (text) => void (err += text),
      environment: { COUNTERSIGN_SERVER: server.url },
      isWatched: false,
      readInput: () => Promise.resolve(''),
      ask(question) {
        err += question;
        return Promise.resolve(answer);
      },
    });
    return { code, out, err };
  }

  async function start(variables: object): Promise<string> {
    const created = await server.runtime?.createInstance(
      { processId: 'one-job', variables: variables as Record<string, string> },
      'client:test',
    );
    if (!created?.ok) throw new Error('not created');
    return String(created.processInstanceKey);
  }

  it('shows what would go, and erases once somebody typed the word', async () => {
    const file = join(folder, 'erase.bpmn');
    await writeFile(file, ONE_JOB);
    await run('deploy', file);
    const key = await start({ street: 'Elbchaussee 17' });
    await run('instances', 'cancel', key);
    const values = join(folder, 'values.txt');
    await writeFile(values, 'Elbchaussee 17\n\n');
    const erase = ['erase', '--values-from', values, ...ground];

    const planned = await run(...erase, '--dry-run');
    expect(planned).toMatchObject({ code: 0, err: '' });
    expect(planned.out).toMatch(/rows of the audit trail +1\n/);
    expect(await run(...erase)).toMatchObject({
      code: 2,
      err: expect.stringContaining('Add --yes') as string,
    });
    const doubted = await answering('no', ...erase);
    expect(doubted).toMatchObject({ code: 1, err: expect.stringContaining('Nothing was erased') as string });
    expect((await run('instances', 'show', key)).out).toContain('Elbchaussee 17');

    const certificate = join(folder, 'certificate.json');
    const done = await answering('erase', ...erase, '--certificate', certificate);
    expect(done.code).toBe(0);
    expect(done.out).toContain('Erased: contents of 1 rows.');
    expect(JSON.parse(await readFile(certificate, 'utf8'))).toMatchObject({
      certificate: { legalGround: 'GDPR article 17 (1) b' },
      note: expect.stringContaining('countersign erasure certificate v1') as string,
    });
    expect((await run('instances', 'show', key)).out).not.toContain('Elbchaussee 17');
    const again = await run(...erase, '--yes', '--certificate', certificate);
    expect(again).toMatchObject({ code: 1, err: expect.stringContaining('cannot be written') as string });
  });

  it('refuses what runs or is held, and says why; holds are set, listed and lifted', async () => {
    const key = await start({ street: 'Deichstraße 3' });
    const erase = ['erase', '--instance', key, ...ground, '--yes'];
    const running = await run(...erase);
    expect(running).toMatchObject({ code: 1, err: expect.stringContaining('still run') as string });
    const set = await runJson<{ key: string }>('holds', 'set', '--instance', key, '--reason', 'case 12');
    const held = await run(...erase, '--include-running');
    expect(held).toMatchObject({ code: 1, err: expect.stringContaining('case 12') as string });
    expect((await run('holds')).out).toContain('case 12');
    expect((await run('holds', 'lift', set.key)).out).toBe(`The hold ${set.key} is lifted.\n`);
    expect((await run('holds')).out).not.toContain('case 12');
    expect((await run('holds', '--all')).out).toContain('case 12');
    expect((await run('holds', 'set', '--reason', 'none')).code).toBe(2);
    const done = await runJson<{ certificate: { rows: unknown[] } }>(...erase, '--include-running');
    expect(done.certificate.rows).toHaveLength(1);
  });
});
