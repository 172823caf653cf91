/** How every connection to PostgreSQL is set up: its types, and what the server keeps to for it. */
import { types as driverTypes } from 'pg';
import type { ClientConfig, CustomTypesConfig } from 'pg';

/** 64-bit integers and what sums of them give: numbers, because keys and times stay below 2^53. */
const WHOLE: ReadonlySet<TypeId> = new Set([driverTypes.builtins.INT8, driverTypes.builtins.NUMERIC]);

type TypeId = Parameters<CustomTypesConfig['getTypeParser']>[0];

const toNumber = (text: string): number => {
  const number = Number(text);
  if (!Number.isSafeInteger(number) && Number.isInteger(number))
    throw new RangeError(`${text} is not below 2^53`);
  return number;
};

/** Values as both databases give them: integers as numbers, everything else as the driver reads it. */
const getTypeParser: CustomTypesConfig['getTypeParser'] = (oid: TypeId, format?: 'text' | 'binary') =>
  WHOLE.has(oid) ? toNumber : (driverTypes.getTypeParser(oid, format ?? 'text') as (text: string) => unknown);

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
