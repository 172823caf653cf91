/** Who may do what over HTTP: sessions, Basic credentials, pages of other sites, user tasks of others. */
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient, startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { DECISION_FORM, ONE_TASK } from './models.js';

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ authentication: 'demo' });
  await createClient(server.url).createDeployment({
    resources: [new File([ONE_TASK], 'one-task.bpmn'), new File([DECISION_FORM], 'decision.form')],
  });
});
afterAll(() => server.close());

const WEB = { 'X-Countersign': 'web', 'Content-Type': 'application/json' };

async function signIn(username: string, password = username): Promise<Response> {
  return fetch(`${server.url}/api/session`, {
    method: 'POST',
    headers: WEB,
    body: JSON.stringify({ username, password }),
  });
}

/** Calls as the web app would, signed in. */
async function pageOf(username: string) {
  const cookie = (await signIn(username)).headers.getSetCookie()[0].split(';')[0];
  return async (method: string, path: string, body?: object, headers: Record<string, string> = WEB) => {
    const response = await fetch(server.url + path, {
      method,
      headers: { ...headers, cookie },
      body: body && JSON.stringify(body),
    });
    const text = await response.text();
    return {
      status: response.status,
      body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>,
    };
  };
}

describe('sessions', () => {
  it('are opened by the right password, in a cookie that scripts and other sites cannot use', async () => {
    const response = await signIn('mary');
    expect(response.status).toBe(204);
    const [cookie] = response.headers.getSetCookie();
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Strict/);

    const call = await pageOf('mary');
    expect((await call('GET', '/api/session')).body.user).toMatchObject({
      username: 'mary',
      groups: ['accounting'],
    });
    expect((await call('DELETE', '/api/session')).status).toBe(204);
    expect((await call('GET', '/api/session')).body.user).toBeNull();
    expect((await call('GET', '/api/overview')).status).toBe(401);
  });

  it('are refused for a wrong password', async () => {
    const response = await signIn('mary', 'wrong');
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ title: 'UNAUTHENTICATED' });
  });

  it('cannot be used by a form of another site: changes need our header', async () => {
    const call = await pageOf('mary');
    const answer = await call(
      'POST',
      '/v2/process-instances',
      { processDefinitionId: 'one-task' },
      { 'Content-Type': 'application/json' },
    );
    expect(answer.status).toBe(403);
    expect(answer.body.detail).toContain('X-Countersign');
  });
});

describe('callers without a session', () => {
  it('are clients of this machine, but never a browser', async () => {
    const path = `${server.url}/v2/process-definitions/search`;
    expect((await fetch(path, { method: 'POST' })).status).toBe(200);
    expect((await fetch(path, { method: 'POST', headers: WEB })).status).toBe(401);
    expect((await fetch(path, { method: 'POST', headers: { 'sec-fetch-site': 'same-origin' } })).status).toBe(
      401,
    );
  });

  it('are who their Basic credentials say', async () => {
    const mary = createClient(server.url, { username: 'mary', password: 'mary' });
    expect(await mary.getAuthentication()).toMatchObject({ username: 'mary', groups: ['accounting'] });
    await expect(
      createClient(server.url, { username: 'mary', password: 'no' }).getAuthentication(),
    ).rejects.toMatchObject({ status: 401 });
  });
});

describe('pages of other sites', () => {
  it('cannot send changes', async () => {
    const response = await fetch(`${server.url}/v2/process-instances`, {
      method: 'POST',
      headers: { Origin: 'http://evil.example', 'Content-Type': 'text/plain' },
      body: '{"processDefinitionId":"one-task"}',
    });
    expect(response.status).toBe(403);
  });

  it('get no permission to send our header', async () => {
    const response = await fetch(`${server.url}/v2/process-instances`, {
      method: 'OPTIONS',
      headers: {
        Origin: 'http://evil.example',
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'X-Countersign',
      },
    });
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
    expect(response.headers.get('access-control-allow-headers')).toBeNull();
  });

  it('cannot reach the server by a name of their own', async () => {
    const status = await new Promise((resolve, reject) => {
      request(`${server.url}/v2/topology`, { headers: { Host: 'rebound.example:8080' } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(421);
  });

  it('cannot frame our pages or load scripts into them', async () => {
    const policy = (await fetch(`${server.url}/health`)).headers.get('content-security-policy');
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("script-src 'self'");
  });
});

describe('user tasks', () => {
  it('are completed by a candidate or the assignee, and refused to others with the reason', async () => {
    const [demo, mary, emil] = await Promise.all([pageOf('demo'), pageOf('mary'), pageOf('emil')]);
    const created = await emil('POST', '/v2/process-instances', { processDefinitionId: 'one-task' });
    const { processInstanceKey } = created.body;
    const found = await mary('POST', '/v2/user-tasks/search', { filter: { processInstanceKey } });
    const [{ userTaskKey }] = found.body.items as { userTaskKey: string }[];
    const task = `/v2/user-tasks/${userTaskKey}`;

    const stranger = await emil('POST', `${task}/completion`, {});
    expect(stranger).toMatchObject({ status: 403, body: { title: 'FORBIDDEN' } });
    expect(stranger.body.detail).toContain('the group accounting');

    expect(
      (await mary('POST', `${task}/assignment`, { assignee: 'mary', allowOverride: false })).status,
    ).toBe(204);
    const other = await demo('POST', `${task}/completion`, {});
    expect(other.status).toBe(403);
    expect(other.body.detail).toContain('assigned to mary');

    expect((await mary('POST', `${task}/completion`, { variables: { approved: true } })).status).toBe(204);
    const audit = await mary(
      'GET',
      `/api/audit?processInstanceKey=${String(processInstanceKey)}&type=user task completed`,
    );
    expect(audit.body.items).toMatchObject([{ actor: 'user:mary', elementId: 'approve' }]);
  });

  it('are claimed once: a second claim that may not override is refused', async () => {
    const [demo, mary] = await Promise.all([pageOf('demo'), pageOf('mary')]);
    const { processInstanceKey } = (
      await demo('POST', '/v2/process-instances', { processDefinitionId: 'one-task' })
    ).body;
    const { items } = (await demo('POST', '/v2/user-tasks/search', { filter: { processInstanceKey } })).body;
    const claim = `/v2/user-tasks/${(items as { userTaskKey: string }[])[0].userTaskKey}/assignment`;
    expect((await mary('POST', claim, { assignee: 'mary', allowOverride: false })).status).toBe(204);
    expect((await demo('POST', claim, { assignee: 'demo', allowOverride: false })).status).toBe(409);
  });
});
