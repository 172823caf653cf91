/**
 * What every route about people, groups, roles, tenants, mapping rules and authorizations asks first: whether the caller
 * may see it (404 where not, as if it were not there) and whether the caller may do it (403).
 */
import type { Request } from 'express';
import { z } from 'zod';
import type { Caller } from '../../../access/account.js';
import type { Refusal } from '../../../access/directory/change.js';
import type { Permission } from '../../../access/grants/permissions.js';
import { ANY } from '../../../access/grants/permissions.js';
import { decide, missing, visible } from '../../../access/grants/rights.js';
import { amongIds } from '../../../store/queries/directory.js';
import type { Searchable } from '../../../store/queries/search-types.js';
import { fromRejection, refuse } from '../../problem.js';

/** What can be administered. */
export type Administered = 'USER' | 'GROUP' | 'ROLE' | 'TENANT' | 'MAPPING_RULE' | 'AUTHORIZATION';

/** Refuses with 403 a caller who may see one of them and not do this to it, and with 404, saying `absent`, others. */
export function ask(
  { admin, rights }: Caller,
  permission: Permission<Administered>,
  type: Administered,
  id: string,
  absent: string,
): void {
  if (admin || decide(rights, permission, { type, id })) return;
  if (permission !== 'READ' && decide(rights, 'READ', { type, id }))
    throw refuse('FORBIDDEN', missing(permission, type, id));
  throw refuse('NOT_FOUND', absent);
}

/** Refuses with 403 a caller who may make none of them with this id. */
export function askToCreate({ admin, rights }: Caller, type: Administered, id: string): void {
  if (admin || decide(rights, 'CREATE', { type, id })) return;
  throw refuse('FORBIDDEN', missing('CREATE', type, ANY));
}

/** The same search among what the caller may see. */
export function amongVisible<Item>(
  { admin, rights }: Caller,
  type: Administered,
  what: Searchable<Item>,
): Searchable<Item> {
  const which = visible(rights, 'READ', type);
  if (admin || which.all) return what;
  // Authorizations are named by their keys, which are numbers.
  const ids = type === 'AUTHORIZATION' ? which.ids.map(Number).filter(Number.isSafeInteger) : which.ids;
  return amongIds(what, ids);
}

/** Refuses a request whose change was refused. */
export function made(refusal: Refusal): void {
  if (refusal) throw fromRejection(refusal);
}

/** The id that the path names. */
export function pathId({ params }: Request, name: string): string {
  return String(params[name]);
}

const LETTERS = /^[A-Za-z0-9_@.+~-]+$/;

/** An id that somebody chooses: letters of ASCII, digits, and `_@.+-~`; 256 at most. */
export const idField = z
  .string()
  .min(1)
  .max(256)
  .regex(LETTERS, { message: 'must be letters from A to Z, digits, or one of _ @ . + - ~' });

/** The same without `~`, as the reference has it for people and tenants. */
export const nameField = idField.regex(/^[^~]*$/, { message: 'must not have a ~' });

/** What something is called. */
export const titleField = z.string().trim().min(1).max(256);

/** What there is to say about it; nothing where it is absent or empty. */
export const descriptionField = z
  .string()
  .max(2000)
  .nullish()
  .transform((text) => (text === undefined || text === '' ? null : text));
