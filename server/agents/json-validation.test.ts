/** Schemas of every dialect are checked as their dialect says; strict mode is offered what it can take. */
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '@countersign/engine';
import { compileSchema, isStrictSchema } from './json-validation.js';

async function complaintOf(schema: JsonObject, value: unknown): Promise<string> {
  const compiled = await compileSchema(schema);
  return compiled.ok ? compiled.validate(value) : `no schema: ${compiled.reason}`;
}

describe('a schema', () => {
  test.each([
    ['none, which is draft-07', undefined, { items: [{ type: 'string' }] }],
    ['draft-07', 'http://json-schema.org/draft-07/schema#', { items: [{ type: 'string' }] }],
    ['2019-09', 'https://json-schema.org/draft/2019-09/schema', { items: [{ type: 'string' }] }],
    ['2020-12', 'https://json-schema.org/draft/2020-12/schema', { prefixItems: [{ type: 'string' }] }],
  ])('of the dialect %s is understood', async (_name, $schema, keywords) => {
    const schema: JsonObject = { ...($schema !== undefined && { $schema }), type: 'array', ...keywords };
    expect(await complaintOf(schema, ['a'])).toBe('');
    expect(await complaintOf(schema, [1])).toBe('/0 must be string');
  });

  test('refers to its own definitions', async () => {
    const schema = {
      definitions: { sum: { type: 'number' } },
      properties: { total: { $ref: '#/definitions/sum' } },
    };
    expect(await complaintOf(schema, { total: 'much' })).toBe('/total must be number');
  });

  test('names the first complaints, and counts the others', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const schema = { properties: Object.fromEntries(names.map((name) => [name, { type: 'number' }])) };
    const wrong = Object.fromEntries(names.map((name) => [name, 'x']));
    expect(await complaintOf(schema, wrong)).toBe(
      '/a must be number; /b must be number; /c must be number; and 2 more',
    );
  });

  test('that is none is refused with the reason', async () => {
    expect(await complaintOf({ type: 'money' }, 1)).toMatch(/^no schema: .*type/);
  });
});

describe('strict mode', () => {
  const closed = {
    type: 'object',
    properties: { a: { type: 'string' } },
    required: ['a'],
    additionalProperties: false,
  };
  test.each<[string, JsonObject, boolean]>([
    ['a closed object', closed, true],
    ['an open object', { ...closed, additionalProperties: true }, false],
    ['an optional property', { ...closed, required: [] }, false],
    ['an object without a word on others', { type: 'object', properties: {} }, false],
    [
      'an open object in a list',
      { ...closed, properties: { a: { type: 'array', items: { type: 'object' } } } },
      false,
    ],
    ['an open object in a choice', { anyOf: [closed, { type: 'object' }] }, false],
    [
      'a property that is called "required"',
      {
        ...closed,
        properties: {
          a: { ...closed, properties: { required: { type: 'string' } }, required: ['required'] },
        },
      },
      true,
    ],
  ])('takes or leaves %s', (_what, schema, isStrict) => {
    expect(isStrictSchema(schema)).toBe(isStrict);
  });
});
