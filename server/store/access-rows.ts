/**
 * The rows of who is who and who may what, in a batch: what is read is as the batch has left it. One who changes them
 * locks first, so that two nodes cannot each take away one of the last two administrators.
 */
import { writeJson } from '@countersign/engine';
import type { Key } from '@countersign/engine';
import type { Grant } from '../access/grants/permissions.js';
import type { BindValue, Database } from './database.js';
import { deleteAccount } from './erasure/persons.js';
import { GRANT_COLUMNS, toGrant } from './queries/memberships.js';
import type { ContainerType, GrantRow, MemberType, Owner } from './queries/memberships.js';

/** A group, role, tenant or mapping rule, without its id. */
export type EntryValues = Readonly<Record<string, string | null>>;

/** What is described by an id and some texts. */
export type EntryType = ContainerType | 'MAPPING_RULE';

interface EntryTable {
  readonly table: string;
  readonly id: string;
  /** Columns by the names of the API. */
  readonly columns: Readonly<Record<string, string>>;
}

const NAMED = { name: 'name', description: 'description' };

/** Where entries of each type are. */
export const ENTRY_TABLES: Readonly<Record<EntryType, EntryTable>> = {
  GROUP: { table: '"group"', id: 'group_id', columns: NAMED },
  ROLE: { table: 'role', id: 'role_id', columns: NAMED },
  TENANT: { table: 'tenant', id: 'tenant_id', columns: NAMED },
  MAPPING_RULE: {
    table: 'mapping_rule',
    id: 'mapping_rule_id',
    columns: { name: 'name', claimName: 'claim_name', claimValue: 'claim_value' },
  },
};

/** A membership. */
export interface Membership {
  readonly containerType: ContainerType;
  readonly containerId: string;
  readonly memberType: MemberType;
  readonly memberId: string;
}

/** An account without its password. */
export interface AccountValues {
  /** Empty where nobody gave one. */
  readonly name: string;
  readonly email: string | null;
  readonly deactivatedAt: number | null;
}

/** A grant with its key. */
export interface KeyedGrant extends Grant {
  readonly key: Key;
}

/** What a built-in role was when the product wrote it last, and would be had nobody changed it. */
export interface WrittenRole {
  readonly written: string | null;
  readonly offered: string | null;
}

/** Reads and writes in the transaction of a batch. */
export interface AccessRows {
  /** Waits until nobody else changes who is who, and keeps others from it until the commit. */
  lock(): void;
  entry(type: EntryType, id: string): EntryValues | null;
  /** `at` in milliseconds since the epoch. */
  insertEntry(type: EntryType, id: string, values: EntryValues, at: number): void;
  updateEntry(type: EntryType, id: string, values: EntryValues): void;
  deleteEntry(type: EntryType, id: string): void;
  account(username: string): AccountValues | null;
  insertAccount(username: string, values: AccountValues, passwordHash: string, at: number): void;
  updateAccount(username: string, values: AccountValues): void;
  setPassword(username: string, passwordHash: string): void;
  /** Deletes an account with its sessions, memberships and grants. */
  deleteAccount(username: string): void;
  /** Ends what a person is signed in by. */
  endSessions(username: string): void;
  isMember(membership: Membership): boolean;
  join(membership: Membership): void;
  leave(membership: Membership): void;
  /** The memberships that something has, and those that it is. */
  membershipsOf(owner: Owner | { readonly type: ContainerType; readonly id: string }): Membership[];
  /** What is a member of a container, of all types. */
  membersOf(type: ContainerType, id: string): Membership[];
  grant(key: Key): KeyedGrant | null;
  grantsOf(owner: Owner): KeyedGrant[];
  /** What was granted to anybody about one resource. */
  grantsAbout(resourceType: string, resourceId: string): KeyedGrant[];
  insertGrant(key: Key, grant: Grant): void;
  deleteGrant(key: Key): void;
  writtenRole(roleId: string): WrittenRole | null;
  noteWritten(roleId: string, written: WrittenRole): void;
  /** Takes a setting away and gives what it was; null where there was none. */
  takeSetting(name: string): string | null;
}

const MEMBERSHIP = `container_type as "containerType", container_id as "containerId",
  member_type as "memberType", member_id as "memberId"`;
const THIS_ONE = 'container_type = ? and container_id = ? and member_type = ? and member_id = ?';

