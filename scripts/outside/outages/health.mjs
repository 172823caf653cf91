/** Asks a node for its health every 25 ms, and every second for the longest turn of its event loop. */
import { Agent, get } from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';

// Figures wait for the database: health must not wait behind them.
const agents = new Map(['/health', '/metrics'].map((path) => [path, new Agent({ keepAlive: true })]));
let seen = { slowest: 0, failed: 0, longestTurn: 0 };

/** The text of an answer and its status; 0 where there was none. */
function ask(path) {
  return new Promise((resolve) => {
    const request = get(
      `${workerData.url}${path}`,
      { agent: agents.get(path), timeout: 60_000 },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (part) => (text += part));
        response.on('end', () => resolve({ status: response.statusCode, text }));
        response.on('error', () => resolve({ status: 0, text: '' }));
      },
    );
    request.on('error', () => resolve({ status: 0, text: '' }));
  });
}

let isAsking = false;
setInterval(() => {
  if (isAsking) return;
  isAsking = true;
  const asked = performance.now();
  void ask('/health').then(({ status }) => {
    isAsking = false;
    seen.slowest = Math.max(seen.slowest, performance.now() - asked);
    if (status !== 200) seen.failed += 1;
  });
}, 25);

setInterval(() => {
  void ask('/metrics').then(({ text }) => {
    const lag = /^nodejs_eventloop_lag_max_seconds (\S+)$/m.exec(text)?.[1];
    seen.longestTurn = Math.max(seen.longestTurn, 1000 * Number(lag ?? 0));
  });
}, 1_000);

parentPort.on('message', () => {
  parentPort.postMessage(seen);
  seen = { slowest: 0, failed: 0, longestTurn: 0 };
});
