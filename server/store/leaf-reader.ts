/**
 * Rows of `audit` in the order in which they become leaves of the tree: an order that no later commit can come into.
 * On SQLite there is one writer, so it is the order of positions. On PostgreSQL rows of many servers commit in any
 * order: only rows of transactions below the snapshot's oldest running one are taken, by transaction and position.
 */
import { DatabaseSync } from '@photostructure/sqlite';
import { readJson } from '@countersign/engine';
import { later } from '../guarded.js';
import type { JsonObject, StoredLeaf } from '@countersign/engine';
import type { Knex } from 'knex';
import type { Database } from './database.js';
import { OLDEST_RUNNING } from './postgres/transaction-numbers.js';

/** Rows for the tree, and the place to go on from. */
export interface ReadLeaves {
  readonly leaves: readonly StoredLeaf[];
  /** Where the next reading begins; opaque. */
  readonly place: string;
}

/** Reads rows on a connection of its own. */
export interface LeafReader {
  /** The rows after `place`, at most `limit`; '' is before the first. */
  read(place: string, limit: number): Promise<ReadLeaves>;
  close(): Promise<void>;
}

interface Row {
  position: number | string;
  root_key: number | string | null;
  process_instance_key: number | string | null;
  sequence: number | string | null;
  at: number | string;
  actor: string;
  type: string;
  element_id: string | null;
  element_instance_key: number | string | null;
  flow_id: string | null;
  process_definition_key: number | string | null;
  data: string;
  commitment: string | null;
}

const COLUMNS =
  'position, root_key, process_instance_key, sequence, at, actor, type, element_id, element_instance_key, flow_id, ' +
  'process_definition_key, data, commitment';

/** Milliseconds that PostgreSQL may take for one reading. */
const PATIENCE = 60_000;

/** Milliseconds in which a connection says goodbye. */
const END_PATIENCE = 1_000;

/** Opens a reader on a database: the path of a SQLite file, or the address of a PostgreSQL database. */
export async function openLeafReader(database: string): Promise<LeafReader> {
  return /^postgres(?:ql)?:\/\//.test(database) ? openPostgresReader(database) : openSqliteReader(database);
}

function openSqliteReader(path: string): LeafReader {
  const connection = new DatabaseSync(path, { readOnly: true, timeout: 1_000 });
  const select = connection.prepare(
    `select ${COLUMNS} from audit where position > ? order by position limit ?`,
  );
  return {
    read(place, limit) {
      const rows = select.all(Number(place), limit) as unknown as Row[];
      const last = rows.at(-1);
      return Promise.resolve({ leaves: rows.map(leafOfRow), place: last ? String(last.position) : place });
    },
    close() {
      connection.close();
      return Promise.resolve();
    },
  };
}

async function openPostgresReader(address: string): Promise<LeafReader> {
  const { Client } = await import('pg');
  const { connectionConfig } = await import('./postgres/session.js');
  const config = { ...connectionConfig(address, 'countersign sequencer'), query_timeout: PATIENCE };
  let client: InstanceType<typeof Client> | null = null;
  let isClosed = false;
  const forget = (lost: InstanceType<typeof Client>): void => {
    if (client === lost) client = null;
    lost.connection.stream.destroy();
  };
  const connected = async (): Promise<InstanceType<typeof Client>> => {
    if (client) return client;
    const next = new Client(config);
    next.on('error', () => forget(next));
    await next.connect();
    if (isClosed) forget(next);
    client = next;
    return next;
  };
  // A name of its own: PostgreSQL would sort by a column of the answer before one of the table, and 1000 as text is before 999.
  const text = `select ${COLUMNS}, transaction_id::text as transaction from audit
    where (transaction_id, position) > ($1::text::xid8, $2::bigint)
      and transaction_id < ${OLDEST_RUNNING}
    order by audit.transaction_id, audit.position limit $3`;
  return {
    async read(place, limit) {
      const [transaction, position] = place === '' ? ['0', '0'] : place.split(':');
      const on = await connected();
      const { rows } = await on
        .query<Row & { transaction: string }>(text, [transaction, position, limit])
        .catch((error: unknown) => {
          // The next reading connects anew.
          forget(on);
          throw error;
        });
      const last = rows.at(-1);
      return {
        leaves: rows.map(leafOfRow),
        place: last ? `${last.transaction}:${String(last.position)}` : place,
      };
    },
    async close() {
      isClosed = true;
      const last = client;
      // A silent server does not say goodbye.
      const cut = (): unknown => last?.connection.stream.destroy();
      const callOff = later(END_PATIENCE, 'ending a silent connection', cut, () => undefined);
      await last?.end().catch(() => undefined);
      callOff();
    },
  };
}

/**
 * The place of the last row that is committed by now; '' where there is none. On PostgreSQL it may be one that cannot be
 * taken yet: a transaction that is older runs, of whichever database of the cluster.
 */
export async function newestPlace({
  dialect,
  knex,
}: {
  dialect: Database['dialect'];
  knex: Knex;
}): Promise<string> {
  const isSqlite = dialect === 'sqlite';
  const order = isSqlite ? ['position'] : ['transaction_id', 'position'];
  const row = await knex('audit')
    .select<{ position: number | string; transaction: string }[]>(
      'position',
      knex.raw(isSqlite ? `'' as "transaction"` : 'transaction_id::text as "transaction"'),
    )
    .orderBy(order.map((column) => ({ column: `audit.${column}`, order: 'desc' })))
    .limit(1);
  return (
    row.map(({ position, transaction }) => (isSqlite ? `${position}` : `${transaction}:${position}`))[0] ?? ''
  );
}

/** The time of the first row after `place` that is committed, whoever wrote it; null where there is none. */
export async function oldestAfter(
  dialect: Database['dialect'],
  knex: Knex,
  place: string,
): Promise<number | null> {
  const [transaction, position] = place === '' ? ['0', '0'] : place.split(':');
  const rows = knex('audit').select<{ at: number | string }[]>('at').limit(1);
  const [row] = await (dialect === 'sqlite'
    ? rows.where('position', '>', Number(place)).orderBy('position')
    : rows
        .whereRaw('(transaction_id, position) > (?::text::xid8, ?::bigint)', [transaction, position])
        .orderBy(['audit.transaction_id', 'audit.position']));
  return row === undefined ? null : Number(row.at);
}

/** Whether a reading that is at `place` has had the row at `goal`. */
export function hasReached(place: string, goal: string): boolean {
  const [at, to] = [place, goal].map((text) => text.split(':').map(Number));
  const differs = to.findIndex((part, index) => part !== (at[index] ?? 0));
  return differs < 0 || (at[differs] ?? 0) > to[differs];
}

function numberOrNull(value: number | string | null): number | null {
  return value === null ? null : Number(value);
}

/** A row as the engine hashes it. PostgreSQL gives 64-bit integers as text. */
export function leafOfRow(row: Row): StoredLeaf {
  return {
    position: Number(row.position),
    rootKey: numberOrNull(row.root_key),
    processInstanceKey: numberOrNull(row.process_instance_key),
    sequence: numberOrNull(row.sequence),
    at: Number(row.at),
    actor: row.actor,
    type: row.type,
    elementId: row.element_id,
    elementInstanceKey: numberOrNull(row.element_instance_key),
    flowId: row.flow_id,
    processDefinitionKey: numberOrNull(row.process_definition_key),
    data: readJson(row.data) as JsonObject,
    commitment: row.commitment,
  };
}
