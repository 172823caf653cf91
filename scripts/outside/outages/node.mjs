/** A node under watch: its log, whether it lives, and how long `/health` takes, asked by a thread of its own. */
import { spawn } from 'node:child_process';
import { Worker } from 'node:worker_threads';
import { fromRoot } from '../../setup/root.mjs';

/** Starts a node; fulfilled when it answers. `env` has its settings. */
export async function startNode(env) {
  const child = spawn(process.execPath, [fromRoot('server', 'dist', 'cli', 'main.js'), 'start'], {
    env: {
      ...process.env,
      PORT: '0',
      COUNTERSIGN_AUTH: 'none',
      COUNTERSIGN_SAMPLES: 'none',
      COUNTERSIGN_WORKERS: 'none',
      COUNTERSIGN_LOG: 'info',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines = [];
  let rest = '';
  child.stderr.on('data', (part) => {
    rest += part;
    const complete = rest.split('\n');
    rest = complete.pop();
    lines.push(...complete);
  });
  const exit = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  const url = await new Promise((resolve, reject) => {
    let output = '';
    child.stdout.on('data', (text) => {
      output += text;
      const found = /ready at (http:\S+)/.exec(output)?.[1];
      if (found !== undefined) resolve(found.replace('localhost', '127.0.0.1'));
    });
    void exit.then(() =>
      reject(new Error(`A node ended before it was ready:\n${output}${lines.join('\n')}`)),
    );
  });
  const watch = new Worker(new URL('health.mjs', import.meta.url), { workerData: { url } });
  return {
    url,
    lines,
    isAlive: () => child.exitCode === null && child.signalCode === null,
    /** What was seen since the last question: the slowest answer of /health (ms), answers that were none, and the longest turn of the event loop (ms). */
    health: () =>
      new Promise((resolve) => {
        watch.once('message', resolve);
        watch.postMessage('report');
      }),
    /** Tells it to stop; how long that took (ms), and its exit code. */
    async stop() {
      const told = performance.now();
      child.kill('SIGTERM');
      const { code } = await exit;
      await watch.terminate();
      return { ms: Math.round(performance.now() - told), code };
    },
    kill: () => child.kill('SIGKILL'),
  };
}

/** What a log says, each message once with how often it came. */
export function summary(lines) {
  const counts = new Map();
  for (const line of lines) {
    let text = line;
    try {
      const { msg, err } = JSON.parse(line);
      text = err ? `${msg}: ${err.message}${err.cause ? ` (${err.cause.message})` : ''}` : msg;
    } catch {
      // Not every line is of the log.
    }
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return [...counts].map(([text, count]) => `  ${count} × ${text}`).join('\n');
}
