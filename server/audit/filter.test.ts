/** What a filter of the audit trail is, and everything that is refused instead of selecting more than was meant. */
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { filterShape, toFilter } from './filter.js';
import { readMoment } from '../moment.js';

const shape = filterShape({ format: z.enum(['csv', 'pdf']).optional() });

function problems(given: object): string[] {
  const result = shape.safeParse(given);
  return result.success
    ? []
    : result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

describe('a filter', () => {
  test('is taken with every field that it has', () => {
    const given = {
      from: '2026-01-31',
      to: '2026-02-28T23:59:59.5+01:00',
      processDefinitionId: 'order',
      version: '2',
      processInstanceKey: '17',
      viewedInstanceKey: '18',
      elementId: 'approve',
      actor: 'user:mary',
      type: 'user task completed, job created',
      outcome: 'approved',
      doneBy: 'human',
      format: 'csv',
    };
    const { format: _, ...fields } = shape.parse(given);
    expect(toFilter(fields)).toEqual({
      from: Date.UTC(2026, 0, 31),
      to: Date.UTC(2026, 1, 28, 22, 59, 59, 500),
      processDefinitionId: 'order',
      version: 2,
      processInstanceKey: 17,
      viewedInstanceKey: 18,
      elementId: 'approve',
      actor: 'user:mary',
      types: ['user task completed', 'job created'],
      outcome: 'approved',
      doneBy: 'human',
    });
  });

  test.each([
    'processInstancekey',
    'processinstancekey',
    'instance',
    'From',
    'types',
    'processDefinitionKey',
    'filter',
    '',
  ])('has no "%s", and says what it has', (name) => {
    const [problem] = problems({ [name]: '1' });
    expect(problem).toContain(
      `"${name}" is not known here; known are from, to, processDefinitionId, version`,
    );
    expect(problem).toContain('format');
  });

  test('has no version without its process', () => {
    expect(problems({ version: '3' })).toEqual([
      'version: is one of a process: give processDefinitionId as well',
    ]);
    expect(problems({ version: '3', processDefinitionId: 'order' })).toEqual([]);
  });

  test.each([
    'from',
    'to',
    'processDefinitionId',
    'processInstanceKey',
    'elementId',
    'actor',
    'type',
    'outcome',
    'doneBy',
  ])('has no empty %s', (name) => {
    for (const value of ['', null])
      expect(problems({ [name]: value })).toEqual([`${name}: must not be empty; leave it out to select all`]);
  });

  test('has no period that ends before it begins', () => {
    expect(problems({ from: '2026-03-01', to: '2026-02-01' })).toEqual(['to: is before "from"']);
    expect(problems({ from: '2026-03-01', to: '2026-03-01' })).toEqual([]);
  });
});

describe('a moment', () => {
  test.each([
    ['2026-01-31', Date.UTC(2026, 0, 31)],
    ['2024-02-29', Date.UTC(2024, 1, 29)],
    ['2026-01-31T12:00Z', Date.UTC(2026, 0, 31, 12)],
    ['2026-01-31T12:00:00+05:30', Date.UTC(2026, 0, 31, 6, 30)],
    ['2026-01-01T00:30:00.123456-10:00', Date.UTC(2026, 0, 1, 10, 30, 0, 123)],
  ])('%s is there', (text, millis) => {
    expect(readMoment(text)).toBe(millis);
  });

  test.each([
    '2026-02-30',
    '2026-02-29',
    '2026-04-31',
    '2026-13-01',
    '2026-00-10',
    '2026-01-00',
    '2026-01-31T24:01:00Z',
    '2026-01-31T12:60:00Z',
    '2026-06-31T12:00:00+02:00',
  ])('%s does not exist', (text) => {
    expect(readMoment(text)).toBe(`must be a time that exists; ${text} does not`);
  });

  test.each([
    'yesterday',
    '31.01.2026',
    '2026-1-31',
    '2026-01',
    '1767225600000',
    '2026-01-31T12:00:00',
    '2026-01-31 12:00Z',
    'Sat, 31 Jan 2026 12:00:00 GMT',
  ])('%s is not written as one', (text) => {
    expect(readMoment(text)).toContain('must be a date such as 2026-01-31');
  });
});
