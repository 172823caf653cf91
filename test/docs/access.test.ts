/**
 * docs/access.md says for every operation which permission it needs, and what each role has. Both are held against a
 * running server, which is asked as each of the roles: a new route that nobody has decided about fails here.
 * UPDATE_DOCS=1 writes the table anew.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hashPassword } from '../../server/access/passwords.js';
import { BUILT_IN_ROLES } from '../../server/access/grants/roles.js';
import { OPERATIONS } from '../../server/access/operations.js';
import type { Needs } from '../../server/access/operations.js';
import { saveAccount } from '../../server/store/queries/accounts.js';
import { root } from '../architecture/sources.js';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { codeWords, readPage, section, tableRows } from './pages.js';

const PAGE = 'docs/access.md';
const HEADING = '## Every operation';
const ROLES = ['admin', 'member', 'task-worker', 'deployer', 'operator', 'worker', 'auditor'];

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ authentication: 'demo' });
  const knex = server.runtime?.store.knex;
  if (!knex) throw new Error('The server runs elsewhere.');
  const password = await hashPassword('secret');
  for (const role of ['nobody', ...ROLES]) {
    const roles = role === 'nobody' ? [] : [role];
    await saveAccount(
      knex,
      { username: `a-${role}`, name: role, email: null, groups: [], roles },
      password,
      0,
    );
  }
});
afterAll(() => server.close());

/** Every operation that is described, but signing in and the description itself, as `METHOD /path` with named places. */
async function operations(): Promise<string[]> {
  const answer = await fetch(`${server.url}/api/openapi.json`);
  const { paths } = (await answer.json()) as { paths: Record<string, Record<string, unknown>> };
  return Object.entries(paths)
    .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`))
    .filter((operation) => / \/(?:v2|api)\/(?!session$|docs|openapi\.json$)/.test(operation))
    .sort((one, other) => (one.split(' ')[1] < other.split(' ')[1] ? -1 : 1));
}

function decided(operation: string): Needs | undefined {
  const patterns = [operation.replaceAll(/\{(\w+)\}/g, ':$1'), operation.replaceAll(/\{(\w+)\}$/g, '*$1')];
  patterns.push(patterns[0].replace(/:(\w+)$/, '*$1'));
  return patterns.map((pattern) => OPERATIONS[pattern]).find((needs) => needs !== undefined);
}

function inWords(needs: Needs): string {
  if (needs.length === 0) return 'everybody';
  return needs.map(({ type, permission }) => `\`${type} ${permission}\``).join(' or ');
}

/** Whether a role of the product has one of the permissions, for every resource or for the tasks that are theirs. */
function has(role: string, needs: Needs): boolean {
  const grants = BUILT_IN_ROLES.find(({ roleId }) => roleId === role)?.grants ?? [];
  return (
    needs.length === 0 ||
    needs[0].which === 'seen' ||
    needs.some(({ type, permission }) =>
      grants.some(
        ({ resourceType, permissions }) => resourceType === type && permissions.includes(permission),
      ),
    )
  );
}

/** What a role is answered: the status, and the sentence of a refusal. */
async function ask(operation: string, role: string | null): Promise<{ status: number; detail: string }> {
  const [method, path] = operation.split(' ');
  const answer = await fetch(`${server.url}${path.replaceAll(/\{\w+\}/g, '9007199254740001')}`, {
    method,
    headers: {
      'Content-Type': 'application/json',
      ...(role && { Authorization: `Basic ${Buffer.from(`a-${role}:secret`).toString('base64')}` }),
    },
    ...(method !== 'GET' && { body: '{}' }),
  });
  const text = await answer.text();
  const { detail = '' } = (text.startsWith('{') ? JSON.parse(text) : {}) as { detail?: string };
  return { status: answer.status, detail };
}

test('every operation has been decided about, and no other', async () => {
  const known = await operations();
  expect(known.filter((operation) => decided(operation) === undefined)).toEqual([]);
  const all = new Set(known.map((operation) => operation.replaceAll(/\{(\w+)\}/g, '{$1}')));
  const listed = Object.keys(OPERATIONS).map((operation) => operation.replaceAll(/[:*](\w+)/g, '{$1}'));
  expect(listed.filter((operation) => !all.has(operation))).toEqual([]);
});

test('the page says what each of them needs', async () => {
  const rows = (await operations()).map((operation) => [operation, inWords(decided(operation) ?? [])]);
  if (process.env.UPDATE_DOCS) {
    const { text } = readPage(PAGE);
    const intro = text.slice(
      0,
      text.indexOf('\n| operation') > 0 ? text.indexOf('\n| operation') : undefined,
    );
    const lines = rows.map(([operation, needs]) => `| \`${operation}\` | ${needs} |`);
    writeFileSync(
      join(root, PAGE),
      `${intro.trimEnd()}\n\n| operation | needs |\n| --- | --- |\n${lines.join('\n')}\n`,
    );
    return;
  }
  const told = tableRows(section(readPage(PAGE), HEADING)).map(([name, needs]) => [
    codeWords(name)[0],
    needs,
  ]);
  expect(told).toEqual(rows);
});

test('the page names the roles of the product', () => {
  const told = tableRows(section(readPage(PAGE), '## Roles')).map(([name, what]) => [
    codeWords(name)[0],
    what,
  ]);
  expect(told).toEqual(BUILT_IN_ROLES.map(({ roleId, description }) => [roleId, description]));
});

test('a refusal is a row of the audit trail that names the route, and a strange spelling changes nothing', async () => {
  for (const path of ['/v2/deployments', '/V2/Deployments/']) {
    expect((await ask(`POST ${path}`, 'nobody')).status, path).toBe(403);
  }
  const lane = await ask('POST /v2/jobs/activation', 'nobody');
  expect(lane.detail).toContain('UPDATE_PROCESS_INSTANCE on PROCESS_DEFINITION');
  expect(lane.detail).toContain('"worker"');
  const answer = await fetch(`${server.url}/api/audit?type=request%20refused&limit=1000`);
  const { items } = (await answer.json()) as {
    items: { actor: string; data: { route: string; title: string } }[];
  };
  const rows = items.map(({ actor, data }) => [actor, data.route, data.title]);
  expect(rows).toContainEqual(['user:a-nobody', '/v2/deployments', 'FORBIDDEN']);
});

test('the server lets those do it who have the permission, and tells all others which they need', async () => {
  for (const operation of await operations()) {
    const needs = decided(operation) ?? [];
    // Another test holds what the directory answers.
    if (needs[0]?.which === 'asked') continue;
    // Answers without an end.
    if (/ \/api\/(?:live|jobs\/stream)$/.test(operation)) continue;
    const asking = ['nobody', ...ROLES, null].map(async (role) => {
      const may = role === null || has(role, needs);
      const { status, detail } = await ask(operation, role);
      const isRefused = status === 403 && detail.startsWith('You need the permission');
      expect(isRefused, `${operation} as ${role ?? 'a client'}: ${status} ${detail}`).toBe(!may);
    });
    await Promise.all(asking);
  }
}, 60_000);
