/**
 * `npm run dev`: the compiler watches engine and server and the server restarts after each clean compile;
 * Vite serves the web app with hot reload and passes API calls on to the server.
 */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { buildStale } from './setup/build.mjs';
import { installPackages } from './setup/install.mjs';
import { checkNodeVersion } from './setup/node-version.mjs';
import { fromRoot, root } from './setup/root.mjs';
import { giveUp, say, tools } from './setup/run.mjs';
import { ensureSqliteBinding } from './setup/sqlite-binding.mjs';

const WEB_PORT = 5173;
const serverPort = process.env.PORT ?? '8080';
let server = null;
let restarting = Promise.resolve();
let stopping = false;

/** Asks the running server to stop, and waits until it has. */
function stopServer() {
  if (server === null || server.exitCode !== null || server.signalCode !== null) return Promise.resolve();
  const gone = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGTERM');
  return gone;
}

async function restartServer() {
  await stopServer();
  if (stopping) return;
  server = spawn(
    process.execPath,
    ['--enable-source-maps', fromRoot('server', 'dist', 'cli', 'main.js'), 'start'],
    {
      cwd: root,
      stdio: 'inherit',
    },
  );
  server.on('exit', (code) => {
    if (!stopping && code !== null && code !== 0)
      say('The server stopped; it starts again after the next change.');
  });
}

function watchCompiler() {
  const compiler = spawn(process.execPath, [tools.tsc, '-b', 'server', '--watch', '--preserveWatchOutput'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  compiler.stdout.setEncoding('utf8');
  compiler.stdout.on('data', (text) => {
    if (text.trim() !== '') say(text.trim());
    if (/Found 0 errors/.test(text)) restarting = restarting.then(restartServer);
  });
  return compiler;
}

async function serveWebApp() {
  const vite = createRequire(fromRoot('modeler', 'package.json')).resolve('vite');
  const { createServer } = await import(pathToFileURL(vite).href);
  process.env.COUNTERSIGN_SERVER ??= `http://127.0.0.1:${serverPort}`;
  const web = await createServer({
    root: fromRoot('modeler'),
    server: { host: '127.0.0.1', port: WEB_PORT, strictPort: true },
  });
  await web.listen();
  say(`\nWeb app with hot reload: http://localhost:${WEB_PORT} (API: http://localhost:${serverPort})\n`);
  return web;
}

try {
  checkNodeVersion();
  process.chdir(root);
  await installPackages();
  await buildStale();
  await ensureSqliteBinding();
  const web = await serveWebApp();
  const compiler = watchCompiler();
  const stop = async () => {
    stopping = true;
    compiler.kill();
    await Promise.all([stopServer(), web.close()]);
    process.exit(0);
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
} catch (error) {
  giveUp(error);
}
