/** The walk of the official Java client, against a server of this test: `npm run outside -- java-client` runs it. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DECISION_FORM, ONE_JOB, ONE_TASK } from '../../server/models.js';
import { startServer } from '../../support/server.js';

/** The client's files; without them, and Java, there is nothing to hold the server against. */
const LIBRARY = process.env.COUNTERSIGN_JAVA_CLIENT;
const CASE = join(import.meta.dirname, '..', '..', 'cases', 'business-rule-task', 'required-decision');

function java(args: readonly string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn('java', args);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (part: Buffer) => (output += part.toString()));
    }
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, output });
    });
  });
}

it.runIf(LIBRARY !== undefined)('the Java client finds, reads and does what it asks for', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-java-'));
  const server = await startServer();
  try {
    const files = {
      'decision.form': DECISION_FORM,
      'one-job.bpmn': ONE_JOB,
      'one-task.bpmn': ONE_TASK,
      'decision.dmn': readFileSync(join(CASE, 'decision.dmn'), 'utf8'),
      'decides.bpmn': readFileSync(join(CASE, 'process.bpmn'), 'utf8').replace('id="p"', 'id="decides"'),
    };
    const paths = Object.entries(files).map(([name, text]) => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    });
    const source = join(import.meta.dirname, 'Walk.java');
    const { code, output } = await java(['-cp', join(LIBRARY ?? '', '*'), source, server.url, ...paths]);
    expect(output).toMatch(/\d+ checks hold\./);
    expect(code).toBe(0);
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
