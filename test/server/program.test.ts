/** The program as an operator runs it: on the built files, in a process of its own. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ProcessDefinitionId } from '@camunda8/orchestration-cluster-api';
import { createClient, startServer } from '../support/server.js';
import { ONE_JOB } from './models.js';

const MAIN = fileURLToPath(new URL('../../server/dist/cli/main.js', import.meta.url));
const built = existsSync(MAIN);
if (!built)
  console.log('The server has not been built (npm run build): the tests of the program are skipped.');

/** Runs the program until it ends by itself. */
async function run(
  environment: Record<string, string>,
  ...args: string[]
): Promise<{ code: number | null; errors: string }> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (text: Buffer) => {
    errors += text.toString();
  });
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, errors })));
}

describe.skipIf(!built)('the program', () => {
  it('keeps everything over a stop and over a kill', async () => {
    const first = await startServer({ process: true });
    const client = createClient(first.url);
    await client.createDeployment({ resources: [new File([ONE_JOB], 'one-job.bpmn')] });
    const { processInstanceKey } = await client.createProcessInstance({
      processDefinitionId: ProcessDefinitionId.assumeExists('one-job'),
      variables: { a: 1 },
    });
    await first.kill();

    const second = await startServer({ process: true, database: first.database });
    const again = createClient(second.url);
    const { jobs } = await again.activateJobs({
      type: 'work',
      worker: 'w',
      timeout: 60_000,
      maxJobsToActivate: 1,
    });
    expect(jobs).toMatchObject([{ processInstanceKey, variables: { a: 1 } }]);
    await again.completeJob({ jobKey: jobs[0].jobKey });
    await second.close();
    expect(second.child?.exitCode).toBe(0);

    const third = await startServer({ process: true, database: first.database });
    const instance = await createClient(third.url).getProcessInstance(
      { processInstanceKey },
      { consistency: { waitUpToMs: 0 } },
    );
    expect(instance.state).toBe('COMPLETED');
    await third.close();
    await first.close();
  });

  it('ends open streams when it is told to stop', async () => {
    const server = await startServer({ process: true });
    const live = await fetch(`${server.url}/api/live`);
    const start = Date.now();
    await server.close();
    expect(Date.now() - start).toBeLessThan(10_000);
    expect(server.child?.exitCode).toBe(0);
    expect(await live.text()).toContain(': listening');
  });

  it.each([
    [{ PORT: 'eighty' }, 'PORT is "eighty"'],
    [{ HOST: '0.0.0.0' }, 'HOST is "0.0.0.0"'],
    [{ COUNTERSIGN_AUTH: 'none', HOST: 'example.org' }, 'COUNTERSIGN_AUTH=none'],
    [{ COUNTERSIGN_DATABASE_URL: 'postgres://db' }, 'PostgreSQL'],
    [{ COUNTERSIGN_DATABASE_URL: 'sqlite::memory:' }, 'Name a file'],
  ])('refuses the settings %j in words', async (environment, words) => {
    const { code, errors } = await run({ ...environment }, 'start');
    expect(code).toBe(2);
    expect(errors).toContain(words);
  });

  it('says what to do when its port is taken', async () => {
    const server = await startServer();
    const { port } = new URL(server.url);
    const folder = mkdtempSync(join(tmpdir(), 'countersign-'));
    const { code, errors } = await run({
      PORT: port,
      COUNTERSIGN_DATABASE_URL: `sqlite:${join(folder, 'port.db')}`,
      COUNTERSIGN_SAMPLES: 'none',
    });
    expect(code).toBe(1);
    expect(errors).toContain(`port ${port} of 127.0.0.1 is taken`);
    rmSync(folder, { recursive: true, force: true });
    await server.close();
  });

  it('tells its commands', async () => {
    const { code, errors } = await run({}, 'strat');
    expect(code).toBe(2);
    expect(errors).toContain("unknown command 'strat'");
  });
});
