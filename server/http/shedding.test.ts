import { EventEmitter } from 'node:events';
import type { Request, Response } from 'express';
import { describe, expect, it } from 'vitest';
import { RequestRefused } from './problem.js';
import { shedReads } from './shedding.js';

interface Asked {
  readonly outcome: 'answered' | number | undefined;
  readonly end: () => void;
}

function asker(now: () => number) {
  const shed = shedReads(now);
  return (method: string, path: string): Asked => {
    const response = new EventEmitter();
    let outcome: Asked['outcome'];
    try {
      shed(
        { method, path } as unknown as Request,
        response as unknown as Response,
        () => (outcome = 'answered'),
      );
    } catch (error) {
      outcome = error instanceof RequestRefused ? error.problem.status : undefined;
      expect(error).toMatchObject({ problem: { retryAfter: 1 } });
    }
    return { outcome, end: () => response.emit('close') };
  };
}

describe('reads', () => {
  it('are shed when the turn of the event loop lasts, and answered in the next', async () => {
    let now = 0;
    const ask = asker(() => now);
    for (let count = 0; count < 16; count += 1) {
      expect(ask('POST', '/v2/jobs/search').outcome).toBe('answered');
      now += 3;
    }
    expect(ask('POST', '/v2/user-tasks/search').outcome).toBe('answered');
    now = 51;
    expect(ask('POST', '/v2/jobs/search').outcome).toBe(503);
    expect(ask('POST', '/v2/process-definitions/statistics/process-instances').outcome).toBe(503);
    await new Promise((resolve) => setImmediate(resolve));
    expect(ask('POST', '/v2/jobs/search').outcome).toBe('answered');
  });

  it('are not shed for what others ask of another kind', () => {
    let now = 0;
    const ask = asker(() => now);
    for (let count = 0; count < 200; count += 1) ask('POST', '/v2/jobs/search');
    for (let count = 0; count < 200; count += 1) ask('POST', '/v2/expression/evaluation');
    now = 200;
    expect(ask('POST', '/v2/jobs/search').outcome).toBe(503);
    expect(ask('POST', '/v2/decision-definitions/evaluation').outcome).toBe(503);
    expect(ask('GET', '/v2/topology').outcome).toBe('answered');
  });

  it('are not shed where there are few, unless those are very slow', () => {
    let now = 0;
    const ask = asker(() => now);
    for (const at of [0, 100, 200, 290]) {
      now = at;
      expect(ask('GET', '/v2/topology').outcome).toBe('answered');
    }
    now = 301;
    expect(ask('GET', '/v2/topology').outcome).toBe(503);
  });

  it('are shed when too many are under way, until one is answered', () => {
    const ask = asker(() => 0);
    const answered = Array.from({ length: 64 }, () => ask('GET', '/v2/topology'));
    expect(answered.every(({ outcome }) => outcome === 'answered')).toBe(true);
    expect(ask('GET', '/v2/topology').outcome).toBe(503);
    answered[7].end();
    expect(ask('GET', '/v2/topology').outcome).toBe('answered');
    expect(ask('GET', '/v2/topology').outcome).toBe(503);
  });

  it('are neither commands, nor what waits for news, nor the files of the web app', () => {
    let now = 0;
    const ask = asker(() => now);
    for (let count = 0; count < 20; count += 1) ask('GET', '/v2/topology');
    now = 1_000;
    for (const [method, path] of [
      ['POST', '/v2/process-instances'],
      ['PATCH', '/v2/user-tasks/1'],
      ['GET', '/api/live'],
      ['GET', '/healthz'],
      ['GET', '/'],
    ]) {
      expect([path, ask(method, path).outcome]).toEqual([path, 'answered']);
    }
  });
});