/** The rows on `connection`. */
export function createAccessRows(connection: Database): AccessRows {
  const get = (sql: string, ...values: BindValue[]): unknown => connection.prepare(sql).get(...values);
  const all = (sql: string, ...values: BindValue[]): unknown[] => connection.prepare(sql).all(...values);
  const run = (sql: string, ...values: BindValue[]): void => connection.prepare(sql).run(...values);
  const parts = ({ containerType, containerId, memberType, memberId }: Membership) =>
    [containerType, containerId, memberType, memberId] as const;
  const grants = (where: string, ...values: BindValue[]): KeyedGrant[] =>
    all(
      `select key, ${GRANT_COLUMNS.join(', ')} from access_grant where ${where} order by key`,
      ...values,
    ).map((row) => ({ ...toGrant(row as GrantRow), key: (row as { key: Key }).key }));

  return {
    lock() {
      if (connection.dialect === 'postgres')
        get(`select 1 as one from counter where name = 'access' for update`);
    },
    entry(type, id) {
      const { table, id: column, columns } = ENTRY_TABLES[type];
      const names = Object.entries(columns).map(([name, from]) => `${from} as "${name}"`);
      const row = get(`select ${names.join(', ')} from ${table} where ${column} = ?`, id);
      return row === undefined ? null : { ...(row as EntryValues) };
    },
    insertEntry(type, id, values, at) {
      const { table, id: column, columns } = ENTRY_TABLES[type];
      const names = [column, ...Object.values(columns), ...(type === 'TENANT' ? ['created_at'] : [])];
      const given = [
        id,
        ...Object.keys(columns).map((name) => values[name]),
        ...(type === 'TENANT' ? [at] : []),
      ];
      run(`insert into ${table} (${names.join(', ')}) values (${names.map(() => '?').join(', ')})`, ...given);
    },
    updateEntry(type, id, values) {
      const { table, id: column, columns } = ENTRY_TABLES[type];
      const names = Object.values(columns).map((name) => `${name} = ?`);
      run(
        `update ${table} set ${names.join(', ')} where ${column} = ?`,
        ...Object.keys(columns).map((name) => values[name]),
        id,
      );
    },
    deleteEntry(type, id) {
      const { table, id: column } = ENTRY_TABLES[type];
      run(`delete from ${table} where ${column} = ?`, id);
    },
    account(username) {
      const row = get(
        'select name, email, deactivated_at as "deactivatedAt" from account where username = ?',
        username,
      );
      return row === undefined ? null : { ...(row as AccountValues) };
    },
    insertAccount(username, { name, email, deactivatedAt }, passwordHash, at) {
      run(
        `insert into account (username, name, email, password_hash, created_at, deactivated_at)
         values (?, ?, ?, ?, ?, ?)`,
        ...[username, name, email, passwordHash, at, deactivatedAt],
      );
    },
    updateAccount(username, { name, email, deactivatedAt }) {
      run(
        'update account set name = ?, email = ?, deactivated_at = ? where username = ?',
        ...[name, email, deactivatedAt, username],
      );
    },
    setPassword(username, passwordHash) {
      run('update account set password_hash = ? where username = ?', passwordHash, username);
    },
    deleteAccount: (username) => deleteAccount(connection, username),
    endSessions(username) {
      for (const table of ['session', 'signing_proof'])
        run(`delete from ${table} where username = ?`, username);
    },
    isMember: (membership) =>
      get(`select 1 as one from member where ${THIS_ONE}`, ...parts(membership)) !== undefined,
    join(membership) {
      run(
        'insert into member (container_type, container_id, member_type, member_id) values (?, ?, ?, ?)',
        ...parts(membership),
      );
    },
    leave(membership) {
      run(`delete from member where ${THIS_ONE}`, ...parts(membership));
    },
    membershipsOf: ({ type, id }) =>
      all(
        `select ${MEMBERSHIP} from member where member_type = ? and member_id = ?
         order by container_type, container_id`,
        ...[type, id],
      ) as Membership[],
    membersOf: (type, id) =>
      all(
        `select ${MEMBERSHIP} from member where container_type = ? and container_id = ?
         order by member_type, member_id`,
        ...[type, id],
      ) as Membership[],
    grant: (key) => grants('key = ?', key).at(0) ?? null,
    grantsOf: ({ type, id }) => grants('owner_type = ? and owner_id = ?', type, id),
    grantsAbout: (type, id) => grants('resource_type = ? and resource_id = ?', type, id),
    insertGrant(key, { ownerType, ownerId, resourceType, permissions, scope }) {
      run(
        `insert into access_grant (key, owner_type, owner_id, resource_type, resource_id, property, permissions)
         values (?, ?, ?, ?, ?, ?, ?)`,
        ...[key, ownerType, ownerId, resourceType, scope.resourceId ?? null, scope.property ?? null],
        writeJson(permissions),
      );
    },
    deleteGrant(key) {
      run('delete from access_grant where key = ?', key);
    },
    writtenRole: (roleId) =>
      (get(
        'select written_hash as "written", offered_hash as "offered" from role where role_id = ?',
        roleId,
      ) as WrittenRole | undefined) ?? null,
    noteWritten(roleId, { written, offered }) {
      run('update role set written_hash = ?, offered_hash = ? where role_id = ?', written, offered, roleId);
    },
    takeSetting(name) {
      const row = get('select value from setting where name = ?', name) as { value: string } | undefined;
      if (row) run('delete from setting where name = ?', name);
      return row?.value ?? null;
    },
  };
}
