/** How every connection to PostgreSQL is set up: its types, and what the server keeps to for it. */
import { types as driverTypes } from 'pg';
import { nearestReadable } from '../readable.js';
import type { ClientBase, ClientConfig, CustomTypesConfig } from 'pg';

/** 64-bit integers and what sums of them give: numbers, because keys and times stay below 2^53. */
const WHOLE: ReadonlySet<TypeId> = new Set([driverTypes.builtins.INT8, driverTypes.builtins.NUMERIC]);

type TypeId = Parameters<CustomTypesConfig['getTypeParser']>[0];

/** Values as both databases give them: integers as numbers, everything else as the driver reads it. */
const getTypeParser: CustomTypesConfig['getTypeParser'] = (oid: TypeId, format?: 'text' | 'binary') =>
  WHOLE.has(oid)
    ? nearestReadable
    : (driverTypes.getTypeParser(oid, format ?? 'text') as (text: string) => unknown);

const types: CustomTypesConfig = { getTypeParser };

/** Milliseconds before an attempt to connect is given up. */
const CONNECT_TIMEOUT = 5_000;

/**
 * What a connection is opened with. A transaction that stands still longer than ten seconds is ended by the
 * server, so that a node that hangs holds no lock for longer; the same for a lock that is waited for.
 */
export function connectionConfig(url: string, name: string): ClientConfig {
  return {
    connectionString: url,
    application_name: name,
    connectionTimeoutMillis: CONNECT_TIMEOUT,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types,
  };
}

/**
 * Run once on each connection. Commits are on disk when they are answered, whatever the server's default;
 * plans of constant statements are not compiled.
 */
export const SESSION_SETUP = `
  set jit = off;
  set lock_timeout = '5s';
  set idle_in_transaction_session_timeout = '10s';
  set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 3; set tcp_keepalives_count = 3;
  set client_min_messages = warning;
  select set_config('synchronous_commit', 'on', false)
    where current_setting('synchronous_commit') in ('off', 'local');`;

/** The code of writes to a standby, or to a server that is set to refuse them. */
export const READ_ONLY = '25006';

/** Ends the connections that hold the lock of a number. */
const END_OTHERS = `select pg_terminate_backend(pid) from pg_locks
  where locktype = 'advisory' and granted and pid <> pg_backend_pid() and objsubid = 1
    and database = (select oid from pg_database where datname = current_database())
    and classid = ($1::bigint >> 32)::oid and objid = ($1::bigint & 4294967295)::oid`;

/**
 * Makes `client` the only connection of the server that is known by the number `session`. One that was lost may
 * live on in PostgreSQL, and what is still on its way to it may arrive: it is ended, and waited for by a lock that it
 * holds. So what is read afterwards is final. Throws where the server takes no writes.
 */
export async function beginSession(client: ClientBase, session: number): Promise<void> {
  const { rows } = await client.query<{ off: string }>(
    `select current_setting('transaction_read_only') as off`,
  );
  if (rows[0].off === 'on') {
    const message =
      'This PostgreSQL takes no writes: it is a standby, or default_transaction_read_only is on';
    throw Object.assign(new Error(message), { code: READ_ONLY });
  }
  await client.query(END_OTHERS, [session]);
  await client.query('select pg_advisory_lock($1::bigint)', [session]);
}
