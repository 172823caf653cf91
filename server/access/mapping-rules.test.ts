import { expect, test } from 'vitest';
import { metRules } from './mapping-rules.js';

const rule = (mappingRuleId: string, claimName: string, claimValue: string) => ({
  mappingRuleId,
  claimName,
  claimValue,
});

test('a rule is met by a value, by one of a list, and by a path', () => {
  const rules = [
    rule('plain', 'department', 'finance'),
    rule('list', 'groups', 'approvers'),
    rule('path', '$.realm_access.roles', 'admin'),
    rule('whole name', 'https://example.com/team', 'blue'),
    rule('flag', 'email_verified', 'true'),
  ];
  const claims = {
    department: 'finance',
    groups: ['staff', 'approvers'],
    realm_access: { roles: ['admin'] },
    'https://example.com/team': 'blue',
    email_verified: true,
  };
  expect(metRules(rules, claims)).toEqual(rules.map(({ mappingRuleId }) => mappingRuleId));
});

test('no rule is met by a part of a value, another case, an object, or what every object has', () => {
  const rules = [
    rule('part', 'department', 'fin'),
    rule('case', 'department', 'Finance'),
    rule('object', 'realm', '[object Object]'),
    rule('inherited', 'constructor.name', 'Object'),
    rule('absent', 'missing', 'undefined'),
    rule('null', 'nothing', 'null'),
  ];
  expect(metRules(rules, { department: 'finance', realm: {}, nothing: null })).toEqual([]);
});
