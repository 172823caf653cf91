/**
 * Writes the roles that come with the product: all of them at the first start, and what a new version adds to those that
 * nobody has changed. A role knows by a hash what was written last: where its grants are not those any more, somebody
 * has changed it, and it is left alone and told of. `admin` is always as the version has it.
 */
import { createHash } from 'node:crypto';
import { readJson, writeJson } from '@countersign/engine';
import type { Batch } from '../../runtime/batch.js';
import type { Runtime } from '../../runtime/runtime.js';
import { createAccessRows } from '../../store/access-rows.js';
import type { AccessRows } from '../../store/access-rows.js';
import { serverEvent } from '../../store/journal-events.js';
import type { ServerEventData } from '../../store/journal-events.js';
import { MIGRATED } from '../../store/migrations/0032-identity.js';
import { ADMIN_ROLE, BUILT_IN_ROLES } from '../grants/roles.js';
import type { BuiltInRole, RoleGrant } from '../grants/roles.js';
import { grantText } from './grant-text.js';

/** Whether a role comes with the product. */
export function isBuiltIn(roleId: string): boolean {
  return BUILT_IN_ROLES.some((role) => role.roleId === roleId);
}

/** Writes the roles that are not there or not of this version, in one transaction, and says so in the audit trail. */
export function writeBuiltInRoles(
  { commit, store }: Pick<Runtime, 'commit' | 'store'>,
  roles: readonly BuiltInRole[] = BUILT_IN_ROLES,
): Promise<void> {
  const rows = createAccessRows(store.connection);
  return commit((batch) => {
    rows.lock();
    const migrated = rows.takeSetting(MIGRATED);
    if (migrated !== null) {
      const data = readJson(migrated) as ServerEventData['access migrated'];
      batch.record(serverEvent('access migrated', data), 'system');
    }
    for (const role of roles) writeRole(batch, rows, role);
  });
}

function writeRole(batch: Batch, rows: AccessRows, role: BuiltInRole): void {
  const offered = hashOf(role.grants);
  const { roleId, name, description } = role;
  const known = rows.writtenRole(roleId);
  const own = rows.grantsOf({ type: 'ROLE', id: roleId });
  const record = (outcome: 'written' | 'extended' | 'kept', missing: readonly RoleGrant[]): void => {
    const data = { roleId, outcome, missing: missing.map(grantText) };
    batch.record(serverEvent('built-in role written', data), 'system');
  };
  const write = (): void => {
    for (const { key } of own) rows.deleteGrant(key);
    for (const grant of role.grants)
      rows.insertGrant(batch.nextKey(), { ownerType: 'ROLE', ownerId: roleId, ...grant });
    rows.noteWritten(roleId, { written: offered, offered });
    batch.changes.hasAccess = true;
  };

  if (!known || known.written === null) {
    const values = { name, description };
    if (known) rows.updateEntry('ROLE', roleId, values);
    else rows.insertEntry('ROLE', roleId, values, batch.now);
    write();
    return record('written', []);
  }
  const isChanged = hashOf(own) !== known.written;
  if (known.written === offered && !(isChanged && roleId === ADMIN_ROLE)) return;
  if (isChanged && roleId !== ADMIN_ROLE) {
    // Told of once for each version that gives it more.
    if (known.offered === offered) return;
    rows.noteWritten(roleId, { written: known.written, offered });
    return record('kept', missingIn(own, role.grants));
  }
  const missing = missingIn(own, role.grants);
  write();
  record('extended', missing);
}

/** Permissions of a scope, `TYPE scope` to permissions: how grants are cut into rows doesn't matter. */
function byScope(grants: readonly RoleGrant[]): Map<string, Set<string>> {
  const scopes = new Map<string, Set<string>>();
  for (const { resourceType, permissions, scope } of grants) {
    const key = writeJson([resourceType, scope.resourceId ?? null, scope.property ?? null]);
    const granted = scopes.get(key) ?? new Set();
    for (const permission of permissions) granted.add(permission);
    scopes.set(key, granted);
  }
  return scopes;
}

function hashOf(grants: readonly RoleGrant[]): string {
  const lines = [...byScope(grants)].map(([key, permissions]) => writeJson([key, [...permissions].sort()]));
  return createHash('sha256').update(lines.sort().join('\n')).digest('hex');
}

/** What of `wanted` is not in `held`. */
function missingIn(held: readonly RoleGrant[], wanted: readonly RoleGrant[]): RoleGrant[] {
  const has = byScope(held);
  return wanted.flatMap((grant) => {
    const { resourceType, scope } = grant;
    const key = writeJson([resourceType, scope.resourceId ?? null, scope.property ?? null]);
    const permissions = grant.permissions.filter((permission) => !has.get(key)?.has(permission));
    return permissions.length === 0 ? [] : [{ ...grant, permissions }];
  });
}
