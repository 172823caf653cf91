/**
 * Mapping rules: what an identity provider says of somebody (claims) makes them a member of groups, roles and tenants.
 * The name of a claim is a path through the claims, `groups` or `realm_access.roles`, with or without `$.` before it; a
 * claim whose whole name has a dot in it is found by that name first.
 */

/** What an identity provider says of somebody. */
export type Claims = Readonly<Record<string, unknown>>;

/** A rule: whoever has this value in this claim. */
export interface MappingRule {
  readonly mappingRuleId: string;
  readonly claimName: string;
  readonly claimValue: string;
}

/** The ids of the rules that these claims meet. A claim that is a list meets a rule by any of its values. */
export function metRules(rules: readonly MappingRule[], claims: Claims): string[] {
  return rules
    .filter(({ claimName, claimValue }) => valuesOf(claims, claimName).includes(claimValue))
    .map(({ mappingRuleId }) => mappingRuleId);
}

function valuesOf(claims: Claims, name: string): string[] {
  const path = name.replace(/^\$\.?/, '');
  const value = Object.hasOwn(claims, path) ? claims[path] : at(claims, path.split('.'));
  return (Array.isArray(value) ? (value as unknown[]) : [value]).flatMap((one) =>
    typeof one === 'string' || typeof one === 'number' || typeof one === 'boolean' ? [String(one)] : [],
  );
}

function at(value: unknown, path: readonly string[]): unknown {
  let found = value;
  for (const name of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined;
    found = (found as Record<string, unknown>)[name];
  }
  return found;
}
