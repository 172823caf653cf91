/** Changes of who is who and who may what, in sentences. What was erased stands there as that. */
import { called } from '../../access/directory/words.js';
import type { Named } from '../../access/directory/words.js';
import type {
  AccountText,
  GrantedText,
  ServerEventData,
  ServerEventType,
} from '../../store/journal-events.js';
import { valueText } from './values.js';

type Words = { readonly [T in ServerEventType]?: (data: ServerEventData[T]) => string };

const WORDS: Words = {
  'account created': ({ username, groups, roles }) =>
    sentences(
      `The ${called('USER', username)} was created`,
      listed('in the groups', groups),
      listed('with the roles', roles),
    ),
  'account changed': ({ username, before, after, password }) =>
    sentences(
      `The ${called('USER', username)} was changed`,
      ...(['name', 'email'] as const).map((field) => changed(field, before, after)),
      password && 'a new password was set',
    ),
  'account deleted': ({ username, groups, roles, tenants }) =>
    sentences(
      `The ${called('USER', username)} was deleted`,
      listed('was in the groups', groups),
      listed('had the roles', roles),
      listed('was in the tenants', tenants),
    ),
  'account deactivated': ({ username }) => `The ${called('USER', username)} cannot sign in any more.`,
  'account activated': ({ username }) => `The ${called('USER', username)} can sign in again.`,
  'access entry changed': ({ change, kind, id, before, after }) => {
    const names = Object.keys({ ...before, ...after });
    const fields = names.map((name) => changed(name, before ?? {}, after ?? {}));
    return sentences(`The ${called(kind, id)} was ${change}`, ...fields);
  },
  'membership changed': ({ change, containerType, containerId, memberType, memberId }) =>
    `The ${called(memberType as Named, memberId)} was ${change === 'added' ? 'put into' : 'taken out of'} the ${called(containerType, containerId)}.`,
  'authorization changed': ({ before, after }) =>
    [before && may(before, 'may no longer'), after && may(after, 'may')]
      .filter((text) => text !== null)
      .join(' '),
  'built-in role written': ({ roleId, outcome, missing }) => {
    const role = called('ROLE', roleId);
    const more = missing.map((grant) => about(grant)).join('; ');
    if (outcome === 'written') return `The ${role} that comes with the server was written.`;
    if (outcome === 'extended') return `This version gave the ${role} more: ${more}.`;
    return `The ${role} was changed by somebody and stays so. This version would have given it more: ${more}.`;
  },
  'access migrated': ({ accounts, members }) =>
    `An upgrade took over ${String(accounts)} accounts, with members of roles: ${Object.entries(members)
      .map(([role, count]) => `${role} ${valueText(count)}`)
      .join(', ')}.`,
};

/** What such a row says, as people say it; null for rows about anything else. */
export function accessWords(type: string, data: unknown): string | null {
  if (!Object.hasOwn(WORDS, type)) return null;
  return (WORDS as Readonly<Record<string, (data: unknown) => string>>)[type](data);
}

function sentences(first: string, ...more: readonly (string | false | null)[]): string {
  const rest = more.filter((text) => typeof text === 'string');
  return rest.length === 0 ? `${first}.` : `${first}: ${rest.join('; ')}.`;
}

function listed(what: string, ids: readonly string[]): string | null {
  return ids.length === 0 ? null : `${what} ${ids.join(', ')}`;
}

function changed(
  name: string,
  before: AccountText | Readonly<Record<string, unknown>>,
  after: AccountText | Readonly<Record<string, unknown>>,
): string | null {
  const [was, is] = [before, after].map((values) => (values as Readonly<Record<string, unknown>>)[name]);
  return (was ?? null) === (is ?? null) ? null : `${name} from ${valueText(was)} to ${valueText(is)}`;
}

function may(grant: GrantedText, what: string): string {
  return `The ${called(grant.ownerType as Named, grant.ownerId)} ${what} ${about(grant)}.`;
}

/** Such as `READ, UPDATE on GROUP "finance"`. */
function about({
  resourceType,
  resourceId,
  resourcePropertyName,
  permissionTypes,
}: Omit<GrantedText, 'ownerType' | 'ownerId'>): string {
  const which =
    resourcePropertyName !== null
      ? `those that name them as ${resourcePropertyName}`
      : resourceId === '*'
        ? 'all of them'
        : `"${resourceId ?? '–'}"`;
  return `${permissionTypes.join(', ')} on ${resourceType}, ${which}`;
}
