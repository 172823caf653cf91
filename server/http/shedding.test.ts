import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { shedReads } from './shedding.js';

interface Asked {
  readonly outcome: 'answered' | number | undefined;
  readonly end: () => void;
}

function asker(now: () => number) {
  let outcome: Asked['outcome'];
  const shed = shedReads(() => (outcome = 'answered'), undefined, now);
  return (method: string, url: string): Asked => {
    const request = { method, url };
    const headers: Record<string, unknown> = {};
    const response = Object.assign(new EventEmitter(), {
      req: request,
      setHeader: (name: string, value: unknown) => void (headers[name] = value),
      writeHead: (status: number) => void (outcome = status),
      end: () => undefined,
    });
    outcome = undefined;
    shed(
      request as unknown as IncomingMessage,
      response as unknown as ServerResponse & { req: IncomingMessage },
    );
    if (outcome !== 'answered') expect(headers['Retry-After']).toBe('1');
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
    expect(ask('POST', '/V2/Jobs/Search/').outcome).toBe(503);
    expect(ask('POST', '/v2/jobs/search?really').outcome).toBe(503);
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
