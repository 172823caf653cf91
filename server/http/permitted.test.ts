/** The operation that a request is for is found by its address; what is named of it has no end of values. */
import { describe, expect, it } from 'vitest';
import { operationOf } from './permitted.js';

describe('the operation of a request', () => {
  it.each([
    [
      'POST',
      '/v2/process-instances/123/incidents/search',
      '/v2/process-instances/:processInstanceKey/incidents/search',
      { processInstanceKey: '123' },
    ],
    [
      'POST',
      '/V2/element-instances/anything/incidents/Search/',
      '/v2/element-instances/:elementInstanceKey/incidents/search',
      { elementInstanceKey: 'anything' },
    ],
    ['POST', '/v2/jobs/77/completion/', '/v2/jobs/:jobKey/completion', { jobKey: '77' }],
    ['GET', '/api/audit/tile/0/x001/234', '/api/audit/tile/:level/*index', { level: '0', index: 'x001/234' }],
  ])('%s %s has its pattern', (method, path, route, params) => {
    const found = operationOf(method, path);
    expect(found?.route).toBe(route);
    expect(Object.fromEntries(found?.params ?? [])).toEqual(params);
  });

  it('is none where nobody has said', () => {
    for (const [method, path] of [
      ['PUT', '/v2/jobs/search'],
      ['POST', '/v2/made-up/by-a-caller-4711/search'],
      ['POST', '/api/search'],
      ['POST', '/v2/jobs/1/2/completion'],
      ['GET', ''],
    ])
      expect(operationOf(method, path)).toBeUndefined();
  });
});
