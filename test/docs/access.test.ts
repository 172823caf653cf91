/**
 * docs/access.md says for every operation that changes something who may do it. The table is held against a running
 * server, which is asked as each of the roles: a new route that nobody has decided about fails here. UPDATE_DOCS=1
 * writes the table anew.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hashPassword } from '../../server/access/passwords.js';
import { RULES } from '../../server/access/permissions.js';
import type { Act } from '../../server/access/permissions.js';
import { saveAccount } from '../../server/store/queries/accounts.js';
import { root } from '../architecture/sources.js';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';
import { codeWords, readPage, section, tableRows } from './pages.js';

const PAGE = 'docs/access.md';
const HEADING = '## Every operation that changes something';
const ROLES = ['operator', 'deployer', 'worker', 'auditor', 'data-protection'];
/** Decided by the route with what it is about: other tests hold those. */
const OWN = 'those it is about';
/** Decided by the route by what was granted: directory-rules.test.ts holds those. */
const GRANTED = 'those it was granted to';

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ authentication: 'demo' });
  const knex = server.runtime?.store.knex;
  if (!knex) throw new Error('The server runs elsewhere.');
  const password = await hashPassword('secret');
  for (const role of ['nobody', 'admin', ...ROLES]) {
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

/** Operations that change something or cost something, as `METHOD /path` with named places. */
async function changingOperations(): Promise<string[]> {
  const answer = await fetch(`${server.url}/api/openapi.json`);
  const { paths } = (await answer.json()) as { paths: Record<string, Record<string, unknown>> };
  return Object.entries(paths)
    .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`))
    .filter((operation) => !/^GET |\/search$| \/api\/session$/.test(operation))
    .sort((one, other) => (one.split(' ')[1] < other.split(' ')[1] ? -1 : 1));
}

function decided(operation: string): Act | undefined {
  const pattern = operation.replaceAll(/\{(\w+)\}/g, ':$1');
  return (Object.keys(RULES) as Act[]).find((act) => RULES[act].operations.includes(pattern));
}

function whoMay(act: Act): string {
  const { roles } = RULES[act];
  if (act === 'decide') return OWN;
  if (act === 'grant') return GRANTED;
  return roles === null ? 'everybody' : ['admin', ...roles].map((role) => `\`${role}\``).join(', ');
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
    body: '{}',
  });
  const text = await answer.text();
  const { detail = '' } = (text.startsWith('{') ? JSON.parse(text) : {}) as { detail?: string };
  return { status: answer.status, detail };
}

test('every operation that changes something has been decided about, and no other', async () => {
  const operations = await changingOperations();
  expect(operations.filter((operation) => decided(operation) === undefined)).toEqual([]);
  const known = new Set(operations.map((operation) => operation.replaceAll(/\{(\w+)\}/g, ':$1')));
  const listed = Object.values(RULES).flatMap((rule) => rule.operations);
  expect(listed.filter((operation) => !known.has(operation))).toEqual([]);
});

test('the page says who may do each of them', async () => {
  const rows = (await changingOperations()).map((operation) => {
    const act = decided(operation);
    return [operation, act ? whoMay(act) : 'nobody has said'];
  });
  if (process.env.UPDATE_DOCS) {
    const { text } = readPage(PAGE);
    const intro = text.slice(
      0,
      text.indexOf('\n| operation') > 0 ? text.indexOf('\n| operation') : undefined,
    );
    const lines = rows.map(([operation, who]) => `| \`${operation}\` | ${who} |`);
    writeFileSync(
      join(root, PAGE),
      `${intro.trimEnd()}\n\n| operation | who |\n| --- | --- |\n${lines.join('\n')}\n`,
    );
    return;
  }
  const told = tableRows(section(readPage(PAGE), HEADING)).map(([name, who]) => [codeWords(name)[0], who]);
  expect(told).toEqual(rows);
});

test('a refusal is a row of the audit trail that names the route, and a strange spelling changes nothing', async () => {
  for (const path of ['/v2/deployments', '/V2/Deployments/', '/v2/nothing-of-the-kind']) {
    expect((await ask(`POST ${path}`, 'nobody')).status, path).toBe(403);
  }
  const lane = await ask('POST /v2/jobs/activation', 'nobody');
  expect(lane.detail).toContain('"worker" or "operator"');
  const answer = await fetch(`${server.url}/api/audit?type=request%20refused&limit=1000`);
  const { items } = (await answer.json()) as {
    items: { actor: string; data: { route: string; title: string } }[];
  };
  const rows = items.map(({ actor, data }) => [actor, data.route, data.title]);
  expect(rows).toContainEqual(['user:a-nobody', '/v2/deployments', 'FORBIDDEN']);
});

test('the server lets those do it, and tells all others which role they need', async () => {
  const told = tableRows(section(readPage(PAGE), HEADING)).map(([name, who]) => [codeWords(name)[0], who]);
  for (const [operation, who] of told) {
    if (who === OWN || who === GRANTED) continue;
    for (const role of ['nobody', ...ROLES, 'admin', null]) {
      const may = who === 'everybody' || role === null || codeWords(who).includes(role);
      const { status, detail } = await ask(operation, role);
      const isRefused = status === 403 && /^Only (people with the role|administrators)/.test(detail);
      expect(isRefused, `${operation} as ${role ?? 'a client'}: ${status} ${detail}`).toBe(!may);
    }
  }
});
