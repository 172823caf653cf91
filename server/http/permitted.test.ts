/** The act of an operation is found by its address; what is named of it has no end of values. */
import { describe, expect, it } from 'vitest';
import './v2/statistics.js';
import { actOf } from './permitted.js';

describe('the act of an operation', () => {
  it.each([
    [
      '/v2/process-instances/123/incidents/search',
      '/v2/process-instances/:processInstanceKey/incidents/search',
    ],
    [
      '/V2/element-instances/anything/incidents/Search/',
      '/v2/element-instances/:elementInstanceKey/incidents/search',
    ],
    ['/v2/made-up/by-a-caller-4711/search', null],
    ['/api/search', null],
  ])('names a search at %s by its pattern', (path, route) => {
    expect(actOf('POST', path)).toEqual({ act: 'look', route });
  });

  it('names a change by its pattern', () => {
    expect(actOf('POST', '/v2/jobs/77/completion/')).toMatchObject({
      act: 'work',
      route: '/v2/jobs/:jobKey/completion',
    });
  });

  it('knows none that nobody has said', () => {
    expect(actOf('PUT', '/v2/jobs/search')).toBeUndefined();
  });
});
