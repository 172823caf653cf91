/** Who may take the audit trail out of the house, and who may set up that it is taken out again and again. */
import type { Caller } from './account.js';

/** The role that may export the audit trail and its reports. Administrators may as well. */
export const AUDITOR_ROLE = 'auditor';

/** Why the caller may not export the audit trail; null where it may. */
export function refusesExport({ admin, account }: Caller): string | null {
  if (admin || account?.roles.includes(AUDITOR_ROLE)) return null;
  return `Only people with the role "${AUDITOR_ROLE}" and administrators can export the audit trail. Ask an administrator for the role.`;
}

/** The role that may erase persons and set legal holds. */
export const DATA_PROTECTION_ROLE = 'data-protection';

/** Why the caller may not erase or hold data; null where it may. */
export function refusesErasure({ admin, account }: Caller): string | null {
  if (admin || account?.roles.some((role) => role === DATA_PROTECTION_ROLE || role === AUDITOR_ROLE))
    return null;
  return `Only people with the role "${DATA_PROTECTION_ROLE}" or "${AUDITOR_ROLE}" and administrators can erase data and set legal holds.`;
}
