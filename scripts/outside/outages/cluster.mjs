/** Three PostgreSQL under Patroni with etcd, behind HAProxy on one address, in a temporary folder. */
import { spawn, spawnSync } from 'node:child_process';
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { PlainFailure } from '../../setup/run.mjs';
import { query, until } from './judge.mjs';
import { childrenOf, freePort } from './postgres.mjs';

const PASSWORD = 'countersign';
const NAMES = ['n1', 'n2', 'n3'];

/** Milliseconds that the whole may take to be up. */
const PATIENCE = 120_000;

/** Starts it, with an empty database. Throws a `PlainFailure` that says what is missing. */
export async function startCluster() {
  const binaries = findBinaries();
  const folder = mkdtempSync(join(tmpdir(), 'countersign-cluster-'));
  const processes = new Map();
  try {
    return await start(folder, binaries, processes);
  } catch (error) {
    for (const child of processes.values()) child.kill('SIGTERM');
    throw error;
  }
}

async function start(folder, binaries, processes) {
  const account = owner();
  if (account) chownSync(folder, account.uid, account.gid);
  // PostgreSQL and Patroni refuse to run as root.
  const asOwner = (name, program, args) => {
    const [run, ...rest] = account
      ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups', program, ...args]
      : [program, ...args];
    const child = spawn(run, rest, { stdio: 'ignore', cwd: folder, env: { ...process.env, HOME: folder } });
    child.on('error', () => undefined);
    processes.set(name, child);
    return child;
  };
  const file = (name, text) => {
    const path = join(folder, name);
    writeFileSync(path, text, { mode: 0o600 });
    if (account) chownSync(path, account.uid, account.gid);
    return path;
  };
  const ports = {};
  for (const name of ['etcd', 'peer', 'door', ...NAMES, ...NAMES.map((one) => `${one}-rest`)])
    ports[name] = await freePort();
  mkdirSync(join(folder, 'etcd'));
  if (account) chownSync(join(folder, 'etcd'), account.uid, account.gid);
  const etcd = `http://127.0.0.1:${ports.etcd}`;
  const peer = `http://127.0.0.1:${ports.peer}`;
  asOwner('etcd', 'etcd', [
    ...['--name', 'one', '--data-dir', join(folder, 'etcd')],
    ...['--listen-client-urls', etcd, '--advertise-client-urls', etcd],
    ...[
      '--listen-peer-urls',
      peer,
      '--initial-advertise-peer-urls',
      peer,
      '--initial-cluster',
      `one=${peer}`,
    ],
  ]);
  const patroni = (name) => asOwner(name, 'patroni', [join(folder, `${name}.yml`)]);
  const isRunning = async (name) => (await fetch(`http://127.0.0.1:${ports[`${name}-rest`]}/health`)).ok;
  for (const name of NAMES) {
    file(`${name}.yml`, patroniFile(name, folder, ports, binaries));
    patroni(name);
    if (!(await until(() => isRunning(name), PATIENCE))) throw new Error(`Patroni does not bring ${name} up`);
  }
  asOwner('haproxy', 'haproxy', ['-db', '-f', file('haproxy.cfg', proxyFile(ports))]);
  const admin = `postgres://postgres:${PASSWORD}@127.0.0.1:${ports.door}/postgres`;
  const isUp = async () => (await query(admin, 'select pg_is_in_recovery() as standby'))[0].standby === false;
  if (!(await until(isUp, PATIENCE))) throw new Error('The cluster has no primary');
  // A commit is to be on two nodes from the beginning.
  const isSynchronous = async () =>
    (await query(admin, `select 1 from pg_stat_replication where sync_state = 'sync'`)).length > 0;
  if (!(await until(isSynchronous, PATIENCE))) throw new Error('The cluster has no synchronous standby');
  // Before HAProxy has looked at all of them it may lead to a standby, too.
  const isMade = async () => (await query(admin, 'create database outage')) !== undefined;
  if (!(await until(isMade, PATIENCE))) throw new Error('The cluster takes no database');

  const primary = async () => {
    for (const name of NAMES) {
      const answer = await fetch(`http://127.0.0.1:${ports[`${name}-rest`]}/primary`).catch(() => null);
      if (answer?.ok) return name;
    }
    return null;
  };
  const postmasterOf = (name) =>
    Number(readFileSync(join(folder, name, 'postmaster.pid'), 'utf8').split('\n')[0]);
  return {
    address: admin.replace(/postgres$/, 'outage'),
    isUp,
    isSynchronous,
    primary,
    /** As a machine that loses its power: Patroni, the postmaster and all that it started. */
    kill(name) {
      const postmaster = postmasterOf(name);
      const all = [processes.get(name).pid, postmaster, ...childrenOf(postmaster)];
      for (const pid of all) {
        try {
          process.kill(pid, 'SIGKILL');
        } catch {
          // It ended with its parent.
        }
      }
    },
    restart: patroni,
    async remove() {
      for (const name of ['haproxy', ...NAMES]) processes.get(name)?.kill('SIGTERM');
      // Patroni stops its PostgreSQL.
      await until(async () => NAMES.every((name) => hasEnded(processes.get(name))), 20_000);
      for (const name of NAMES) if (existsSync(join(folder, name, 'postmaster.pid'))) this.kill(name);
      processes.get('etcd')?.kill('SIGKILL');
      await pause(500);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function hasEnded(child) {
  return !child || child.exitCode !== null || child.signalCode !== null;
}

/** The account that PostgreSQL runs under; null where this one can. */
function owner() {
  if (process.getuid() !== 0) return null;
  const of = (what) => Number(spawnSync('id', [what, 'postgres'], { encoding: 'utf8' }).stdout);
  return { uid: of('-u'), gid: of('-g') };
}

/** The folder of PostgreSQL's programs. Throws where anything that is needed is not installed. */
function findBinaries() {
  const versions = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql') : [];
  const newest = versions
    .map(Number)
    .sort((a, b) => b - a)
    .at(0);
  const missing = ['patroni', 'etcd', 'haproxy'].filter(
    (program) => spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0,
  );
  if (newest === undefined) missing.unshift('postgresql');
  if (missing.length === 0) return `/usr/lib/postgresql/${newest}/bin`;
  throw new PlainFailure(
    `Not installed: ${missing.join(', ')}. On Debian: apt-get install postgresql patroni etcd-server haproxy`,
  );
}

function patroniFile(name, folder, ports, binaries) {
  const account = (user) => `{username: ${user}, password: ${PASSWORD}}`;
  return `scope: countersign
name: ${name}
restapi: {listen: '127.0.0.1:${ports[`${name}-rest`]}', connect_address: '127.0.0.1:${ports[`${name}-rest`]}'}
etcd3: {host: '127.0.0.1:${ports.etcd}'}
bootstrap:
  dcs:
    ttl: 20
    loop_wait: 5
    retry_timeout: 5
    maximum_lag_on_failover: 0
    synchronous_mode: true
    postgresql: {use_pg_rewind: true, parameters: {max_connections: 100, wal_log_hints: 'on'}}
  initdb: [{encoding: UTF8}, data-checksums]
postgresql:
  listen: '127.0.0.1:${ports[name]}'
  connect_address: '127.0.0.1:${ports[name]}'
  data_dir: ${join(folder, name)}
  bin_dir: ${binaries}
  pgpass: ${join(folder, `${name}.pgpass`)}
  pg_hba: ['host all all 127.0.0.1/32 md5', 'host replication all 127.0.0.1/32 md5', 'local all all trust']
  authentication:
    superuser: ${account('postgres')}
    replication: ${account('replicator')}
    rewind: ${account('rewinder')}
  parameters: {unix_socket_directories: '${folder}'}
`;
}

function proxyFile(ports) {
  const servers = NAMES.map(
    (name) => `  server ${name} 127.0.0.1:${ports[name]} check port ${ports[`${name}-rest`]}`,
  );
  return `global
  maxconn 400
defaults
  mode tcp
  timeout connect 2s
  timeout client 1h
  timeout server 1h
  timeout check 2s
listen primary
  bind 127.0.0.1:${ports.door}
  option httpchk GET /primary
  http-check expect status 200
  default-server inter 1s fall 2 rise 1 on-marked-down shutdown-sessions
${servers.join('\n')}
`;
}
