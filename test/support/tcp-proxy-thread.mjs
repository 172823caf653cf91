/**
 * The thread of a proxy (tcp-proxy.ts): it has one of its own because a runtime stops the main thread while it waits
 * for PostgreSQL. Takes orders from its port, and says when they are done.
 */
import { connect, createServer } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';

const { host, port } = workerData;

/** How the driver says `commit`, and how PostgreSQL says that it is done. */
const COMMIT = Buffer.from('Q\0\0\0\x0bcommit\0', 'latin1');
const DONE = Buffer.from('COMMIT\0');

const sockets = new Set();
let isFrozen = false;
let nextFate = null;
/** Sends a commit that was held back; fulfilled when the server has done it. */
let deliver = null;

function keep(socket) {
  sockets.add(socket);
  socket.on('error', () => socket.destroy());
  socket.on('close', () => sockets.delete(socket));
}

function cut() {
  for (const socket of sockets) socket.destroy();
}

/** Calls `done` when the server has answered a commit; the answer goes nowhere. */
function swallowAnswer(upstream, done) {
  upstream.removeAllListeners('data').on('data', (answer) => {
    if (answer.includes(DONE)) done();
  });
}

const server = createServer((client) => {
  const upstream = connect(port, host);
  keep(client);
  keep(upstream);
  let isCut = false;

  const breakCommit = (fate, chunk, at) => {
    isCut = true;
    if (fate === 'answer lost') {
      swallowAnswer(upstream, () => {
        client.destroy();
        upstream.destroy();
        parentPort.postMessage('broken');
      });
      upstream.write(chunk);
      return;
    }
    upstream.write(chunk.subarray(0, at));
    client.destroy();
    if (fate === 'commit lost') upstream.end();
    if (fate === 'commit late') {
      deliver = () =>
        new Promise((resolve) => {
          swallowAnswer(upstream, resolve);
          upstream.write(chunk.subarray(at));
        });
    }
    parentPort.postMessage('broken');
  };

  client.on('data', (chunk) => {
    if (isFrozen || isCut) return;
    const at = nextFate ? chunk.indexOf(COMMIT) : -1;
    if (at < 0) return upstream.write(chunk);
    const fate = nextFate;
    nextFate = null;
    breakCommit(fate, chunk, at);
  });
  upstream.on('data', (chunk) => {
    if (!isFrozen && !isCut) client.write(chunk);
  });
  client.on('close', () => {
    if (!isCut) upstream.destroy();
  });
  upstream.on('close', () => client.destroy());

  if (!deliver) return;
  const late = deliver;
  deliver = null;
  client.pause();
  void late().then(() => client.resume());
});

parentPort.on('message', ({ order, fate }) => {
  if (order === 'break commit') nextFate = fate;
  else if (order === 'freeze') isFrozen = true;
  else if (order === 'cut') cut();
  else if (order === 'thaw') {
    isFrozen = false;
    // What was lost on the way is missing in its stream: nothing can follow it.
    cut();
  }
  parentPort.postMessage(order);
});

server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
