/** The API's description: every route of the sources is in it, with what it takes, and nothing else is. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describedOperations } from '../../server/http/openapi/described.js';
import { filesIn, root } from '../architecture/sources.js';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';

interface Operation {
  readonly summary: string;
  readonly operationId: string;
  readonly parameters: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { schema: Record<string, unknown> }>> };
}

interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

let server: TestServer;
let document: Document;

beforeAll(async () => {
  server = await startServer();
  document = (await (await fetch(`${server.url}/api/openapi.json`)).json()) as Document;
});

afterAll(() => server.close());

/** The routes that stand in the sources of an area as texts. */
function routesInSources(area: 'v2' | 'api') {
  return filesIn(`server/http/${area}`, ['.ts']).flatMap((path) => {
    const text = readFileSync(join(root, path), 'utf8');
    const found = text.matchAll(/routes\s*\.(get|post|put|patch|delete)\(\s*'([^']+)'/g);
    return [...found].map(([, method, route]) => ({ method, route: `/${area}${route}` }));
  });
}

function asPath(route: string): string {
  return route.replaceAll(/[:*](\w+)/g, '{$1}');
}

describe('/api/openapi.json', () => {
  it.each(['v2', 'api'] as const)('has every route of /%s', (area) => {
    const routes = routesInSources(area);
    expect(routes.length).toBeGreaterThan(10);
    const missing = routes.filter(({ method, route }) => !document.paths[asPath(route)]?.[method]);
    expect(missing).toEqual([]);
  });

  it('says what each route takes: every schema that a route reads is told beside it', () => {
    const files = [...filesIn('server/http/v2', ['.ts']), ...filesIn('server/http/api', ['.ts'])];
    const untold = files.flatMap((path) => {
      const text = readFileSync(join(root, path), 'utf8');
      const read = [...text.matchAll(/read(Body|Query)\(request, ([\w.]+)\)/g)];
      return read
        .filter(
          ([, kind, name]) =>
            !new RegExp(`describeOperation\\([^;]*${kind.toLowerCase()}(: ${name}\\b|\\b)`).test(text),
        )
        .map(([call]) => `${path}: ${call} needs a describeOperation`);
    });
    expect(untold).toEqual([]);
  });

  it('describes no route that is not there', () => {
    const told = describedOperations().map((operation) => operation.split(' '));
    const missing = told.filter(([method, route]) => !document.paths[asPath(route)]?.[method.toLowerCase()]);
    expect(missing).toEqual([]);
  });

  it('has what the schemas check, in words that a client can send', () => {
    const activation =
      document.paths['/v2/jobs/activation'].post.requestBody?.content['application/json'].schema;
    expect(activation).toMatchObject({
      type: 'object',
      required: ['type', 'timeout', 'maxJobsToActivate'],
      properties: { maxJobsToActivate: { type: 'integer', minimum: 1, maximum: 10_000 } },
    });
    const creation =
      document.paths['/v2/process-instances'].post.requestBody?.content['application/json'].schema;
    expect(creation?.properties).toMatchObject({
      variables: { type: 'object' },
      processDefinitionKey: { type: 'string' },
    });
    const search = document.paths['/v2/jobs/search'].post.requestBody?.content['application/json'].schema;
    expect(search?.properties).toMatchObject({ filter: { properties: { retries: {}, type: {} } } });
  });

  it('names each operation once, and says in a line what it does', () => {
    const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(operations.filter(({ summary }) => !/^[A-Z][a-z -]+/.test(summary))).toEqual([]);
    expect(document.paths['/v2/jobs/{jobKey}/completion'].post.summary).toBe('Completion of a job');
    expect(document.paths['/v2/user-tasks/{userTaskKey}/variables/search'].post.summary).toBe(
      'Search variables of a user task',
    );
  });
});

describe('/api/docs', () => {
  it('is a page with everything it needs from this server alone', async () => {
    const page = await fetch(`${server.url}/api/docs`);
    expect(page.headers.get('content-type')).toContain('text/html');
    const files = [...(await page.text()).matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path);
    expect(files).toHaveLength(3);
    for (const file of files) {
      expect(file.startsWith('/api/docs/')).toBe(true);
      expect((await fetch(`${server.url}${file}`)).status, file).toBe(200);
    }
  });
});
