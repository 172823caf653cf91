import { describe, expect, it } from 'vitest';
import { restricts } from './restricting.js';

describe('a filter', () => {
  it.each<Record<string, unknown>>([
    {},
    { processInstanceKey: {} },
    { processInstanceKey: null },
    { businessId: { $eq: undefined } },
    { state: { $in: [], $notIn: [] } },
    { tags: [] },
    { variables: [] },
    { $or: [] },
    { $or: [{}] },
    { $or: [{ state: 'ACTIVE' }, {}] },
    { $or: [{ state: 'ACTIVE' }, { elementId: {} }] },
    { $or: [{ $or: [] }], tags: [], startDate: {} },
  ])('that leaves nothing out: %j', (filter) => {
    expect(restricts(filter)).toBe(false);
  });

  it.each<Record<string, unknown>>([
    { hasIncident: false },
    { processDefinitionVersion: 0 },
    { businessId: { $eq: 'a', $in: [], $notIn: [] } },
    { endDate: { $exists: false } },
    { tags: ['big'] },
    { variables: [{ name: 'amount', value: '1' }] },
    { $or: [{ state: 'ACTIVE' }, { tags: ['big'] }] },
    { $or: [], state: 'ACTIVE' },
  ])('with a condition: %j', (filter) => {
    expect(restricts(filter)).toBe(true);
  });
});
